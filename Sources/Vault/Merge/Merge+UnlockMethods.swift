import Platform

// The unlock methods, and the keys that follow them. Machines that take over each other's changes have one vault: what opens
// it is the same everywhere, and what is ended on one ends on all. A backup that comes back changes no unlock method.
extension Merge {
    /// Takes over unlock methods that were added or ended on the other machine.
    mutating func takeUnlockMethods() throws(VaultError) {
        guard mode == .sync, ours.vault == theirs.vault else { return }
        for their in theirs.records.values {
            let own = records[their.id]
            let isUnlockMethod = [their.kind, own?.kind].contains(RecordKind.unlockMethod.rawValue)
            guard isUnlockMethod, own.map({ their.isNewer(than: $0) }) ?? true else { continue }
            records[their.id] = their
        }
        var access = ours.access
        let last = theirs.access
        if (last.set, last.madeAt, last.made) > (access.set, access.madeAt, access.made) {
            (access.set, access.madeAt, access.made) = (last.set, last.madeAt, last.made)
        }
        try settleUnlockMethods(access)
        access.endedAt = max(access.endedAt, last.endedAt)
        if ours.unlockMethods.contains(where: { records[$0.id]?.isTombstone == true }) {
            // Files that were sealed here before open with it.
            access.endedAt = max(access.endedAt, utc)
            access.endedAfter = max(access.endedAfter, ours.generation)
        }
        guard access != ours.access else { return }
        let id = Identifier.single(.access)
        let made = try access.record(over: records[id] ?? theirs.records[id], at: utc)
        records[id] = made.with(revision: max(made.revision, (theirs.records[id]?.revision ?? 0) + 1))
    }

    /// Of the sets of recovery codes that two machines have made, the last one counts; and of passphrases no more than a
    /// file can name.
    private mutating func settleUnlockMethods(_ access: Contents.Access) throws(VaultError) {
        var ways: [UnlockMethod] = []
        for record in records.values where record.kind == RecordKind.unlockMethod.rawValue {
            ways.append(try record.reading(UnlockMethod.init))
        }
        ways.sort { ($0.created, $0.id) < ($1.created, $1.id) }
        let passphrases = ways.filter { if case .passphrase = $0.source { true } else { false } }
        var ended = Array(passphrases.dropLast(PassphraseDerivation.most))
        for way in ways {
            if case .code(let set, _) = way.source, (set, way.created) != (access.set, access.madeAt) {
                ended.append(way)
            }
        }
        for way in ended {
            if let record = records[way.id] { records[way.id] = try record.tombstone(at: utc) }
        }
        if passphrases.isEmpty { try keepPassphrase() }
        guard ways.count - ended.count <= Limits.unlockMethods else {
            throw .tooLarge("\(Limits.unlockMethods) unlock methods")
        }
    }

    /// A merge never ends the last passphrase: something that a person can type must be left.
    private mutating func keepPassphrase() throws(VaultError) {
        for way in ours.unlockMethods {
            switch way.source {
            case .identity, .code: continue
            case .passphrase, .recoveryKey: break
            }
            guard let own = ours.records[way.id], let ended = records[way.id], ended.isTombstone else { continue }
            records[way.id] = own.with(revision: ended.revision + 1)
        }
    }

    /// Keeps all keys that either copy looks into backups with.
    mutating func takeBackupKeys() throws(VaultError) {
        let id = Identifier.single(.backupKeys)
        guard ours.vault == theirs.vault, let their = theirs.records[id], !their.isTombstone else { return }
        guard let own = records[id] else {
            records[id] = their
            return
        }
        let isTaken = their.isNewer(than: own)
        records[id] = try BackupKeys.united(isTaken ? their : own, isTaken ? own : their)
    }
}
