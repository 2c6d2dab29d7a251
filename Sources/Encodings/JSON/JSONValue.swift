/// A value of a JSON text (RFC 8259) as configurations, cards and what `fob` prints need it.
///
/// The reader is strict: UTF-8 without a byte order mark, no name twice in an object, no broken escape, and bounds for
/// bytes and depth. The text holds no secret.
package enum JSONValue: Equatable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number that is whole and has an exact Int64.
    case integer(Int64)
    /// Any other number: nothing here has one.
    case otherNumber
    /// A text.
    case string(String)
    /// Values in a row.
    case array([JSONValue])
    /// Values by name.
    case object([String: JSONValue])

    /// Bytes of the longest text, where nothing else is said.
    package static let byteLimit = 65_536
    /// How many arrays and objects may be inside of each other.
    package static let depthLimit = 16

    /// Why bytes are no such text.
    package enum Failure: Error, Equatable, Sendable {
        /// Too long or nested too deep.
        case tooLarge
        /// No JSON at this byte, counted from 0.
        case malformed(at: Int)
    }

    /// Reads a text of so many bytes at most.
    package init(parsing text: [UInt8], most: Int = byteLimit) throws(Failure) {
        guard text.count <= most else { throw .tooLarge }
        guard (try? UTF8Span(validating: text.span)) != nil else { throw .malformed(at: 0) }
        var reader = JSONReader(text)
        self = try reader.document()
    }

    /// The text, if it is one.
    package var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The number, if it is whole.
    package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

    /// Whether it is `true`.
    package var isTrue: Bool { self == .bool(true) }

    /// The values of an array; none for what is no array.
    package var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }

    /// The value of that name, if it is an object that has one.
    package subscript(name: String) -> JSONValue? { if case .object(let members) = self { members[name] } else { nil } }

    /// The texts of an array of nothing else.
    package var strings: [String]? {
        guard case .array(let items) = self else { return nil }
        let texts = items.compactMap(\.string)
        return texts.count == items.count ? texts : nil
    }

    /// The one form that cards are signed in: no white space, names sorted by their bytes, and in texts only what must be
    /// is escaped (RFC 8785, for the values that cards have).
    package var canonical: [UInt8] {
        switch self {
        case .null, .otherNumber: Array("null".utf8)
        case .bool(let value): Array((value ? "true" : "false").utf8)
        case .integer(let number): Array(String(number).utf8)
        case .string(let text): Self.quoted(text)
        case .array(let items): Self.list("[", items.map(\.canonical), "]")
        case .object(let members):
            Self.list(
                "{",
                members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                    .map { Self.quoted($0.key) + [UInt8(ascii: ":")] + $0.value.canonical }, "}")
        }
    }

    private static func list(_ start: Unicode.Scalar, _ items: [[UInt8]], _ end: Unicode.Scalar) -> [UInt8] {
        [UInt8(ascii: start)] + items.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: end)]
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var quoted = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
            case 0x08: quoted += Array("\\b".utf8)
            case 0x09: quoted += Array("\\t".utf8)
            case 0x0a: quoted += Array("\\n".utf8)
            case 0x0c: quoted += Array("\\f".utf8)
            case 0x0d: quoted += Array("\\r".utf8)
            case 0..<0x20: quoted += Array("\\u00".utf8) + Array(BaseEncoding.base16.text([byte].span).utf8)
            default: quoted.append(byte)
            }
        }
        return quoted + [UInt8(ascii: "\"")]
    }
}
