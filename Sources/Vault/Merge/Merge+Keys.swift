// Security keys: each is known by its credential id, and none ever takes the place of another. They follow their
// account.
extension Merge {
    mutating func takeKeys() throws(VaultError) {
        for their in theirs.keyTable.values {
            guard let record = theirs.records[their.id] else { continue }
            let account = alias[their.account] ?? their.account
            guard accounts[account] != nil else { continue }
            if let own = records[their.id] {
                if own.isTombstone {
                    // As with accounts: whoever restores a backup wants back what it has.
                    guard mode == .restore || record.isNewer(than: own) else { continue }
                    try add(their, record, to: account, above: own.revision)
                } else if own.kind == record.kind {
                    try join(their, record, of: account, with: own)
                }
            } else {
                try add(their, record, to: account, above: 0)
            }
        }
    }

    private mutating func add(
        _ their: KeyCredential, _ record: Record, to account: Identifier, above revision: UInt64
    ) throws(VaultError) {
        newKeys += 1
        guard mode == .restore else {
            records[their.id] = record
            return
        }
        var key = their
        (key.account, key.batch) = (account, labels.batch)
        try put(key, over: record, above: revision)
    }

    /// Two versions of one key: what the later one says, the higher counter, and the secrets if either has them.
    private mutating func join(
        _ their: KeyCredential, _ record: Record, of account: Identifier, with own: Record
    ) throws(VaultError) {
        let key = try KeyCredential(own)
        guard key.isSame(as: their) else { return }
        let isTaken = record.isNewer(than: own)
        let (later, other) = isTaken ? (their, key) : (key, their)
        var joined = later
        if isTaken { joined.account = account }
        joined.counter = max(key.counter, their.counter)
        joined.lastUsed = max(key.lastUsed, their.lastUsed)
        if other.flags.contains(.backedUp) { joined.flags.insert(.backedUp) }
        joined.joinProtections(of: other)
        if later.isPlaceholder, !other.isPlaceholder {
            (joined.body, joined.places) = (other.body, other.places)
            joined.flags.remove(.needsVerification)
        }
        let isLater =
            joined.account == later.account && joined.counter == later.counter && joined.lastUsed == later.lastUsed
            && joined.flags == later.flags && joined.protection == later.protection
            && joined.lowered == later.lowered
        let winner = isTaken ? record : own
        guard !isLater else { return records[key.id] = winner }
        try put(joined, over: winner, above: max(own.revision, record.revision))
    }

    /// What was removed for good there goes to the trash here, and from there as accounts do.
    mutating func takeKeyDeletions() throws(VaultError) {
        for their in theirs.records.values where their.isTombstone {
            guard let own = records[their.id], own.kind == RecordKind.key.rawValue, their.revision > own.revision else {
                continue
            }
            var key = try KeyCredential(own)
            guard let account = accounts[key.account] else { continue }
            if key.removed != 0 {
                if mode == .sync { records[their.id] = their }
                continue
            }
            // With an account that went to the trash it goes by itself.
            if account.removed == 0 { key.removed = max(utc, 1) }
            try put(key, over: own, at: utc, above: their.revision)
        }
    }

    /// The keys of accounts that are gone go with them.
    mutating func settleKeys() throws(VaultError) {
        for record in records.values where record.kind == RecordKind.key.rawValue {
            let owner = try record.owner
            guard accounts[owner] == nil else { continue }
            if let their = theirs.records[record.id], their.isTombstone {
                records[record.id] = their.with(revision: max(their.revision, record.revision))
            } else if records[owner]?.isTombstone == true {
                records[record.id] = try record.tombstone(at: 0)
            }
        }
    }

    mutating func moveKeys(from account: Identifier, to other: Identifier) throws(VaultError) {
        for record in records.values where record.kind == RecordKind.key.rawValue {
            var key = try KeyCredential(record)
            guard key.account == account else { continue }
            key.account = other
            try put(key, over: record)
        }
    }

    /// Writes a key's record; its time stays, unless one is given.
    private mutating func put(
        _ key: KeyCredential, over old: Record, at utc: UInt64 = 0, above revision: UInt64 = 0
    ) throws(VaultError) {
        let made = try key.record(over: old, at: utc)
        records[key.id] = made.with(revision: max(made.revision, revision + 1))
    }
}
