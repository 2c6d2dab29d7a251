/// Brings another copy of a vault, or another vault, into this one: a backup, or what another machine has.
///
/// No key is ever overwritten and no account is lost: at most one goes to the trash, because its owner removed it on
/// another machine. The rules are those of fob-vault(5), MERGING. Nothing here depends on the order in which copies
/// come in, so that machines that take over each other's copies become equal.
struct Merge {
    let ours: Contents
    let theirs: Contents
    let authority: Authority
    let mode: MergeMode
    let labels: MergeLabels
    /// The owners' keys of passphrases that were given for it.
    let owners: [OwnerKey]
    let utc: UInt64

    /// What is here afterwards.
    var records: Overlay<Record>
    /// The accounts among them; their one-time passwords are looked at in `records`.
    var accounts: Overlay<Account>
    /// What the other copy has otherwise than this one, or alone: the rest need not be looked at.
    let news: News
    /// The same, one by one.
    var newIDs: Set<Identifier> { news.ids(of: theirs.records) }
    /// One-time passwords, recovery codes and security keys here whose account is not, by it.
    let orphans: [Identifier: [Identifier]]
    /// Accounts of the other copy that are here under another id.
    var alias: [Identifier: Identifier] = [:]
    /// Those that came in, in their order.
    var added: [Identifier] = []
    /// Those of them that have another name than there.
    var renamed: Set<Identifier> = []
    /// Those whose counter went up.
    var raised: Set<Identifier> = []
    /// Sets of recovery codes that came in.
    var newSets = 0
    /// Security keys that came in.
    var newKeys = 0
    /// The place of the last account.
    var lastPosition: UInt64
    /// What is not taken in.
    var left: Decisions
    /// Where edits on both sides met.
    var met: [MetEdits] = []
    /// What else of both sides met, a sentence each.
    var said: [String] = []
    /// Recovery codes and security keys by their account; nil when nobody has asked yet.
    var partsByOwner: [Identifier: [Identifier]]?
    /// The names that accounts outside the trash have; nil when nobody has asked yet.
    var takenLabels: Set<String>?
    /// Of a merge that was begun with all of the file, see `created`, the accounts that must be verified; else nil.
    var begunUnverified: Set<Identifier>?

    /// Of what `theirs` holds, only that which `authority` lets in.
    init(
        _ theirs: Contents, into ours: Contents, _ authority: Authority, _ labels: MergeLabels, by owners: [OwnerKey],
        at utc: UInt64
    ) throws(VaultError) {
        self.ours = ours
        (self.theirs, news, left) = try Arrival.admitted(theirs, into: ours, authority)
        orphans = try ours.orphans()
        self.authority = authority
        mode = [.sync, .join].contains(authority.purpose) ? .sync : .restore
        self.labels = labels
        self.owners = owners
        self.utc = utc
        records = Overlay(ours.records)
        accounts = Overlay(ours.accounts)
        lastPosition = ours.order.last.flatMap { ours.accounts[$0]?.position } ?? 0
    }

    /// Does it.
    ///
    /// - Parameter isCancelled: asked between the steps, each of which ends in a fraction of a second.
    consuming func merged(_ isCancelled: () -> Bool) throws(VaultError) -> Merged {
        func goOn() throws(VaultError) { if isCancelled() { throw .cancelled } }
        try checkNumbers()
        if try isOfFile { return try created() }
        try takeAccounts()
        try goOn()
        try takeDeletions()
        try takeCredentials()
        try goOn()
        try takeRecoverySets()
        try takeTokens()
        try goOn()
        try takeKeys()
        try goOn()
        try takeKeyDeletions()
        try settleDependents()
        try settleKeys()
        try goOn()
        try settleStates()
        try goOn()
        try settleTwins()
        try settleRecoverySets(of: records.changes.values.compactMap { $0 }.owners(of: .recoveryCodes))
        try settleNames(of: accounts.changes.keys)
        try goOn()
        let settings = try takeSettings()
        try takeAccess()
        try takeUnknown()
        return try result(settings, over: ours)
    }

    /// A number near the end of what a file may have would leave no room for the next change.
    private func checkNumbers() throws(VaultError) {
        try theirs.records.each { (id, record) throws(VaultError) in
            guard max(record.revision, record.modified) <= Record.numberLimit / 2 || !news.contains(id) else {
                throw .damaged("record \(id): an impossible revision or time")
            }
        }
    }

    // MARK: Settings and what is not known

    private mutating func takeSettings() throws(VaultError) -> MergedSettings {
        let id = Identifier.single(.settings)
        guard let their = theirs.records[id], !their.isTombstone else { return .same }
        guard let own = records[id] else {
            records[id] = their
            return ours.settings == theirs.settings ? .same : .restored
        }
        guard mode == .sync else { return ours.settings == theirs.settings ? .same : .kept }
        let joined = try Record.joined(own, their)
        note(joined)
        records[id] = joined.record
        guard try joined.record.reading(Settings.init) == ours.settings else { return .restored }
        return ours.settings == theirs.settings ? .same : .kept
    }

    /// Whether a kind has rules of its own.
    private static func isRuled(_ kind: UInt8) -> Bool {
        switch RecordKind(rawValue: kind) {
        case .tombstone, .vault, .unlockMethod, .settings, .account, .credential, .recoveryCodes, .lastImport, .access,
            .backupKeys, .epoch, .key, .pin, .manifest, .audit, .undo, .undoPage, .displaced, .recoveryToken,
            .lines:
            true
        case .backupPlace, .kit, .earlierVault, .keepers, .keeping, nil: false
        }
    }

    /// Records of other kinds, known or not: field by field. Of those that each vault has once, only those of the same
    /// vault.
    private mutating func takeUnknown() throws(VaultError) {
        var unruled: [Record] = []
        theirs.records.each { id, their in
            if !Self.isRuled(their.kind), news.contains(id) { unruled.append(their) }
        }
        for their in unruled {
            guard ours.vault == theirs.vault || their.id.high != 0 else { continue }
            guard let own = records[their.id] else {
                records[their.id] = their
                continue
            }
            if own.kind == their.kind, FieldRule.isByField(own.kind) {
                records[their.id] = try Record.joined(own, their).record
            } else if own.kind == their.kind, own.kind == RecordKind.keeping.rawValue {
                records[their.id] = try Keeping.joined(
                    own, their, used: keptBindings(), takesCards: mode == .sync)
            } else if their.isNewer(than: own) {
                records[their.id] = their
            }
        }
    }

    // MARK: The result

    /// - Parameter base: what `records` was begun with.
    func result(_ settings: MergedSettings, over base: Contents) throws(VaultError) -> Merged {
        guard accounts.count <= Limits.accounts else { throw .tooLarge("\(Limits.accounts) accounts") }
        guard records.count <= RecordStream.recordLimit else { throw .tooLarge("\(RecordStream.recordLimit) records") }
        var contents = try base.with(records.changes.values.compactMap { $0 }, isBeside: labels.isPreview)
        contents.generation = ours.generation
        (contents.auditSequence, contents.auditHash) = (ours.auditSequence, ours.auditHash)
        contents.revision = ours.revision + (hasChanged ? 1 : 0)
        if authority.purpose == .sync, ours.vault == theirs.vault { try contents.settleAccess(by: owners, at: utc) }
        let live =
            begunUnverified != nil ? theirs.order : added.filter { contents.accounts.with($0) { $0.removed } == 0 }
        let weakened = try Arrival.checkResult(contents, of: ours, authority)
        let isUndoable: Bool
        if authority.purpose == .create {
            // Nothing was there before: what came in can go to the trash.
            isUndoable = !labels.source.isEmpty && !live.isEmpty
            if isUndoable { try contents.noteImport(labels.batch, from: labels.source, added: live.count, at: utc) }
        } else if authority.purpose == .join {
            // The other way round: the vault that has become one with this is what can be had back.
            isUndoable = false
        } else {
            isUndoable = try contents.noteDisplaced(
                since: ours, by: mode, from: labels.source, added: live.count, at: utc)
            if !isUndoable { try contents.keepArrivedTrash(since: ours, at: utc) }
        }
        var removed: [Identifier] = []
        var changed: [Identifier] = []
        for id in ours.order where records.changes[id] != nil || raised.contains(id) {
            if contents[id]?.removed != 0 {
                removed.append(id)
            } else if raised.contains(id) || records[id]?.body !== ours.records[id]?.body {
                changed.append(id)
            }
        }
        return Merged(
            contents: contents, entries: try entries(contents), settings: settings, recoverySets: newSets,
            keys: newKeys,
            added: live, changed: changed, removed: removed, left: left, met: told(contents), weakened: weakened,
            isUndoable: isUndoable)
    }

    /// What met, for people.
    private func told(_ contents: Contents) -> [String] {
        var told: [String] = []
        for edits in met {
            let id = edits.record.id
            let account = contents[id] ?? contents.keyOrTrash(id).flatMap { contents[$0.account] }
            let line = edits.sentence(of: account?.details.label ?? "")
            if !told.contains(line) { told.append(line) }
        }
        return told + said
    }

    private var hasChanged: Bool {
        records.base.count != ours.records.count
            || records.changes.contains { id, record in
                guard let own = ours.records[id] else { return true }
                return own.revision != record?.revision || own.body !== record?.body
            }
    }

    private func entries(_ contents: Contents) throws(VaultError) -> MergeEntries {
        var entries = MergeEntries(of: theirs.accounts)
        let touched = authority.purpose == .sync ? try touched() : []
        for (place, id) in theirOrder.enumerated() {
            // Behind the accounts in their order are those in the trash.
            let isLive = place < theirs.order.count
            if let unverified = begunUnverified, records.changes[id] == nil {
                let outcome = unverified.contains(id) ? MergeOutcome.needsVerification : .new
                entries.append(unchanged: id, isLive ? outcome : .inTrash, isRaised: raised.contains(id))
                continue
            }
            if records.changes[id] == nil, alias[id] == nil, !news.contains(id), !touched.contains(id) {
                entries.append(unchanged: id, isLive ? .same : .inTrash)
                continue
            }
            guard let their = theirs.accounts[id] else { continue }
            let here = alias[id] ?? id
            let now = contents[here]
            var outcome = outcome(their, now)
            if outcome == .same, touched.contains(here) { outcome = .newer }
            entries.append(MergeEntry(here, their, here: now, outcome, isRaised: raised.contains(here)))
        }
        var onlyHere: Set<Identifier> = []
        if !ours.accounts.isEmpty {
            ours.accounts.each(beside: theirs.accounts, passingShared: true) { id, own, their in
                if own != nil, their == nil { onlyHere.insert(id) }
            }
        }
        onlyHere.subtract(alias.values)
        for id in ours.order where onlyHere.contains(id) {
            guard let account = ours.accounts[id] else { continue }
            let now = contents[id]
            entries.append(MergeEntry(id, account, here: now, now?.removed != 0 ? .removed : .onlyHere))
        }
        return entries
    }

    /// Accounts of which something is otherwise than it was here, or that belongs to them: all but what only merges need.
    private func touched() throws(VaultError) -> Set<Identifier> {
        var found = raised
        for case (let id, let record?) in records.changes {
            let own = ours.records[id]
            if let own, try record.says(asMuchAs: own) { continue }
            switch RecordKind(rawValue: record.kind) {
            case .account: found.insert(id)
            case .recoveryCodes, .key, .recoveryToken: found.insert(try record.owner)
            default: break
            }
        }
        return found
    }

    private func outcome(_ their: Account, _ here: Account?) -> MergeOutcome {
        guard let here, here.removed == 0 else {
            return here != nil && ours.accounts[their.id]?.removed == 0 ? .removed : .inTrash
        }
        if alias[their.id] != nil { return .same }
        guard let own = ours.accounts[their.id] else {
            return renamed.contains(here.id) ? .differs : here.state == .needsVerification ? .needsVerification : .new
        }
        if own.removed != 0 { return .new }
        return own.details == here.details && own.state == here.state && own.noteCount == here.noteCount
            ? .same : .newer
    }

    /// The accounts of the other copy: in its order, then its trash.
    var theirOrder: [Identifier] { theirs.trashCount == 0 ? theirs.order : theirs.order + theirs.trash.map(\.id) }
}

extension Contents {
    /// What this vault is once another copy has been brought into it.
    ///
    /// - Parameter owners: the owners' keys of passphrases that were given for it; without one, who can open the vault
    ///   stays as it is.
    package func merging(
        _ other: Contents, _ authority: Authority, _ labels: MergeLabels, by owners: [OwnerKey] = [], at utc: UInt64,
        isCancelled: () -> Bool = { false }
    ) throws(VaultError) -> Merged {
        try Merge(other, into: self, authority, labels, by: owners, at: utc).merged(isCancelled)
    }
}
