/// A JSON text (RFC 8259) of the extension, read into values, with bounds on all of it.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    /// A number that is a whole one; nil for any other.
    case number(Int?)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Values inside each other.
    static let mostNesting = 12
    /// Values in all.
    static let mostValues = 20_000

    /// Reads all of `bytes`; nil for what is no JSON or over a bound.
    init?(_ bytes: Span<UInt8>) {
        var reader = JSONReader()
        guard let value = try? reader.read(bytes) else { return nil }
        self = value
    }

    /// A member of an object; nil where there is none, or it is null.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self, let value = members[name], value != .null else { return nil }
        return value
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var number: Int? { if case .number(let value) = self { value } else { nil } }
    var items: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
}

/// Reads a JSON text.
private struct JSONReader {
    /// It is no JSON, or over a bound.
    struct Malformed: Error {}

    private var position = 0
    private var values = 0

    mutating func read(_ bytes: Span<UInt8>) throws(Malformed) -> JSONValue {
        let value = try value(bytes, depth: 0)
        skipSpace(bytes)
        guard position == bytes.count else { throw Malformed() }
        return value
    }

    private mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(Malformed) -> JSONValue {
        skipSpace(bytes)
        values += 1
        guard depth < JSONValue.mostNesting, values <= JSONValue.mostValues, position < bytes.count else {
            throw Malformed()
        }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object(try object(bytes, depth: depth))
        case UInt8(ascii: "["): return .array(try array(bytes, depth: depth))
        case UInt8(ascii: "\""): return .string(try string(bytes))
        case UInt8(ascii: "t"):
            try word("true", bytes)
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false", bytes)
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null", bytes)
            return .null
        default: return .number(try number(bytes))
        }
    }

    private mutating func object(_ bytes: Span<UInt8>, depth: Int) throws(Malformed) -> [String: JSONValue] {
        position += 1
        var members: [String: JSONValue] = [:]
        if skips(UInt8(ascii: "}"), bytes) { return members }
        repeat {
            skipSpace(bytes)
            let name = try string(bytes)
            guard skips(UInt8(ascii: ":"), bytes) else { throw Malformed() }
            // Two readers could each take another one of two.
            guard members.updateValue(try value(bytes, depth: depth + 1), forKey: name) == nil else {
                throw Malformed()
            }
        } while skips(UInt8(ascii: ","), bytes)
        guard skips(UInt8(ascii: "}"), bytes) else { throw Malformed() }
        return members
    }

    private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(Malformed) -> [JSONValue] {
        position += 1
        var items: [JSONValue] = []
        if skips(UInt8(ascii: "]"), bytes) { return items }
        repeat { items.append(try value(bytes, depth: depth + 1)) } while skips(UInt8(ascii: ","), bytes)
        guard skips(UInt8(ascii: "]"), bytes) else { throw Malformed() }
        return items
    }

    private mutating func word(_ word: StaticString, _ bytes: Span<UInt8>) throws(Malformed) {
        for byte in "\(word)".utf8 {
            guard position < bytes.count, bytes[position] == byte else { throw Malformed() }
            position += 1
        }
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(Malformed) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw Malformed() }
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: text, as: UTF8.self) else { throw Malformed() }
                return text
            case UInt8(ascii: "\\"): try escape(bytes, &text)
            case 0..<0x20: throw Malformed()
            default: text.append(byte)
            }
        }
        throw Malformed()
    }

    private mutating func escape(_ bytes: Span<UInt8>, _ text: inout [UInt8]) throws(Malformed) {
        guard position < bytes.count else { throw Malformed() }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try digits(bytes)
            if (0xD800..<0xDC00).contains(unit), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try digits(bytes)
                guard (0xDC00..<0xE000).contains(low) else { throw Malformed() }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            // JavaScript can have half a pair, which is no text.
            let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
            text += Array(String(Character(scalar)).utf8)
        default: throw Malformed()
        }
    }

    private mutating func digits(_ bytes: Span<UInt8>) throws(Malformed) -> UInt32 {
        guard position + 4 <= bytes.count else { throw Malformed() }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - 0x30)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32((byte | 0x20) - 0x57)
            default: throw Malformed()
            }
        }
        return value
    }

    /// Whole numbers of JavaScript; of others only that they are written as numbers are.
    private mutating func number(_ bytes: Span<UInt8>) throws(Malformed) -> Int? {
        let start = position
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        var value = 0
        while position < bytes.count, case let digit = Int(bytes[position]) - 0x30, 0...9 ~= digit {
            value = min(value * 10 + digit, 1 << 53)
            position += 1
        }
        guard position > first, bytes[first] != UInt8(ascii: "0") || position == first + 1 else { throw Malformed() }
        var isWhole = value < 1 << 53
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try fraction(bytes)
            isWhole = false
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try fraction(bytes)
            isWhole = false
        }
        return isWhole ? (bytes[start] == UInt8(ascii: "-") ? -value : value) : nil
    }

    private mutating func fraction(_ bytes: Span<UInt8>) throws(Malformed) {
        let start = position
        while position < bytes.count, 0x30...0x39 ~= bytes[position] { position += 1 }
        guard position > start else { throw Malformed() }
    }

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// Goes behind that character, with space before it, if it is there.
    private mutating func skips(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        skipSpace(bytes)
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }
}
