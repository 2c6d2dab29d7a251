import Platform

/// Comma-separated values (RFC 4180) that stay where they are, in locked memory; beside them lies only where each field
/// starts and ends.
///
/// Lines may end in LF, CR LF or CR, and quoted fields hold them too. Semicolons, tabs and bars separate as well, where the
/// first line has more of them than commas, and colons where it has nothing else. Empty lines are skipped. A line with a quote that is never closed, or with text behind
/// a closing one, is marked and costs no other line.
final class CSVText: Sendable {
    struct Field: Sendable {
        let start: Int32
        let end: Int32
        /// It has quotes in it, each written twice.
        let hasQuotes: Bool
    }

    struct Row: Sendable {
        let first: Int32
        let line: Int32
        /// Its quotes are broken: nothing of it counts.
        var isBroken = false
    }

    let text: LockedText
    let fields: [Field]
    let rows: [Row]

    private init(_ text: LockedText, _ parser: CSVParser) {
        (self.text, fields, rows) = (text, parser.fields, parser.rows)
    }

    /// All rows, or the first `most`.
    static func parse(_ text: LockedText, most: Int = .max) throws(ConversionError) -> CSVText {
        let parser = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            var parser = CSVParser()
            try parser.parse(bytes, most: most)
            return parser
        }
        return CSVText(text, parser)
    }

    /// Whether the last field may have been cut off: nothing says where it ends.
    var isOpen: Bool { LineReader.isOpen(text) && text.withBytes { $0[$0.count - 1] } != UInt8(ascii: "\"") }

    /// The row at that place.
    subscript(_ index: Int) -> CSVRow {
        let end = index + 1 < rows.count ? Int(rows[index + 1].first) : fields.count
        let row = rows[index]
        return CSVRow(document: self, line: Int(row.line), isBroken: row.isBroken, range: Int(row.first)..<end)
    }
}

/// One row.
struct CSVRow: Sendable {
    fileprivate let document: CSVText
    /// The line of the text on which it starts, from 1.
    let line: Int
    /// Its quotes are broken: nothing of it counts.
    let isBroken: Bool
    fileprivate let range: Range<Int>

    /// How many fields it has.
    var count: Int { range.count }

    /// The place of the field that is that ASCII text, given in lower case, in any case, with spaces around or without; nil for no text.
    func firstIndex(of text: StaticString) -> Int? {
        text.utf8CodeUnitCount > 0 ? (0..<count).first { isOne(of: [text], at: $0) } : nil
    }

    /// Whether a field is one of those ASCII texts, given in lower case, in any case.
    func isOne(of texts: [StaticString], at column: Int) -> Bool {
        let field = document.fields[range.lowerBound + column]
        return document.text.withBytes { bytes in
            var (start, end) = (Int(field.start), Int(field.end))
            while start < end, bytes[start] == 0x20 { start += 1 }
            while end > start, bytes[end - 1] == 0x20 { end -= 1 }
            return texts.contains { bytes.extracting(start..<end).isASCII($0) }
        }
    }

    /// Whether a field begins with that ASCII text, given in lower case, in any case.
    func starts(with text: StaticString, at column: Int) -> Bool {
        let field = document.fields[range.lowerBound + column]
        return document.text.withBytes { $0.extracting(Int(field.start)..<Int(field.end)).hasASCIIPrefix(text) }
    }

    /// Whether a field is not there or empty.
    func isEmpty(_ column: Int) -> Bool {
        guard column < count else { return true }
        let field = document.fields[range.lowerBound + column]
        return field.start == field.end
    }

    /// A field that is not secret; empty when it is not there, or not UTF-8.
    func string(_ column: Int) -> String {
        guard !isEmpty(column) else { return "" }
        var bytes: [UInt8] = []
        each(column) { bytes.append($0) }
        return String(validating: bytes, as: UTF8.self) ?? ""
    }

    /// A field that may be secret; empty when it is not there.
    func secret(_ column: Int) throws(ConversionError) -> LockedBuffer {
        guard !isEmpty(column) else { return try ConversionError.buffer(0) }
        let field = document.fields[range.lowerBound + column]
        var buffer = try ConversionError.buffer(Int(field.end - field.start))
        buffer.append { output in each(column) { output.append($0) } }
        return buffer
    }

    private func each(_ column: Int, _ output: (UInt8) -> Void) {
        let field = document.fields[range.lowerBound + column]
        document.text.withBytes { bytes in
            var index = Int(field.start)
            while index < Int(field.end) {
                output(bytes[index])
                index += field.hasQuotes && bytes[index] == UInt8(ascii: "\"") ? 2 : 1
            }
        }
    }
}

/// Finds the fields of a CSV text.
struct CSVParser {
    /// Fields of one row at most; honest files stay below 100.
    private static let mostColumns = 1000

    private(set) var fields: [CSVText.Field] = []
    private(set) var rows: [CSVText.Row] = []
    private var position = 0
    private var line: Int32 = 1
    private var separator = UInt8(ascii: ",")
    /// Bytes that may still be gone through once more, behind lines with broken quotes.
    private var patience = 0

    /// What is wrong with a line that is marked.
    static let broken = "a quote in it is never closed, or has text behind it"

    mutating func parse(_ bytes: Span<UInt8>, most: Int) throws(ConversionError) {
        guard bytes.count <= InterchangeLimits.unfolded else { throw .tooLarge("more than 64 MiB of CSV") }
        if bytes.hasPrefix("\u{FEFF}") { position = 3 }
        patience = 16 * bytes.count
        let first = bytes.extracting(position..<bytes.count)
        separator = Self.separator(first)
        // Excel's own first line.
        for mark in ["sep=", "\"sep="] as [StaticString] where first.hasASCIIPrefix(mark) {
            let place = position + mark.utf8CodeUnitCount
            if place < bytes.count { separator = bytes[place] }
            position = bytes.firstIndex(from: position, where: isLineEnd) ?? bytes.count
        }
        while position < bytes.count, rows.count < most {
            if isLineEnd(bytes[position]) {
                skipLineEnd(bytes)
            } else {
                try row(bytes)
            }
        }
    }

    /// What the first line has most of, outside of quotes.
    private static func separator(_ bytes: Span<UInt8>) -> UInt8 {
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|"), UInt8(ascii: ":")]
        var counts = [0, 0, 0, 0, 0]
        var isQuoted = false
        // Titles are short; ciphertext has no lines.
        for index in 0..<min(bytes.count, 1 << 16) {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A || byte == 0x0D { break }
            if let candidate = candidates.firstIndex(of: byte) { counts[candidate] += 1 }
        }
        // A colon is in addresses, too.
        if counts.dropLast().contains(where: { $0 > 0 }) { counts[4] = 0 }
        let best = counts.indices.max { counts[$0] < counts[$1] || counts[$0] == counts[$1] && $0 > $1 } ?? 0
        return candidates[best]
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private mutating func skipLineEnd(_ bytes: Span<UInt8>) {
        position += position + 1 < bytes.count && bytes[position] == 0x0D && bytes[position + 1] == 0x0A ? 2 : 1
        line += 1
    }

    private mutating func row(_ bytes: Span<UInt8>) throws(ConversionError) {
        let first = fields.count
        let start = (position, line)
        rows.append(CSVText.Row(first: Int32(first), line: line))
        while true {
            guard fields.count < InterchangeLimits.values else { throw .tooLarge("more than 4 million fields") }
            guard fields.count - first < Self.mostColumns else { throw .tooLarge("a line of more than 1,000 fields") }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                guard quoted(bytes) else { return try restart(start, bytes) }
            } else {
                let start = position
                while position < bytes.count, bytes[position] != separator, !isLineEnd(bytes[position]) {
                    position += 1
                }
                fields.append(CSVText.Field(start: Int32(start), end: Int32(position), hasQuotes: false))
            }
            guard position < bytes.count else { return }
            if isLineEnd(bytes[position]) { return skipLineEnd(bytes) }
            guard bytes[position] == separator else { return try restart(start, bytes) }
            position += 1
        }
    }

    /// Goes on behind the first line of a row whose quotes are broken.
    private mutating func restart(_ start: (position: Int, line: Int32), _ bytes: Span<UInt8>) throws(ConversionError) {
        patience -= position - start.position
        guard patience >= 0 else { throw .malformed("line \(start.line): \(Self.broken)") }
        (position, line) = start
        while position < bytes.count, !isLineEnd(bytes[position]) { position += 1 }
        if position < bytes.count { skipLineEnd(bytes) }
        rows[rows.count - 1].isBroken = true
    }

    /// False when nothing closes the quote.
    private mutating func quoted(_ bytes: Span<UInt8>) -> Bool {
        position += 1
        let start = position
        var hasQuotes = false
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "\"") {
                guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") else {
                    fields.append(CSVText.Field(start: Int32(start), end: Int32(position), hasQuotes: hasQuotes))
                    position += 1
                    return true
                }
                hasQuotes = true
                position += 2
            } else if isLineEnd(bytes[position]) {
                skipLineEnd(bytes)
            } else {
                position += 1
            }
        }
        return false
    }
}
