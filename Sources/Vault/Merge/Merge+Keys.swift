// Security keys: each is known by its credential id, and none ever takes the place of another. They follow their
// account.
extension Merge {
    mutating func takeKeys() throws(VaultError) {
        for their in theirs.keyTable.values where news.contains(their.id) || alias[their.account] != nil {
            guard let record = theirs.records[their.id] else { continue }
            let account = alias[their.account] ?? their.account
            guard accounts[account] != nil else { continue }
            guard let own = records[their.id] else {
                try add(their, record, to: account)
                continue
            }
            if !own.isTombstone {
                if own.kind == record.kind { try join(their, record, with: own) }
            } else if mode == .restore {
                try add(their, try record.broughtBack(after: own), to: account)
            } else {
                // It ended there with its account, which is here again; or its owner has brought it back.
                let isBack = try own.formerly.isWithOwner
                let met = try record.meeting(own, at: utc)
                guard isBack || !met.isRemoved || record.revision >= own.revision else { continue }
                try add(KeyCredential(met.record), met.record, to: account)
            }
        }
    }

    private mutating func add(
        _ their: KeyCredential, _ record: Record, to account: Identifier
    ) throws(VaultError) {
        newKeys += 1
        records[their.id] = record
        guard mode == .restore else { return }
        var key = their
        (key.account, key.batch) = (account, labels.batch)
        try put(key, over: record)
    }

    /// Two versions of one key: field by field, with the higher counter, the protections of both, and the secrets if
    /// either has them.
    private mutating func join(_ their: KeyCredential, _ record: Record, with own: Record) throws(VaultError) {
        guard try KeyCredential(own).isSame(as: their) else { return }
        var other = record
        if let here = alias[their.account] {
            var moved = their
            moved.account = here
            other = try moved.record(over: record, at: 0).rewritten(from: record)
        }
        let joined = try Record.joined(own, other)
        note(joined)
        records[own.id] = joined.record
    }

    /// What was removed for good there goes to the trash here, and from there as accounts do.
    mutating func takeKeyDeletions() throws(VaultError) {
        for id in newIDs {
            guard let their = theirs.records[id], their.isTombstone else { continue }
            guard let own = records[their.id], own.kind == RecordKind.key.rawValue else { continue }
            let key = try KeyCredential(own)
            guard accounts[key.account] != nil else { continue }
            if key.removed != 0 {
                if mode == .sync, their.revision > own.revision { records[their.id] = their }
            } else {
                // With its account it goes, and comes back, by itself.
                let met = try own.meeting(their, at: utc)
                if try met.isRemoved ? true : their.formerly.isWithOwner { records[their.id] = met.record }
            }
        }
    }

    /// The keys of accounts that are gone go with them.
    mutating func settleKeys() throws(VaultError) {
        for id in unsettled {
            guard let record = records[id], record.kind == RecordKind.key.rawValue else { continue }
            let owner = try record.owner
            guard accounts[owner] == nil else { continue }
            if let their = theirs.records[record.id], their.isTombstone {
                records[record.id] = try their.raised(to: record.revision)
            } else if records[owner]?.isTombstone == true {
                records[record.id] = try record.tombstone(.withOwner, at: 0)
            }
        }
    }

    /// Writes what the merge makes of a key: no edit of its owner's.
    mutating func put(_ key: KeyCredential, over old: Record) throws(VaultError) {
        records[key.id] = try key.record(over: old, at: 0).rewritten(from: old)
    }
}
