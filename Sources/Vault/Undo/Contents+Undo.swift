import Platform

/// What undoing a restore or a sync makes of the vault.
package struct UndoneMerge: Sendable {
    /// Which one.
    package let undo: MergeUndo
    /// The vault afterwards.
    package let contents: Contents
    /// Accounts that are gone as if they had never come.
    package let gone: [Identifier]
    /// Accounts that came in and were changed since: in the trash.
    package let trashed: [Identifier]
    /// Records that are as they were before.
    package let back: Int
    /// Records that were changed since, and stay as they are.
    package let kept: Int
    /// Protections that are less than now.
    package let weakened: [Weakening]
}

/// What was brought in last and can be taken back.
package enum Undoable: Sendable {
    case `import`(LastImport)
    case merge(MergeUndo)
    /// By ``Contents/undoingJoin(at:)``.
    case join(MergeUndo)
}

extension Contents {
    /// What UNDO_IMPORT takes back next; nil when there is nothing.
    package var undoable: Undoable? {
        guard let last = undos.last else { return lastImport.map { .import($0) } }
        if last.left != nil { return .join(last) }
        guard let lastImport, last.importBefore != lastImport.batch else { return .merge(last) }
        return .import(lastImport)
    }

    // MARK: Noting

    /// Keeps what a merge has displaced since `before`.
    ///
    /// - Returns: whether it can be undone: not when it has changed more than is kept.
    mutating func noteDisplaced(
        since before: Contents, by mode: MergeMode, from source: String, added: Int, at utc: UInt64
    ) throws(VaultError) -> Bool {
        var undo = MergeUndo(id: .random())
        var pages = [UndoPage()]
        var bodies: [Record] = []
        var changed: [(id: Identifier, new: Record)] = []
        try records.each(beside: before.records, passingShared: true) { (id, new, old) throws(VaultError) in
            if let new, try Self.isUndone(new, old) { changed.append((id, new)) }
        }
        for (id, new) in changed {
            if pages[pages.count - 1].added.count + pages[pages.count - 1].displaced.count == UndoPage.most {
                pages.append(UndoPage())
            }
            let page = pages.count - 1
            guard let old = before.records[id] else {
                pages[page].added.append(.init(id: id, revision: new.revision, modified: new.modified))
                continue
            }
            let body = Record(
                id: .random(), kind: RecordKind.displaced.rawValue, revision: 1, modified: utc, body: old.body)
            bodies.append(body)
            pages[page].displaced.append(
                .init(
                    id: id, revision: new.revision, modified: new.modified, formerKind: old.kind,
                    formerRevision: old.revision, formerModified: old.modified, body: body.id))
        }
        guard !pages[0].added.isEmpty || !pages[0].displaced.isEmpty else { return true }
        guard bodies.reduce(0, { $0 + $1.body.count }) <= MergeUndo.byteLimit,
            records.count + bodies.count + pages.count < RecordStream.recordLimit - 1000
        else { return false }
        undo.number = (undos.last?.number ?? 0) + 1
        (undo.time, undo.isSync, undo.added) = (utc, mode == .sync, UInt32(clamping: added))
        undo.importBefore = lastImport?.batch
        for character in source where undo.source.utf8.count + character.utf8.count <= Limits.text {
            undo.source.append(character)
        }
        for body in bodies { records[body.id] = body }
        for var page in pages {
            page.undo = undo.id
            let id = Identifier.random()
            records[id] = try Record.make(.undoPage, id, at: utc, body: page.body())
        }
        records[undo.id] = try Record.make(.undo, undo.id, at: utc, body: undo.body())
        undos.append(undo)
        try dropUndos(at: utc)
        return true
    }

    /// Whether a change of a record is one that an undo takes back. Who may open the vault is none: what was revoked
    /// stays revoked.
    private static func isUndone(_ new: Record, _ old: Record?) throws(VaultError) -> Bool {
        if let old, old.revision == new.revision, old.modified == new.modified, old.kind == new.kind,
            old.body === new.body
        {
            return false
        }
        var kind = old?.kind ?? new.kind
        if kind == RecordKind.tombstone.rawValue {
            kind = new.isTombstone ? try new.formerly.kind : new.kind
        }
        switch RecordKind(rawValue: kind) {
        case .vault, .unlockMethod, .access, .backupKeys, .epoch, .pin, .audit, .lastImport, .manifest, .undo,
            .undoPage, .displaced, .kit, .backupPlace, .earlierVault, .keepers, .keeping, .lines:
            return false
        case .tombstone, .settings, .account, .credential, .recoveryCodes, .key, .recoveryToken, nil: return true
        }
    }

    /// Forgets what is too old to be undone, or too much.
    mutating func dropUndos(at utc: UInt64) throws(VaultError) {
        try dropJoin()
        while let first = undos.first {
            let isOver = utc >= MergeUndo.seconds && first.time <= utc - MergeUndo.seconds
            guard isOver || undos.count > MergeUndo.most || undoBytes > MergeUndo.byteLimit else { return }
            // Others came so soon that it holds no longer what it has brought into the trash.
            if !isOver {
                let pages = try pages(of: first).map(\.page)
                let ids = Set(pages.flatMap { $0.added.map(\.id) + $0.displaced.map(\.id) })
                // A day is of no account, and most are taken in sooner: it is an edit, of which all machines hear.
                try keepTrash(from: first.time, at: utc) { ids.contains($0) && $1 + 86_400 < first.time }
            }
            try forget(first)
        }
    }

    /// Records that the kept undos put back or take away, which must be there until then; nil for every record: a join is
    /// undone only while nothing at all has changed.
    func heldForUndo() throws(VaultError) -> Set<Identifier>? {
        var held: Set<Identifier> = []
        guard !undos.isEmpty else { return held }
        guard !canUndoJoin else { return nil }
        for record in records.values where record.kind == RecordKind.undoPage.rawValue {
            let page = try record.reading(UndoPage.init)
            for entry in page.added { held.insert(entry.id) }
            for entry in page.displaced { held.insert(entry.id) }
        }
        return held
    }

    /// What a merge that cannot be undone has put into the trash is there for 30 days from now, whatever the other
    /// machine's clock said.
    mutating func keepArrivedTrash(since before: Contents, at utc: UInt64) throws(VaultError) {
        try keepTrash(from: utc, at: utc) { id, removed in
            removed < utc && before.accounts[id]?.removed ?? before.keyTable[id]?.removed ?? 0 == 0
        }
    }

    /// Those in the trash that `isKept` names, by when they were removed, are there since `time`.
    private mutating func keepTrash(
        from time: UInt64, at utc: UInt64, _ isKept: (Identifier, UInt64) -> Bool
    ) throws(VaultError) {
        for account in trash where isKept(account.id, account.removed) {
            var kept = account
            kept.removed = time
            try replace(account, by: kept, at: utc)
        }
        for key in keyTable.values where key.removed != 0 && isKept(key.id, key.removed) {
            var kept = key
            kept.removed = time
            try replace(kept, at: utc)
        }
    }

    private var undoBytes: Int {
        var count = 0
        records.each { _, record in if record.kind == RecordKind.displaced.rawValue { count += record.body.count } }
        return count
    }

    func pages(of undo: MergeUndo) throws(VaultError) -> [(record: Record, page: UndoPage)] {
        var pages: [(record: Record, page: UndoPage)] = []
        for record in records.values where record.kind == RecordKind.undoPage.rawValue {
            let page = try record.reading(UndoPage.init)
            if page.undo == undo.id { pages.append((record, page)) }
        }
        return pages
    }

    mutating func forget(_ undo: MergeUndo) throws(VaultError) {
        for (record, page) in try pages(of: undo) {
            for entry in page.displaced { records[entry.body] = nil }
            records[record.id] = nil
        }
        records[undo.id] = nil
        undos.removeAll { $0.id == undo.id }
        revision += 1
    }

    // MARK: Undoing

    /// The vault without the last restore or sync: the state before, record by record. What was changed since stays as
    /// it is, and an account that came in and was changed since goes to the trash, so that nothing is lost.
    ///
    /// - Parameter proof: what the owner has proved. Without a yes, `weakened` tells what to ask, and nothing else is of
    ///   use.
    /// - Throws: `cannotUndo` when what is there now does not go together with what was there before.
    package func undoingMerge(_ proof: OwnerProof, at utc: UInt64) throws(VaultError) -> UndoneMerge? {
        guard let undo = undos.last, undo.left == nil else { return nil }
        var plan = UndoPlan(self)
        for (_, page) in try pages(of: undo) { try plan.take(page) }
        try plan.settle(at: utc)
        var after: Contents
        do { after = try Contents(Array(plan.records.values)) } catch {
            if case .memory = error { throw error }
            throw .cannotUndo
        }
        after.generation = generation
        (after.auditSequence, after.auditHash) = (auditSequence, auditHash)
        after.revision = revision + 1
        try after.forget(undo)
        guard Set(after.order.compactMap { after.accounts[$0]?.details.label }).count == after.order.count else {
            throw .cannotUndo
        }
        let changes = try RecordComparison(before: self, after: after).all()
        var weakened: [Weakening] = []
        for change in changes {
            guard let weakening = weakening(of: change), !weakened.contains(weakening) else { continue }
            weakened.append(weakening)
        }
        let authority = Authority(.undo, .current, weakened.isEmpty || proof != .none ? .yes : .none)
        for change in changes where ![.allowed, .asks].contains(authority.verdict(on: change.kind)) {
            throw .notPermitted("\(change.kind) of record \(change.record)")
        }
        return UndoneMerge(
            undo: undo, contents: after, gone: plan.gone, trashed: plan.trashed, back: plan.back, kept: plan.kept,
            weakened: weakened)
    }
}

/// What becomes of each record that a merge has changed.
private struct UndoPlan {
    let now: Contents
    var records: SortedTable<Identifier, Record>
    var gone: [Identifier] = []
    var trashed: [Identifier] = []
    var back = 0
    var kept = 0
    /// What came in and is as it was then.
    private var untouched: Set<Identifier> = []
    /// What came in.
    private var added: [Identifier] = []

    init(_ now: Contents) {
        self.now = now
        records = now.records
    }

    mutating func take(_ page: UndoPage) throws(VaultError) {
        for entry in page.added {
            added.append(entry.id)
            if let record = records[entry.id], record.revision == entry.revision, record.modified == entry.modified {
                untouched.insert(entry.id)
            }
        }
        for entry in page.displaced {
            guard let record = now.records[entry.id], record.revision == entry.revision,
                record.modified == entry.modified, let body = now.records[entry.body]
            else {
                kept += 1
                continue
            }
            records[entry.id] = Record(
                id: entry.id, kind: entry.formerKind, revision: entry.formerRevision, modified: entry.formerModified,
                body: body.body)
            back += 1
        }
    }

    /// What came in goes; with an account, all that belongs to it.
    mutating func settle(at utc: UInt64) throws(VaultError) {
        var parts: [Identifier: [Identifier]] = [:]
        // As they are by now: what came to an account from its twin here is that one's again.
        for record in records.values {
            switch RecordKind(rawValue: record.kind) {
            case .credential, .recoveryCodes, .key: parts[try record.owner, default: []].append(record.id)
            default: break
            }
        }
        let isAdded = Set(added)
        for id in added.sorted() {
            guard let record = now.records[id] else { continue }
            if let account = now.accounts[id] {
                let own = parts[id] ?? []
                if untouched.contains(id), own.allSatisfy(untouched.contains) {
                    for part in [id] + own { records[part] = nil }
                    gone.append(id)
                } else if account.removed == 0 {
                    var account = account
                    account.removed = max(utc, 1)
                    records[id] = try account.record(over: record, note: nil, at: utc).edited(over: record)
                    trashed.append(id)
                }
                continue
            }
            let owner = try? record.owner
            let isPart = RecordKind(rawValue: record.kind).map { [.credential, .recoveryCodes, .key].contains($0) }
            if isPart == true, let owner, isAdded.contains(owner) { continue }
            if untouched.contains(id) { records[id] = nil } else { kept += 1 }
        }
    }
}
