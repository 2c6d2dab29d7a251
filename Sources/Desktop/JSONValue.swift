/// What `fob` writes with `--json` (RFC 8259), read leniently: it is a program of the same release.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number; nothing that is shown has a fraction.
    case number(Int64)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads a text; nil when it is none.
    package init?(parsing text: String) {
        var reader = Reader(text: Array(text.utf8))
        guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
        self = value
    }

    package subscript(name: String) -> JSONValue? { if case .object(let members) = self { members[name] } else { nil } }
    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var number: Int64? { if case .number(let number) = self { number } else { nil } }
    package var isTrue: Bool { self == .bool(true) }
    package var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }

    private struct Reader {
        let text: [UInt8]
        var position = 0

        private static let deepest = 32

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return position == text.count
            }
        }

        private mutating func skipSpace() {
            while position < text.count, [0x20, 0x0A, 0x0D, 0x09].contains(text[position]) { position += 1 }
        }

        private mutating func skip(_ character: Unicode.Scalar) -> Bool {
            skipSpace()
            guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func value(depth: Int) -> JSONValue? {
            guard depth < Self.deepest else { return nil }
            if skip("{") { return object(depth) }
            if skip("[") { return array(depth) }
            if skip("\"") { return string().map { .text($0) } }
            let start = position
            while position < text.count, !",]} \n".utf8.contains(text[position]) { position += 1 }
            switch String(decoding: text[start..<position], as: UTF8.self) {
            case "null": return .null
            case "true": return .bool(true)
            case "false": return .bool(false)
            case let word: return Int64(word).map { .number($0) }
            }
        }

        private mutating func array(_ depth: Int) -> JSONValue? {
            var items: [JSONValue] = []
            if skip("]") { return .array(items) }
            while let item = value(depth: depth + 1) {
                items.append(item)
                if skip("]") { return .array(items) }
                guard skip(",") else { return nil }
            }
            return nil
        }

        private mutating func object(_ depth: Int) -> JSONValue? {
            var members: [String: JSONValue] = [:]
            if skip("}") { return .object(members) }
            while skip("\""), let name = string(), skip(":"), let value = value(depth: depth + 1) {
                members[name] = value
                if skip("}") { return .object(members) }
                guard skip(",") else { return nil }
            }
            return nil
        }

        private mutating func string() -> String? {
            var bytes: [UInt8] = []
            while position < text.count {
                let byte = text[position]
                position += 1
                if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
                guard byte == UInt8(ascii: "\\") else {
                    bytes.append(byte)
                    continue
                }
                guard let escaped = escape() else { return nil }
                bytes += escaped
            }
            return nil
        }

        private mutating func escape() -> [UInt8]? {
            guard position < text.count else { return nil }
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "n"): return [0x0A]
            case UInt8(ascii: "r"): return [0x0D]
            case UInt8(ascii: "t"): return [0x09]
            case UInt8(ascii: "b"): return [0x08]
            case UInt8(ascii: "f"): return [0x0C]
            case UInt8(ascii: "u"):
                var units = [unit()].compactMap(\.self)
                if let first = units.first, UTF16.isLeadSurrogate(first), skip("\\"), skip("u"), let second = unit() {
                    units.append(second)
                }
                return units.isEmpty ? nil : Array(String(decoding: units, as: UTF16.self).utf8)
            default: return [byte]
            }
        }

        private mutating func unit() -> UInt16? {
            guard position + 4 <= text.count else { return nil }
            defer { position += 4 }
            return UInt16(String(decoding: text[position..<position + 4], as: UTF8.self), radix: 16)
        }
    }
}
