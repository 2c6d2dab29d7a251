/// How a request names an account: `u8 kind (0 name, 1 id)`, then a string or 16 bytes.
package enum Selector: Equatable, Sendable {
    /// A query for issuer/name: exact, else unique prefix, else unique substring. The agent does the matching.
    case name(String)
    /// The account's id.
    case id(Identifier)

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        switch try cursor.u8(body) {
        case 0: self = .name(try cursor.string(body, Limits.label))
        case 1: self = .id(try Identifier(&cursor, body))
        default: throw .unknownValue
        }
    }

    var encodedCount: Int {
        switch self {
        case .name(let query): 1 + Count.string(query)
        case .id: 1 + Identifier.count
        }
    }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        switch self {
        case .name(let query):
            output.append(0)
            try output.appendString(query, Limits.label)
        case .id(let id):
            output.append(1)
            id.encode(into: &output)
        }
    }
}
