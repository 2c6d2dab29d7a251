/// Reads the bytes of a JSON text, which are valid UTF-8 and not many.
struct JSONReader {
    private let text: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ text: [UInt8]) { self.text = text }

    mutating func document() throws(JSONValue.Failure) -> JSONValue {
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == text.count else { throw malformed }
        return value
    }

    private var malformed: JSONValue.Failure { .malformed(at: position) }

    private var current: UInt8? { position < text.count ? text[position] : nil }

    private mutating func skipSpace() {
        while let current, [0x20, 0x0a, 0x0d, 0x09].contains(current) { position += 1 }
    }

    /// Whether this character comes, which is skipped.
    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(JSONValue.Failure) -> JSONValue {
        switch current {
        case UInt8(ascii: "{"): return try nested { reader throws(JSONValue.Failure) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(JSONValue.Failure) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func nested(
        _ body: (inout JSONReader) throws(JSONValue.Failure) -> JSONValue
    ) throws(JSONValue.Failure) -> JSONValue {
        guard depth < JSONValue.depthLimit else { throw .tooLarge }
        depth += 1
        position += 1
        skipSpace()
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(JSONValue.Failure) -> JSONValue {
        var items: [JSONValue] = []
        if skip("]") { return .array(items) }
        while true {
            items.append(try value())
            skipSpace()
            if skip("]") { return .array(items) }
            guard skip(",") else { throw malformed }
            skipSpace()
        }
    }

    private mutating func object() throws(JSONValue.Failure) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if skip("}") { return .object(members) }
        while true {
            let name = try string()
            skipSpace()
            guard members[name] == nil, skip(":") else { throw malformed }
            skipSpace()
            members[name] = try value()
            skipSpace()
            if skip("}") { return .object(members) }
            guard skip(",") else { throw malformed }
            skipSpace()
        }
    }

    private mutating func literal(_ word: String, _ value: JSONValue) throws(JSONValue.Failure) -> JSONValue {
        guard text[position...].starts(with: word.utf8) else { throw malformed }
        position += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONValue.Failure) -> JSONValue {
        let start = position
        _ = skip("-")
        let first = position
        guard skipDigits() > 0, text[first] != UInt8(ascii: "0") || position == first + 1 else { throw malformed }
        let end = position
        if skip("."), skipDigits() == 0 { throw malformed }
        if skip("e") || skip("E") {
            if !skip("+") { _ = skip("-") }
            guard skipDigits() > 0 else { throw malformed }
        }
        guard position == end, let number = Int64(String(decoding: text[start..<end], as: UTF8.self)) else {
            return .otherNumber
        }
        return .integer(number)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) { position += 1 }
        return position - start
    }

    private mutating func string() throws(JSONValue.Failure) -> String {
        guard skip("\"") else { throw malformed }
        var bytes: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"): bytes += try escape()
            case 0..<0x20: throw malformed
            default: bytes.append(byte)
            }
        }
        throw malformed
    }

    /// The bytes of UTF-8 that an escape stands for (RFC 8259, section 7).
    private mutating func escape() throws(JSONValue.Failure) -> [UInt8] {
        guard let byte = current else { throw malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var unit = try fourDigits()
            if (0xd800..<0xdc00).contains(unit) {
                guard skip("\\"), skip("u") else { throw malformed }
                let low = try fourDigits()
                guard (0xdc00..<0xe000).contains(low) else { throw malformed }
                unit = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw malformed }
            return Array(String(Character(scalar)).utf8)
        default: throw malformed
        }
    }

    private mutating func fourDigits() throws(JSONValue.Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = BaseEncoding.base16AnyCase.value(of: byte) else { throw malformed }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
