import Platform

// What of a vault leaves its machine.
extension Contents {
    /// The records of a backup, in the order of their ids.
    func travelling() throws(VaultError) -> [Record] {
        // Nobody asks each record for its account where no account is bound to this machine.
        let areBound = boundCount > 0
        var travelling: [Record] = []
        travelling.reserveCapacity(records.count + 1)
        try records.each { (_, record) throws(VaultError) in
            let kind = RecordKind(rawValue: record.kind)
            if !areBound && (kind == .account || kind == .credential) {
                travelling.append(record)
            } else if let record = try self.travelling(record) {
                travelling.append(record)
            }
        }
        return travelling
    }

    /// A record as it stands in a backup, at the same revision, so that what another machine makes of it is newer; nil
    /// for one that stays here.
    func travelling(_ record: Record) throws(VaultError) -> Record? {
        switch RecordKind(rawValue: record.kind) {
        case .pin, .audit, .undo, .undoPage, .displaced: return nil
        case .account:
            guard let account = accounts[record.id], account.isDeviceBound else { return record }
            return try placeholder(account, record)
        case .credential:
            guard let owner = try? record.owner, accounts[owner]?.isDeviceBound == true else {
                return record
            }
            return nil
        case .key: return try travelling(try record.reading(KeyCredential.init), record, isBackup: true)
        default: return record
        }
    }

    /// How many one-time passwords and security keys a backup has placeholders for.
    var boundCount: Int {
        var count = keyTable.values.count { $0.kind == .deviceBound }
        accounts.each { _, account in if account.isDeviceBound, account.credential != nil { count += 1 } }
        return count
    }

    private func placeholder(_ account: Account, _ record: Record) throws(VaultError) -> Record {
        var account = account
        account.state = .needsVerification
        return try account.record(over: record, note: nil, at: record.modified)
            .with(revision: record.revision)
    }

    /// A key that is bound to this machine goes without its secrets. One that is not says of itself, in a backup, that it
    /// is backed up: when it is used on another machine, it is.
    func travelling(_ key: KeyCredential, _ record: Record, isBackup: Bool) throws(VaultError) -> Record? {
        var key = key
        switch key.kind {
        case .deviceBound: key.flags.insert(.needsVerification)
        case .synced where isBackup && !key.isPlaceholder: key.flags.insert(.backedUp)
        case .synced: return record
        }
        return try key.record(over: record, at: record.modified).with(revision: record.revision)
    }
}
