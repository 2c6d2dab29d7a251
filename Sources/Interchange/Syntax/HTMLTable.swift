import Encodings
import Platform

/// The cells of the tables in an HTML page, which stay where they are, in locked memory. Nothing else of HTML is read.
struct HTMLTable {
    /// One cell: the pieces of text between the tags in it.
    struct Cell {
        fileprivate let text: LockedText
        fileprivate var pieces: [Range<Int>] = []

        /// What it shows, which may be secret, without white space at the ends.
        func secret() throws(ConversionError) -> LockedBuffer {
            var buffer = try ConversionError.buffer(pieces.reduce(0) { $0 + $1.count })
            text.withBytes { bytes in
                buffer.append { output in
                    for piece in pieces { Self.unescape(bytes.extracting(piece), into: &output) }
                }
            }
            while buffer.count > 0, Self.isSpace(buffer.bytes[buffer.count - 1]) {
                buffer.truncate(to: buffer.count - 1)
            }
            var start = 0
            while start < buffer.count, Self.isSpace(buffer.bytes[start]) { start += 1 }
            buffer.removeFirst(start)
            return buffer
        }

        /// What it shows, where that is not secret.
        func string() -> String {
            guard let bytes = try? secret() else { return "" }
            return String(validating: bytes.bytes.indices.map { bytes.bytes[$0] }, as: UTF8.self) ?? ""
        }

        /// An ampersand that begins no known reference stands for itself, as in browsers.
        private static func unescape(_ piece: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
            var index = 0
            while index < piece.count {
                var next = index
                if piece[index] == UInt8(ascii: "&"), let scalar = References.decode(piece, &next) {
                    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output.append(byte) }
                    index = next
                } else {
                    output.append(piece[index])
                    index += 1
                }
            }
        }

        private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
    }

    /// The rows of all tables, in their order.
    private(set) var rows: [[Cell]] = []

    /// Whether it starts like a page.
    static func isPage(_ text: LockedText) -> Bool {
        text.withBytes { bytes in
            var start = bytes.hasPrefix("\u{FEFF}") ? 3 : 0
            while start < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[start]) { start += 1 }
            let rest = bytes.extracting(start..<bytes.count)
            return rest.hasASCIIPrefix("<!doctype html") || rest.hasASCIIPrefix("<html")
        }
    }

    /// Whether it ends like a page.
    static func isClosed(_ text: LockedText) -> Bool {
        text.withBytes { bytes in
            let start = bytes.firstIndex(of: "</html>", from: max(0, bytes.count - 256))
            return start ?? bytes.firstIndex(of: "</HTML>", from: max(0, bytes.count - 256)) != nil
        }
    }

    /// Finds the cells.
    init(_ text: LockedText) throws(ConversionError) {
        var rows: [[Cell]] = []
        var count = 0
        try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            var position = 0
            var isInCell = false
            while position < bytes.count {
                let start = position
                if bytes[position] != UInt8(ascii: "<") {
                    position = bytes.firstIndex(from: position) { $0 == UInt8(ascii: "<") } ?? bytes.count
                    guard isInCell, let row = rows.indices.last, let cell = rows[row].indices.last else { continue }
                    rows[row][cell].pieces.append(start..<position)
                } else {
                    position = Self.endOfTag(bytes, start)
                    let tag = bytes.extracting(start..<position)
                    if Self.isTag(tag, "<tr") {
                        rows.append([])
                        isInCell = false
                    } else if Self.isTag(tag, "<td") || Self.isTag(tag, "<th"), !rows.isEmpty {
                        rows[rows.count - 1].append(Cell(text: text))
                        isInCell = true
                    } else if Self.isTag(tag, "</td") || Self.isTag(tag, "</th") || Self.isTag(tag, "</tr") {
                        isInCell = false
                    }
                }
                count += 1
                guard count < InterchangeLimits.values else { throw .tooLarge("more than 4 million tags") }
            }
        }
        self.rows = rows
    }

    /// Behind the closing bracket of a tag; brackets in quotes do not close it.
    private static func endOfTag(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var quote: UInt8?
        var index = start + 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return index
            }
        }
        return bytes.count
    }

    private static func isTag(_ tag: Span<UInt8>, _ start: StaticString) -> Bool {
        guard tag.hasASCIIPrefix(start), tag.count > start.utf8CodeUnitCount else { return false }
        return [UInt8(ascii: ">"), 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: "/")].contains(tag[start.utf8CodeUnitCount])
    }
}

/// `&amp;` and its like, and `&#233;`: what fob's own pages have.
private enum References {
    /// The character of the reference at `index`, which is moved behind it; nil if it is none.
    static func decode(_ text: Span<UInt8>, _ index: inout Int) -> Unicode.Scalar? {
        let start = index + 1
        var end = start
        // The longest: &#1114111; and as many leading zeros as anybody writes.
        while end < min(text.count, start + 16), text[end] != UInt8(ascii: ";") { end += 1 }
        guard end < text.count, text[end] == UInt8(ascii: ";") else { return nil }
        let name = text.extracting(start..<end)
        index = end + 1
        if name.isSame("amp") { return "&" }
        if name.isSame("lt") { return "<" }
        if name.isSame("gt") { return ">" }
        if name.isSame("quot") { return "\"" }
        if name.isSame("apos") { return "'" }
        guard name.count > 1, name[0] == UInt8(ascii: "#") else { return nil }
        let isHexadecimal = name[1] == UInt8(ascii: "x")
        let first = isHexadecimal ? 2 : 1
        guard name.count > first else { return nil }
        var value: UInt32 = 0
        for position in first..<name.count {
            guard let digit = BaseEncoding.base16AnyCase.value(of: name[position]), digit < 10 || isHexadecimal
            else { return nil }
            value = value * (isHexadecimal ? 16 : 10) + UInt32(digit)
            guard value <= 0x10FFFF else { return nil }
        }
        return value == 0 ? nil : Unicode.Scalar(value)
    }
}
