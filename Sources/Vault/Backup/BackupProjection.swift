import Platform

/// The records of a vault that leave its machine; most of them as they are.
struct Travelling: RecordSource {
    fileprivate let records: SortedTable<Identifier, Record>
    /// What goes in place of some; nil for what stays.
    fileprivate let instead: [Identifier: Record?]
    /// Some accounts are bound to this machine; else accounts and one-time passwords are as they are.
    fileprivate let areBound: Bool
    let size: (records: Int, bytes: Int)
    /// How many one-time passwords are among them.
    let credentials: Int
    /// How many one-time passwords and security keys are not, because they are bound to this machine.
    let placeholders: Int

    fileprivate static func isPlain(_ record: Record) -> Bool {
        record.kind == RecordKind.account.rawValue || record.kind == RecordKind.credential.rawValue
    }

    func lend(_ use: (Record) -> Void) {
        records.lend { record in
            if areBound || !Self.isPlain(record), let other = instead[record.id] {
                if let other { use(other) }
            } else {
                use(record)
            }
        }
    }

    /// Them all.
    var all: [Record] {
        var all: [Record] = []
        all.reserveCapacity(records.count + 1)
        lend { all.append($0) }
        return all
    }
}

// What of a vault leaves its machine.
extension Contents {
    /// The records of a backup, in the order of their ids.
    func travelling() throws(VaultError) -> Travelling {
        // Nobody asks each record for its account where no account is bound to this machine.
        let bound = boundCount
        let areBound = bound > 0
        var instead: [Identifier: Record?] = [:]
        var (count, bytes, credentials) = (0, 0, 0)
        try records.each { (id, record) throws(VaultError) in
            var (kind, length) = (record.kind, record.bodyCount)
            if areBound || !Travelling.isPlain(record) {
                let made = try self.travelling(record)
                if made?.body !== record.body { instead.updateValue(made, forKey: id) }
                guard let made else { return }
                (kind, length) = (made.kind, made.bodyCount)
            }
            count += 1
            bytes += RecordStream.headerBytes + Int(length)
            if kind == RecordKind.credential.rawValue { credentials += 1 }
        }
        return Travelling(
            records: records, instead: instead, areBound: areBound, size: (count, bytes), credentials: credentials,
            placeholders: bound)
    }

    /// A record as it stands in a backup, at the same revision, so that what another machine makes of it is newer; nil
    /// for one that stays here.
    func travelling(_ record: Record) throws(VaultError) -> Record? {
        switch RecordKind(rawValue: record.kind) {
        case .pin, .audit, .lines, .undo, .undoPage, .displaced: return nil
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
    private var boundCount: Int {
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
