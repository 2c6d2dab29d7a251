/// What the last emergency kit says of the places of backups. The kit itself is on paper; this tells when it is old.
package struct EmergencyKit: Sendable, Equatable {
    /// A place that it names.
    package struct Place: Sendable, Equatable {
        /// The owner's word for it.
        package var name: String
        /// The first half of a SHA-256 of what and where it is, as it is configured.
        package var configured: Identifier
        /// The first half of a SHA-256 of what the kit says of it.
        package var described: Identifier

        package init(name: String, configured: Identifier, described: Identifier) {
            (self.name, self.configured, self.described) = (name, configured, described)
        }
    }

    /// The set of kit codes that is on it.
    package var set: UInt32 = 0
    /// The places.
    package var places: [Place] = []

    package init() {}
}

extension Contents {
    /// Nil when none was made, or by a release that noted nothing of it.
    package var kit: EmergencyKit? {
        guard let record = records[.single(.kit)], record.kind == RecordKind.kit.rawValue else { return nil }
        return try? EmergencyKit(record)
    }

    /// Notes what the kit says that has the set of codes of now.
    package mutating func note(kitNaming places: [EmergencyKit.Place], at utc: UInt64) throws(VaultError) {
        var kit = EmergencyKit()
        (kit.set, kit.places) = (access.set, places)
        let id = Identifier.single(.kit)
        let old = records[id]?.kind == RecordKind.kit.rawValue ? records[id] : nil
        records[id] = try kit.record(over: old, at: utc)
        revision += 1
    }
}

extension EmergencyKit: FieldList {
    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &set)
        try coder.list(2, &places, most: Place.headBytes + Limits.text)
    }

    init(_ record: Record) throws(VaultError) { try read(record) }

    func record(over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        try Record.make(.kit, .single(.kit), over: old, at: utc, body: body(over: old))
    }
}

extension EmergencyKit.Place: FieldValue {
    /// Both digests: what stands in front of the name.
    fileprivate static let headBytes = 2 * Identifier.count

    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count >= Self.headBytes else { throw .damaged("a place of the kit is cut short") }
        let (first, second) = (place.lowerBound + Identifier.count, place.lowerBound + Self.headBytes)
        configured = try Identifier(in: body, at: place.lowerBound..<first)
        described = try Identifier(in: body, at: first..<second)
        name = try String(in: body, at: second..<place.upperBound)
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { Self.headBytes + name.utf8.count }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        configured.append(to: &output, from: lent)
        described.append(to: &output, from: lent)
        name.append(to: &output, from: lent)
    }
}
