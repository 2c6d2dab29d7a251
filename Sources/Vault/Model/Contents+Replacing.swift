extension Sequence<Record> {
    /// The accounts of those that are of a kind.
    func owners(of kind: RecordKind) throws(VaultError) -> Set<Identifier> {
        var owners: Set<Identifier> = []
        for record in self where record.kind == kind.rawValue { owners.insert(try record.owner) }
        return owners
    }
}

extension Contents {
    /// Records of one-time passwords, recovery codes and security keys whose account is not here, by its id.
    func orphans() throws(VaultError) -> [Identifier: [Identifier]] {
        let kinds: [RecordKind] = [.credential, .recoveryCodes, .key]
        let numbers = kinds.map(\.rawValue)
        var (parts, known) = (0, keyTable.count)
        records.each { _, record in if numbers.contains(record.kind) { parts += 1 } }
        accounts.each { _, account in if account.credential != nil { known += 1 } }
        guard parts != recoverySets.values.reduce(known, { $0 + $1.count }) else { return [:] }
        var orphans: [Identifier: [Identifier]] = [:]
        for record in records.values where numbers.contains(record.kind) {
            let owner = try record.owner
            if accounts[owner] == nil { orphans[owner, default: []].append(record.id) }
        }
        return orphans
    }

    /// What the vault is with these records in place of those with their ids, or beside them.
    ///
    /// - Parameter isBeside: nobody will look for an account in it by its name or key.
    func with(_ changed: [Record], isBeside: Bool = false) throws(VaultError) -> Contents {
        guard isIndexed || isBeside, isFew(changed.count), let parts = try parts(of: changed, only: true) else {
            var all = records
            for record in changed { all[record.id] = record }
            return try Contents(Array(all.values), knowing: self, isBeside: isBeside)
        }
        var copy = self
        for record in changed { copy.records[record.id] = record }
        try copy.readAgain(parts.accounts, Array(parts.records))
        return copy
    }

    /// Whether to read again what so many records change is less work than to read all.
    private func isFew(_ count: Int) -> Bool { count <= records.count / 8 + 8 }

    /// The accounts that are others, or no longer there, with other records than these contents have, and what belongs to
    /// them; nil when to read all of them is less work, or when accounts are looked for that cannot be here.
    func partsToRead(
        for others: SortedTable<Identifier, Record>, isIndexed isWanted: Bool
    ) throws(VaultError) -> (accounts: Set<Identifier>, records: Set<Identifier>)? {
        guard isIndexed || !isWanted else { return nil }
        var changed: [Record] = []
        records.each(beside: others, passingShared: true) { _, own, other in
            if let own, let other, own.isSame(as: other) { return }
            if let record = other ?? own { changed.append(record) }
        }
        return isFew(changed.count) ? try parts(of: changed, only: false) : nil
    }

    /// The accounts that change with these records, and what belongs to them.
    ///
    /// - Parameter isOnly: nil when that is not all that changes.
    private func parts(
        of changed: [Record], only isOnly: Bool
    ) throws(VaultError) -> (accounts: Set<Identifier>, records: Set<Identifier>)? {
        var (accounts, parts) = (Set<Identifier>(), Set<Identifier>())
        for record in changed {
            for version in [records[record.id], record].compactMap(\.self) {
                switch RecordKind(rawValue: version.kind) {
                case .account: accounts.insert(version.id)
                case .credential, .recoveryCodes, .key:
                    accounts.insert(try version.owner)
                    parts.insert(version.id)
                case .tombstone, .kit, nil: break
                default: if isOnly { return nil }
                }
            }
        }
        for id in accounts {
            if let credential = self.accounts[id]?.credential?.id { parts.insert(credential) }
            parts.formUnion((recoverySets[id] ?? []).map(\.id))
        }
        parts.formUnion(keyTable.values.lazy.filter { accounts.contains($0.account) }.map(\.id))
        guard accounts.allSatisfy({ self.accounts[$0] != nil }) else {
            for list in try orphans().values { parts.formUnion(list) }
            return (accounts, parts)
        }
        return (accounts, parts)
    }

    /// Reads accounts and their parts from the records once more.
    mutating func readAgain(_ ids: Set<Identifier>, _ parts: [Identifier]) throws(VaultError) {
        let isOrdered = ids.allSatisfy { isInPlace($0) }
        for id in ids {
            if let old = accounts[id] {
                if old.removed == 0, isIndexed { names.remove(old) }
                if let mark = old.credential?.mark, isIndexed { byMark.remove(id, from: mark) }
            }
            recoverySets[id] = nil
            let record = records[id].flatMap { $0.kind == RecordKind.account.rawValue ? $0 : nil }
            accounts[id] = try record?.reading(Account.init)
        }
        var sets: [RecoverySet] = []
        for id in parts {
            keyTable[id] = nil
            guard let record = records[id] else { continue }
            switch RecordKind(rawValue: record.kind) {
            case .credential:
                let credential = try record.reading { (record) throws(VaultError) in
                    try Credential(record, marks: marks)
                }
                try take(credential, record)
            case .recoveryCodes:
                let set = try record.reading(RecoverySet.init)
                if ids.contains(set.account) { sets.append(set) }
            case .key:
                let key = try record.reading(KeyCredential.init)
                if accounts[key.account] != nil { keyTable[id] = key }
            default: break
            }
        }
        takeRecoverySets(sets)
        guard accounts.count <= Limits.accounts else { throw .tooLarge("\(Limits.accounts) accounts") }
        guard keyTable.count <= Limits.securityKeys else { throw .tooLarge("\(Limits.securityKeys) security keys") }
        if !isOrdered { sortAccounts() }
        guard isIndexed else { return }
        for id in ids { if let account = accounts[id], account.removed == 0 { names.insert(account) } }
    }

    /// Whether an account is, by its record, where it was among the others, or as much in the trash.
    private func isInPlace(_ id: Identifier) -> Bool {
        guard let old = accounts[id], let record = records[id], record.kind == RecordKind.account.rawValue,
            let new = try? Account(record)
        else { return false }
        return old.position == new.position && (old.removed == 0) == (new.removed == 0)
    }

    /// Gives an account its one-time password. One whose account is gone is kept as a record and shown nowhere.
    mutating func take(_ credential: Credential, _ record: Record) throws(VaultError) {
        let taken: Void? = try accounts.update(credential.account) { (account) throws(VaultError) in
            guard account.credential == nil else {
                throw .damaged("record \(record.id): its account has another one")
            }
            account.credential = credential
            account.modified = max(account.modified, record.modified)
        }
        if taken != nil, isIndexed { byMark.insert(credential.account, at: credential.mark) }
    }
}
