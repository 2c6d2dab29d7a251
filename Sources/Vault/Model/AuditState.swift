import Platform

/// Where the agent's audit logs stand, the keys that verify them, and how far time has come, as a record of the vault. It belongs to the
/// machine: no backup has it.
package struct AuditState: Sendable {
    /// Bytes of a key.
    package static let keyBytes = 32

    /// The logs that there are.
    package enum Log: Int, CaseIterable, Sendable {
        /// What happened: `audit.log`.
        case events
        /// Which codes were given: `codes.log`.
        case codes
    }

    /// Where one of them stands.
    package struct Mark: Sendable {
        /// The number of its last line; 0 for none.
        package var sequence: UInt64 = 0
        /// The hash of that line.
        package var hash: [32 of UInt8] = .init(repeating: 0)
        /// The first line that has a tag.
        package var start: UInt64 = 0
        /// The line before which something was last found missing; 0 for never.
        package var missing: UInt64 = 0

        package init() {}
    }

    /// One for each log.
    package private(set) var marks = [Mark](repeating: Mark(), count: Log.allCases.count)
    /// How far time has come (see `Calendar`), and the clock at that save.
    private(set) var noted: (calendar: UInt64, clock: UInt64) = (0, 0)
    private var body: SharedSecret?
    private var keys = [Keys](repeating: Keys(), count: Log.allCases.count)

    /// Where the keys of a log lie.
    struct Keys {
        /// That of the line `start`.
        var first = 0..<0
        /// That of the line after `sequence`.
        var next = 0..<0
    }

    struct Fields: FieldList {
        var marks = [Mark](repeating: Mark(), count: Log.allCases.count)
        var keys = [Keys](repeating: Keys(), count: Log.allCases.count)
        var calendar: UInt64 = 0
        var clock: UInt64 = 0

        mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
            for log in Log.allCases {
                // Eight tags for each log.
                let (index, tag) = (log.rawValue, UInt8(8 * log.rawValue))
                try coder.value(tag + 1, &marks[index].sequence)
                try coder.value(tag + 2, &marks[index].hash)
                try coder.value(tag + 3, &marks[index].start)
                try coder.value(tag + 4, &keys[index].first, most: AuditState.keyBytes)
                try coder.value(tag + 5, &keys[index].next, most: AuditState.keyBytes)
                try coder.some(tag + 6, &marks[index].missing)
            }
            try coder.value(17, &calendar)
            try coder.value(18, &clock)
        }
    }

    init(_ record: Record) throws(VaultError) {
        var fields = Fields()
        try fields.read(record)
        guard fields.keys.allSatisfy({ $0.first.count == Self.keyBytes && $0.next.count == Self.keyBytes }),
            fields.marks.allSatisfy({ $0.sequence <= Record.numberLimit && $0.start <= $0.sequence + 1 })
        else { throw .damaged("what it remembers of the audit log is impossible") }
        (marks, keys, body) = (fields.marks, fields.keys, record.body)
        noted = (fields.calendar, fields.clock)
    }

    /// Where a log stands.
    package subscript(_ log: Log) -> Mark { marks[log.rawValue] }

    /// Lends the key of the log's line `start`.
    package func withFirstKey<R, E: Error>(
        of log: Log, _ use: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R? {
        try body?.withBytes { (bytes: Span<UInt8>) throws(E) in try use(bytes.extracting(keys[log.rawValue].first)) }
    }

    /// Lends the key of the line after the log's last.
    package func withNextKey<R, E: Error>(
        of log: Log, _ use: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R? {
        try body?.withBytes { (bytes: Span<UInt8>) throws(E) in try use(bytes.extracting(keys[log.rawValue].next)) }
    }

    /// The record of these marks.
    ///
    /// - Parameters:
    ///   - marks: one for each log.
    ///   - first: the keys of their lines `start`, one behind the other; nil keeps those that there are.
    ///   - next: the keys of the lines after their last.
    ///   - calendar: how far time has come.
    func record(
        over old: Record?, marks: [Mark], first: Span<UInt8>?, next: Span<UInt8>, calendar: UInt64, at utc: UInt64
    ) throws(VaultError) -> Record {
        var fields = Fields()
        (fields.calendar, fields.clock) = (calendar, utc)
        fields.marks = marks
        var lent = try RecordStream.buffer(4 * Self.keyBytes)
        if let first {
            lent.append(copying: first)
        } else {
            for log in Log.allCases { _ = withFirstKey(of: log) { lent.append(copying: $0) } }
        }
        lent.append(copying: next)
        guard lent.count == 4 * Self.keyBytes else { throw .badValue("keys of the audit log") }
        for index in fields.keys.indices {
            let place = index * Self.keyBytes
            fields.keys[index].first = place..<place + Self.keyBytes
            fields.keys[index].next = place + 2 * Self.keyBytes..<place + 3 * Self.keyBytes
        }
        return try Record.make(
            .audit, .single(.audit), over: old, at: utc, body: fields.body(from: lent.bytes, over: old))
    }

    /// Nothing is remembered yet.
    init() {}
}

extension Contents {
    /// What is remembered of the audit logs; nil before the first save by an agent that seals them.
    package var auditState: AuditState? {
        guard let record = records[.single(.audit)], record.kind == RecordKind.audit.rawValue else { return nil }
        return try? AuditState(record)
    }

    /// Remembers where the logs stand. It is no change of the vault: no other machine sees it.
    ///
    /// - Parameters:
    ///   - first: the keys of the first lines that have tags, when the logs begin to have some.
    ///   - next: the keys of the lines after the last.
    package mutating func note(
        _ marks: [AuditState.Mark], firstKeys first: Span<UInt8>?, nextKeys next: Span<UInt8>, at utc: UInt64
    ) throws(VaultError) {
        let id = Identifier.single(.audit)
        let old = records[id]
        let state = auditState ?? AuditState()
        records[id] = try state.record(
            over: old, marks: marks, first: first, next: next, calendar: calendar(at: utc), at: utc)
        // Where older releases look.
        (auditSequence, auditHash) = (
            marks[AuditState.Log.events.rawValue].sequence, marks[AuditState.Log.events.rawValue].hash
        )
    }
}
