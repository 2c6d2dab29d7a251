import Platform

// Tokens of delegated recovery: one that has ended does not come back, and an account's follows its account.
extension Merge {
    /// Brings in those of the other copy.
    mutating func takeTokens() throws(VaultError) {
        for id in newIDs {
            guard let their = theirs.records[id], their.kind == RecordKind.recoveryToken.rawValue else { continue }
            let account = try their.owner
            if let own = records[id] {
                // Only what went with an account comes back, with that.
                if own.isTombstone {
                    guard try own.formerly.isWithOwner, accounts[account] != nil else { continue }
                } else if own.kind != their.kind {
                    continue
                }
                guard their.isNewer(than: own) else { continue }
            }
            records[id] = try alias[account].map { (here) throws(VaultError) in try token(their, to: here) } ?? their
        }
    }

    /// Takes over that a token has ended on the other machine, whatever was noted of it here since.
    mutating func endToken(_ own: Record, by their: Record) throws(VaultError) {
        let end = try their.formerly
        guard end.kind == own.kind else { return }
        // What went with an account stays as long as that is here.
        if end.isWithOwner, try accounts[own.owner] != nil { return }
        records[own.id] = their.with(revision: max(their.revision, own.revision))
    }

    /// The same token of another account.
    func token(_ record: Record, to account: Identifier) throws(VaultError) -> Record {
        var token = try record.reading(RecoveryToken.init)
        guard token.account != account else { return record }
        token.account = account
        return try Record.make(
            .recoveryToken, record.id, over: record, at: record.modified, body: token.body(over: record))
    }

    /// The bindings of the tokens that are kept for others: their cards are used.
    func keptBindings() throws(VaultError) -> [[UInt8]] {
        try records.values.filter { $0.kind == RecordKind.recoveryToken.rawValue }.map { (record) throws(VaultError) in
            try record.reading(RecoveryToken.init).binding
        }
    }
}
