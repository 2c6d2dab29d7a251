/// How a request names an account: `u8 kind (0 name, 1 id)`, then a string or 16 bytes.
package enum Selector: Field, Equatable, Sendable {
    /// A query for issuer/name: exact, else unique prefix, else unique substring. The agent does the matching.
    case name(String)
    /// The account's id.
    case id(Identifier)

    package init() { self = .name("") }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        var (kind, query, id): (UInt8, String, Identifier) =
            switch self {
            case .name(let query): (0, query, .zero)
            case .id(let id): (1, "", id)
            }
        try coder.integer(&kind)
        switch kind {
        case 0:
            try coder.string(&query, Limits.label)
            self = .name(query)
        case 1:
            try coder.field(&id)
            self = .id(id)
        default: throw .unknownValue
        }
    }
}
