import Platform

// The ways in, and the keys that follow them. Machines that take over each other's changes have one vault: what opens
// it is the same everywhere, and what is ended on one ends on all. A backup that comes back changes no way in.
extension Merge {
    /// Takes over ways in that were added or ended on the other machine.
    mutating func takeWaysIn() throws(VaultError) {
        guard mode == .sync, ours.vault == theirs.vault else { return }
        for their in theirs.records.values {
            let own = records[their.id]
            let isWayIn = [their.kind, own?.kind].contains(RecordKind.wayIn.rawValue)
            guard isWayIn, own.map({ their.isNewer(than: $0) }) ?? true else { continue }
            records[their.id] = their
        }
        var access = ours.access
        let last = theirs.access
        if (last.set, last.madeAt, last.made) > (access.set, access.madeAt, access.made) {
            (access.set, access.madeAt, access.made) = (last.set, last.madeAt, last.made)
        }
        try settleWaysIn(access)
        access.endedAt = max(access.endedAt, last.endedAt)
        if ours.waysIn.contains(where: { records[$0.id]?.isTombstone == true }) {
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
    private mutating func settleWaysIn(_ access: Contents.Access) throws(VaultError) {
        var ways: [WayIn] = []
        for record in records.values where record.kind == RecordKind.wayIn.rawValue {
            ways.append(try record.reading(WayIn.init))
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
            if let record = records[way.id] { records[way.id] = try record.buried(at: utc) }
        }
        guard ways.count - ended.count <= WayIn.most else { throw .tooLarge("\(WayIn.most) ways in") }
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
