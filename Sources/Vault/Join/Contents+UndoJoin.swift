import Platform

// A join is undone as a whole, and only while the vault is as the join has left it: what was changed since was changed in
// the vault of two machines, and would be lost with it.
extension Contents {
    /// Keeps the whole vault from before a join.
    ///
    /// - Returns: whether it can be undone: not when that is more than is kept.
    mutating func noteJoin(
        of before: Contents, from source: String, added: Int, at utc: UInt64
    ) throws(VaultError) -> Bool {
        let kept = before.records.values.filter { !Self.staysInPlace($0.kind) }
        guard kept.reduce(0, { $0 + $1.body.count }) <= MergeUndo.byteLimit,
            records.count + kept.count + kept.count / UndoPage.most < RecordStream.recordLimit - 1000
        else { return false }
        var undo = MergeUndo(id: .random())
        (undo.number, undo.time, undo.added) = (1, utc, UInt32(clamping: added))
        undo.left = state()
        for character in source where undo.source.utf8.count + character.utf8.count <= Limits.text {
            undo.source.append(character)
        }
        for start in stride(from: 0, to: kept.count, by: UndoPage.most) {
            var page = UndoPage()
            page.undo = undo.id
            for record in kept[start..<min(start + UndoPage.most, kept.count)] {
                let body = Identifier.random()
                records[body] = Record(
                    id: body, kind: RecordKind.displaced.rawValue, revision: 1, modified: utc, body: record.body)
                page.displaced.append(
                    .init(
                        id: record.id, revision: 0, modified: 0, formerKind: record.kind,
                        formerRevision: record.revision, formerModified: record.modified, body: body))
            }
            let id = Identifier.random()
            records[id] = try Record.make(.undoPage, id, at: utc, body: page.body())
        }
        records[undo.id] = try Record.make(.undo, undo.id, at: utc, body: undo.body())
        undos = [undo]
        return true
    }

    /// The machine's own, which goes on whatever its vault is.
    private static func staysInPlace(_ kind: UInt8) -> Bool {
        [RecordKind.pin, .audit, .lines].contains { $0.rawValue == kind }
    }

    /// Whether a join was the last thing to change the vault.
    var canUndoJoin: Bool { undos.last.flatMap(\.left).map { $0 == state() } ?? false }

    /// The vault from before the join that was the last thing to change this one; nil when there is none. The number of
    /// saves and the audit log go on.
    package func undoingJoin() throws(VaultError) -> Contents? {
        guard canUndoJoin, let undo = undos.last else { return nil }
        var former = records.values.filter { Self.staysInPlace($0.kind) }
        for (_, page) in try pages(of: undo) {
            for entry in page.displaced {
                guard let body = records[entry.body] else { throw .cannotUndo }
                former.append(
                    Record(
                        id: entry.id, kind: entry.formerKind, revision: entry.formerRevision,
                        modified: entry.formerModified, body: body.body))
            }
        }
        var after = try Contents(former)
        after.generation = generation
        (after.auditSequence, after.auditHash) = (auditSequence, auditHash)
        after.revision = revision + 1
        return after
    }

    /// Forgets the vault from before a join once it cannot be had back.
    mutating func dropJoin() throws(VaultError) {
        guard let join = undos.last(where: { $0.left != nil }), join.left != state() || join.id != undos.last?.id else {
            return
        }
        try forget(join)
    }

    /// Stands for all that an owner, or another machine, has a say in. That somebody vouches for what is there, and what
    /// each save writes, is no change.
    private func state() -> Identifier {
        var statement = Statement("fob/joined/1")
        for record in records.values {
            switch RecordKind(rawValue: record.kind) {
            // Where backups go, each run of them notes anew.
            case .vault, .access, .backupKeys, .epoch, .pin, .audit, .lines, .undo, .undoPage, .displaced,
                .manifest, .backupPlace:
                continue
            case .unlockMethod: statement.add(record.id)
            case .tombstone, .settings, .account, .credential, .recoveryCodes, .lastImport, .key, .kit, .earlierVault,
                .keepers, .keeping, .recoveryToken, nil:
                statement.add(record.id)
                statement.add(UInt64(record.kind))
                statement.add(record.revision)
                statement.add(record.modified)
            }
        }
        return Identifier(firstOf: Sodium.sha256(statement.bytes.span))
    }
}
