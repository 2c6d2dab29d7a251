import Encodings

/// Reads the shape of a JSON text: no recursion, so that depth costs no stack.
struct JSONParser {
    private var nodes: [JSONText.Node] = []
    private var open: [Int32] = []
    private var position = 0

    init(_ count: Int) { nodes.reserveCapacity(min(count / 16, 1 << 16)) }

    mutating func parse(_ bytes: Span<UInt8>) throws(ConversionError) -> [JSONText.Node] {
        guard bytes.count <= InterchangeLimits.unfolded else { throw .tooLarge("more than 64 MiB of JSON") }
        if bytes.hasPrefix("\u{FEFF}") { position = 3 }
        skipSpace(bytes)
        try whole(bytes)
        skipSpace(bytes)
        guard position == bytes.count else { throw malformed }
        return nodes
    }

    /// Objects and arrays behind one another, mostly one a line (JSON Lines), as the items of an array; where there are not
    /// several, the first error. A line that is none costs no other: its number is in `broken`.
    mutating func parseLines(_ bytes: Span<UInt8>) throws(ConversionError) -> (nodes: [JSONText.Node], broken: [Int]) {
        if bytes.hasPrefix("\u{FEFF}") { position = 3 }
        nodes = [JSONText.Node(kind: .array, start: 0, end: Int32(bytes.count), next: 0)]
        var (items, separators, broken): (Int, Int, [Int]) = (0, 0, [])
        var (line, counted) = (1, 0)
        var failure: ConversionError?
        // Bytes that may be gone through in all, some of them behind every line that is broken.
        var patience = 16 * bytes.count
        while true {
            // Those of an array that has lost its brackets have commas behind them.
            if items > 0, position < bytes.count, bytes[position] == UInt8(ascii: ",") { position += 1 }
            skipSpace(bytes)
            guard position < bytes.count, patience > 0 else { break }
            let (start, count) = (position, nodes.count)
            let rest = bytes.extracting(start...)
            do throws(ConversionError) {
                // 1Password's older export has a line of asterisks and a number behind each.
                guard !rest.hasPrefix("***") else {
                    separators += 1
                    position = endOfLine(bytes, start)
                    continue
                }
                guard rest.hasPrefix("{") || rest.hasPrefix("[") else { throw malformed }
                try whole(bytes)
                guard isBetween(bytes) else { throw malformed }
                items += 1
            } catch {
                // One of several lines that is the first, or comes to no end, is a file that is damaged or cut off.
                let isLine = position <= endOfLine(bytes, start)
                guard case .malformed = error, isLine || items > 0 && position < bytes.count else { throw error }
                failure = failure ?? error
                for place in counted..<start where bytes[place] == 0x0A { line += 1 }
                counted = start
                broken.append(line)
                patience -= position - start
                nodes.removeLast(nodes.count - count)
                open = []
                position = endOfLine(bytes, start)
            }
        }
        guard items > 0, items + separators > 1, items >= broken.count, patience > 0 else { throw failure ?? malformed }
        nodes[0].next = Int32(nodes.count)
        return (nodes, broken)
    }

    private func endOfLine(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        bytes.firstIndex(from: start) { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    }

    /// Whether another text may begin here.
    private func isBetween(_ bytes: Span<UInt8>) -> Bool {
        guard let next = bytes.firstIndex(from: position, where: { $0 != 0x20 && $0 != 0x09 }) else { return true }
        return ",{[\r\n".utf8.contains(bytes[next])
    }

    /// A value with all that is in it.
    private mutating func whole(_ bytes: Span<UInt8>) throws(ConversionError) {
        try value(bytes)
        // After each value: the closing of what is open, or a comma and the next value.
        while let parent = open.last {
            skipSpace(bytes)
            let isObject = nodes[Int(parent)].kind == .object
            let byte = try next(bytes)
            if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                close()
            } else if byte == UInt8(ascii: ",") {
                skipSpace(bytes)
                if isObject { try name(bytes) }
                try value(bytes)
            } else {
                throw malformed
            }
        }
    }

    private var malformed: ConversionError { .malformed("it is not JSON at byte \(position)") }

    private mutating func close() {
        let parent = Int(open.removeLast())
        nodes[parent].end = Int32(position)
        nodes[parent].next = Int32(nodes.count)
    }

    private mutating func add(_ kind: JSONText.Kind, _ start: Int, _ end: Int) throws(ConversionError) {
        guard nodes.count < InterchangeLimits.values else { throw .tooLarge("more than 4 million values") }
        nodes.append(
            JSONText.Node(kind: kind, start: Int32(start), end: Int32(end), next: Int32(nodes.count + 1)))
    }

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private mutating func next(_ bytes: Span<UInt8>) throws(ConversionError) -> UInt8 {
        guard position < bytes.count else { throw .malformed("the JSON ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    /// A value; of an array or an object what follows its opening, down to the first value that is complete.
    private mutating func value(_ bytes: Span<UInt8>) throws(ConversionError) {
        while true {
            let start = position
            switch try next(bytes) {
            case UInt8(ascii: "{"):
                try begin(.object, start)
                skipSpace(bytes)
                if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
                    position += 1
                    return close()
                }
                try name(bytes)
            case UInt8(ascii: "["):
                try begin(.array, start)
                skipSpace(bytes)
                if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
                    position += 1
                    return close()
                }
            case UInt8(ascii: "\""):
                position = start
                return try string(bytes)
            case UInt8(ascii: "t"): return try literal("true", .yes, start, bytes)
            case UInt8(ascii: "f"): return try literal("false", .no, start, bytes)
            case UInt8(ascii: "n"): return try literal("null", .null, start, bytes)
            default:
                position = start
                return try number(bytes)
            }
        }
    }

    private mutating func begin(_ kind: JSONText.Kind, _ start: Int) throws(ConversionError) {
        guard open.count < InterchangeLimits.nesting else { throw .tooLarge("nested more than 64 deep") }
        open.append(Int32(nodes.count))
        try add(kind, start, start)
    }

    private mutating func name(_ bytes: Span<UInt8>) throws(ConversionError) {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw malformed }
        try string(bytes)
        skipSpace(bytes)
        guard try next(bytes) == UInt8(ascii: ":") else { throw malformed }
        skipSpace(bytes)
    }

    private mutating func literal(
        _ word: StaticString, _ kind: JSONText.Kind, _ start: Int, _ bytes: Span<UInt8>
    ) throws(ConversionError) {
        position = start
        for byte in "\(word)".utf8 { guard try next(bytes) == byte else { throw malformed } }
        try add(kind, start, position)
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(ConversionError) {
        position += 1
        let start = position
        while true {
            switch try next(bytes) {
            case UInt8(ascii: "\""): return try add(.string, start, position - 1)
            case UInt8(ascii: "\\"): position += 1
            case 0..<0x20: throw malformed
            default: break
            }
        }
    }

    private mutating func number(_ bytes: Span<UInt8>) throws(ConversionError) {
        let start = position
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        guard digits(bytes) > 0, bytes[first] != UInt8(ascii: "0") || position == first + 1 else { throw malformed }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard digits(bytes) > 0 else { throw malformed }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) {
                position += 1
            }
            guard digits(bytes) > 0 else { throw malformed }
        }
        try add(.number, start, position)
    }

    private mutating func digits(_ bytes: Span<UInt8>) -> Int {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        return position - start
    }
}

/// The escapes inside a JSON string (RFC 8259, section 7).
enum JSONEscapes {
    /// Gives the bytes of UTF-8 that a string between its quotes stands for, never more than it has itself.
    static func decode(_ text: Span<UInt8>, _ output: (UInt8) -> Void) throws(ConversionError) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                output(byte)
                continue
            }
            guard index < text.count else { throw broken }
            let escape = text[index]
            index += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output(escape)
            case UInt8(ascii: "b"): output(0x08)
            case UInt8(ascii: "f"): output(0x0C)
            case UInt8(ascii: "n"): output(0x0A)
            case UInt8(ascii: "r"): output(0x0D)
            case UInt8(ascii: "t"): output(0x09)
            case UInt8(ascii: "u"):
                var unit = try fourDigits(text, &index)
                if (0xD800..<0xDC00).contains(unit), index + 1 < text.count, text[index] == UInt8(ascii: "\\"),
                    text[index + 1] == UInt8(ascii: "u")
                {
                    var next = index + 2
                    let low = try fourDigits(text, &next)
                    if (0xDC00..<0xE000).contains(low) {
                        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                        index = next
                    }
                }
                // Half a pair stands for nothing, but is no reason to lose the text around it.
                let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
                for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output(byte) }
            default: throw broken
            }
        }
    }

    private static var broken: ConversionError { .malformed("a text in it has a broken escape") }

    private static func fourDigits(_ text: Span<UInt8>, _ index: inout Int) throws(ConversionError) -> UInt32 {
        guard index + 4 <= text.count else { throw broken }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = BaseEncoding.base16AnyCase.value(of: text[index]) else { throw broken }
            index += 1
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
