import Platform

extension Identifier {
    /// A new one.
    package static func random() -> Identifier {
        let bytes = Sodium.randomIdentifier()
        var id = Identifier.zero
        for index in 0..<8 {
            id.high = id.high << 8 | UInt64(bytes[index])
            id.low = id.low << 8 | UInt64(bytes[index + 8])
        }
        return id
    }

    /// The id of a record that each vault has once, such as its settings: the kind's number and nothing else.
    static func single(_ kind: RecordKind) -> Identifier { Identifier(high: 0, low: UInt64(kind.rawValue)) }
}
