import Platform

extension Identifier {
    /// A new one.
    package static func random() -> Identifier {
        let bytes = Sodium.randomIdentifier()
        return Identifier(firstOf: bytes.span)
    }

    /// The id of a record that each vault has once, such as its settings: the kind's number and nothing else.
    static func single(_ kind: RecordKind) -> Identifier { Identifier(high: 0, low: UInt64(kind.rawValue)) }
}
