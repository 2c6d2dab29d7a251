import Platform

// Every change works on a copy of the value and leaves it as it was when it throws.
extension Contents {
    // MARK: Reading

    /// The set of an account that its service takes now.
    package func recoverySet(of account: Identifier) -> RecoverySet? {
        recoverySets[account]?.last.flatMap { $0.superseded == 0 ? $0 : nil }
    }

    /// The sets of an account that were replaced and are not wiped yet, the latest first.
    package func supersededSets(of account: Identifier) -> [RecoverySet] {
        (recoverySets[account] ?? []).filter { $0.superseded != 0 }.reversed()
    }

    /// Takes in what was read from a file: the sets of an account in the order in which they came. Where several claim
    /// to be the current one, the last is, and the others were superseded by it.
    mutating func takeRecoverySets(_ loaded: [RecoverySet]) {
        for set in loaded where accounts[set.account] != nil {
            recoverySets[set.account, default: []].append(set)
        }
        for account in Set(loaded.map(\.account)) {
            guard let sets = recoverySets[account] else { continue }
            var sorted = sets.sorted {
                ($0.superseded == 0 ? 1 : 0, $0.imported, $0.id) < ($1.superseded == 0 ? 1 : 0, $1.imported, $1.id)
            }
            for index in sorted.indices.dropLast() where sorted[index].superseded == 0 {
                sorted[index].superseded = max(sorted[sorted.count - 1].imported, 1)
            }
            recoverySets[account] = sorted
        }
    }

    // MARK: Changing

    /// Gives an account a set of codes. The one it had so far is kept as superseded.
    ///
    /// - Parameters:
    ///   - service: the word for the service; empty when it is not known.
    ///   - isInOrder: the service takes the codes only in their order.
    ///   - text: where the codes lie.
    /// - Returns: whether it took the place of another.
    @discardableResult
    package mutating func setRecoveryCodes(
        of account: Identifier, service: String, isInOrder: Bool, _ codes: [NewRecoveryCode], in text: Span<UInt8>,
        at utc: UInt64
    ) throws(VaultError) -> Bool {
        guard let owner = accounts[account], owner.removed == 0 else { throw .notFound }
        guard service.utf8.count <= Limits.recoveryService else { throw .badValue("so long a service's name") }
        guard (1...Limits.recoveryCodes).contains(codes.count) else {
            throw .badValue("a set of \(codes.count) recovery codes")
        }
        guard !service.hasControls else { throw .badValue("control characters in a service's name") }
        guard recoverySets[account]?.count ?? 0 <= Limits.supersededSets else {
            throw .tooLarge("\(Limits.supersededSets) former sets of recovery codes of one account")
        }
        for (index, code) in codes.enumerated() {
            try RecoverySet.check(text.extracting(code.text))
            for other in codes[..<index]
            where RecoverySet.isSame(text.extracting(code.text), text.extracting(other.text)) {
                throw .badValue("one recovery code twice in a set")
            }
        }
        // Later than all others, so that what came last is known whatever the clock does.
        let last = recoverySets[account]?.last?.imported ?? 0
        let imported = min(max(utc, last + 1), Record.numberLimit)
        let nothing = SharedSecret(try Self.noSecret())
        let new = RecoverySet(
            id: .random(), account: account, service: service, isInOrder: isInOrder, imported: imported, superseded: 0,
            codes: codes.map { RecoveryCode(text: $0.text, shown: 0, used: $0.isUsed ? max(utc, 1) : 0) },
            body: nothing)
        let record = try new.record(text, over: nil, at: utc)
        let read = try RecoverySet(record)
        let old = recoverySet(of: account)
        if var old {
            old.superseded = max(utc, 1)
            try replace(old, at: utc)
        }
        records[record.id] = record
        recoverySets[account, default: []].append(read)
        revision += 1
        return old != nil
    }

    /// Marks the next code of an account as shown.
    ///
    /// - Returns: the set as it is now, and which of its codes it is.
    package mutating func showNextRecoveryCode(
        of account: Identifier, at utc: UInt64
    ) throws(VaultError) -> (set: RecoverySet, index: Int) {
        guard var set = recoverySet(of: account) else { throw .noRecoveryCodes }
        guard let index = set.next else { throw .noRecoveryCodeLeft }
        // Later than all others, so that the last one shown is known whatever the clock does.
        let last = set.codes.map(\.shown).max() ?? 0
        set.codes[index].shown = min(max(utc, last + 1), Record.numberLimit)
        return (try replace(set, at: utc), index)
    }

    /// Marks a code of an account as used: the one that `text` is, or, when it is empty, the one that was shown last.
    package mutating func useRecoveryCode(
        of account: Identifier, _ text: Span<UInt8>, at utc: UInt64
    ) throws(VaultError) -> RecoverySet {
        guard var set = recoverySet(of: account) else { throw .noRecoveryCodes }
        guard let index = text.isEmpty ? set.lastShown : set.index(of: text) else { throw .noSuchRecoveryCode }
        guard set.codes[index].isLeft else { throw .recoveryCodeUsed }
        set.codes[index].used = max(utc, 1)
        return try replace(set, at: utc)
    }

    /// Ends the sets that were replaced 30 days ago: only tombstones stay.
    package mutating func purgeSuperseded(at utc: UInt64) throws(VaultError) {
        func isOver(_ set: RecoverySet) -> Bool { set.superseded != 0 && utc >= set.supersededUntil }
        for (account, sets) in recoverySets where sets.contains(where: isOver) {
            var kept: [RecoverySet] = []
            for var set in sets {
                guard isOver(set) else {
                    kept.append(set)
                    continue
                }
                if let record = records[set.id], try RecoverySet(record).superseded == 0 {
                    // Only another set's word says that it was replaced: its 30 days begin when that is seen.
                    set.superseded = max(utc, 1)
                    records[set.id] = try set.body.withBytes { (text: Span<UInt8>) throws(VaultError) in
                        try set.record(text, over: record, at: utc)
                    }
                    kept.append(set)
                } else {
                    try bury(set.id, .replaced, at: utc)
                }
            }
            recoverySets[account] = kept.isEmpty ? nil : kept
            revision += 1
        }
    }

    /// Ends all sets of an account.
    mutating func buryRecoverySets(of account: Identifier, at utc: UInt64) throws(VaultError) {
        for set in recoverySets[account] ?? [] { try bury(set.id, .withOwner, at: utc) }
        recoverySets[account] = nil
    }

    // MARK: Parts of changes

    @discardableResult
    private mutating func replace(_ set: RecoverySet, at utc: UInt64) throws(VaultError) -> RecoverySet {
        let old = records[set.id]
        let record = try set.body.withBytes { (text: Span<UInt8>) throws(VaultError) in
            try set.record(text, over: old, at: utc)
        }
        let read = try RecoverySet(record)
        guard let index = recoverySets[set.account]?.firstIndex(where: { $0.id == set.id }) else {
            throw .noRecoveryCodes
        }
        records[record.id] = record
        recoverySets[set.account]?[index] = read
        revision += 1
        return read
    }

    private static func noSecret() throws(VaultError) -> Secret {
        do { return try Secret(LockedBuffer(capacity: 0)) } catch { throw .memory(error) }
    }
}
