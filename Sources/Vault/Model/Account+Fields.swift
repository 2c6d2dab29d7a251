import Platform

extension Account {
    private static let noteTag: UInt8 = 3

    /// What the record of an account says.
    @usableFromInline struct Fields: FieldList, Sendable {
        @usableFromInline var id: Identifier
        @usableFromInline var details = AccountDetails(issuer: "", name: "")
        var position: UInt64 = 0
        @usableFromInline var state = AccountState.ok
        @usableFromInline var created: UInt64 = 0
        @usableFromInline var removed: UInt64 = 0
        @usableFromInline var extras = AccountExtras()
        @usableFromInline var batch: Identifier?
        @usableFromInline var isDeviceBound = false
        var otherWayTexts: [String] = []
        /// Where the note lies in what it was read from.
        @usableFromInline var note = 0..<0

        mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
            try coder.some(1, &details.issuer, most: Limits.name)
            try coder.some(2, &details.name, most: Limits.name)
            try coder.some(noteTag, &note, most: Limits.note)
            try coder.list(4, &details.tags, most: Limits.tag)
            try coder.value(5, &position)
            try coder.some(6, &details.confirm)
            try coder.some(7, &details.lifetime)
            try coder.some(8, &state)
            try coder.value(9, &created)
            try coder.some(10, &removed)
            try coder.some(11, &extras.isFavourite)
            try coder.some(12, &extras.icon, most: Limits.text)
            try coder.some(13, &extras.uses)
            try coder.some(14, &extras.lastUsed)
            try coder.some(16, &isDeviceBound)
            try coder.some(18, &details.verify)
            try coder.some(15, &batch)
            try coder.list(20, &otherWayTexts, most: Limits.otherWayText)
        }
    }

    /// Reads an account's record. Its one-time password is another record.
    init(_ record: Record) throws(VaultError) {
        var fields = Fields(id: record.id)
        try fields.read(record)
        guard fields.details.tags.count <= Limits.tags else { throw .damaged("an account has too many tags") }
        fields.position = Record.within(fields.position)
        fields.created = Record.within(fields.created)
        fields.removed = Record.within(fields.removed)
        fields.extras.uses = Record.within(fields.extras.uses)
        fields.extras.lastUsed = Record.within(fields.extras.lastUsed)
        self.init(fields, modified: record.modified)
    }

    /// The account's record.
    ///
    /// - Parameters:
    ///   - old: the record that this one replaces; what of it is not known here is kept.
    ///   - note: the new note; nil keeps the old one.
    func record(over old: Record?, note: Span<UInt8>?, at utc: UInt64) throws(VaultError) -> Record {
        var fields = fields
        fields.note = 0..<(note?.count ?? 0)
        let body = try fields.body(from: note, over: old, keeping: note == nil ? Self.noteTag : nil)
        return try Record.make(.account, id, over: old, at: utc, body: body)
    }

    /// Lends the bytes of the note in a record to `use`; empty when there is none.
    static func withNote<R, E: Error>(
        of record: Record, _ use: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try record.body.withBytes { (body: Span<UInt8>) throws(E) in
            let place = try? FieldWalk.last(noteTag, in: body)
            return try use(body.extracting(place ?? 0..<0))
        }
    }
}

/// A state that a newer release knows is not one in which codes should be given.
extension AccountState: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        self = AccountState(rawValue: try UInt8(in: body, at: place)) ?? .needsVerification
    }

    var isEmptyField: Bool { self == .ok }
    var fieldBytes: Int { 1 }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) { output.append(rawValue) }
}

extension Record {
    /// The account that a one-time password, a set of recovery codes or a security key belongs to: field 1 of each.
    var owner: Identifier {
        get throws(VaultError) {
            try body.withBytes { (body: Span<UInt8>) throws(VaultError) in
                guard let place = try FieldWalk.last(1, in: body) else { throw .damaged("it belongs to no account") }
                return try Identifier(in: body, at: place)
            }
        }
    }
}
