package import Age
import OneTimePassword
import Platform

/// What proves a join: whose file it is, and who is there.
package struct JoinProof: Sendable {
    /// The owner's key of the passphrase of the vault here, which was just given.
    let owner: OwnerKey
    /// The recipient of what has opened the other vault's file.
    let opener: X25519Recipient
    /// The owner's key of the other vault, when that was a passphrase.
    let their: OwnerKey?
    /// Unlock methods of the other vault that the owner has confirmed.
    let kept: Set<Identifier>
    /// The name of this machine.
    let machine: String

    package init(
        owner: OwnerKey, opener: X25519Recipient, their: OwnerKey?, keeping kept: Set<Identifier>, machine: String
    ) {
        (self.owner, self.opener, self.their) = (owner, opener, their)
        (self.kept, self.machine) = (kept, machine)
    }
}

/// Makes one vault of that here and another one, of which a backup is there. Afterwards it is the other vault: by its id,
/// its signing key with all that came before that, and its unlock methods. What is here comes in there as from another
/// machine of the vault, by field and without loss.
private struct Join {
    let ours: Contents
    let file: Contents
    let labels: MergeLabels
    let proof: JoinProof
    let utc: UInt64
    static let authority = Authority(.join, .foreign, .passphrase)

    private static func isOfVault(_ record: Record) throws(VaultError) -> Bool {
        switch RecordKind(rawValue: record.isTombstone ? try record.formerly.kind : record.kind) {
        case .vault, .unlockMethod, .access, .epoch, .backupKeys, .kit, .keepers, .keeping: true
        case .tombstone, .settings, .account, .credential, .recoveryCodes, .lastImport, .undo, .key, .pin, .undoPage,
            .displaced, .manifest, .audit, .backupPlace, .earlierVault, .recoveryToken, .lines:
            false
        case nil: record.id.high == 0
        }
    }

    /// The other vault, with what is here.
    func joined(_ isCancelled: () -> Bool) throws(VaultError) -> Merged {
        guard ours.isOpened(by: proof.owner) else { throw .noMatch }
        guard ours.vault != file.vault || ours.isApart(from: file) else { throw .sameVault }
        let base = try Contents(file.records.values.filter { !$0.isOfMachine }, knowing: file)
        var arriving: [Record] = []
        for record in ours.records.values where !record.isOfMachine {
            if try !Self.isOfVault(record) { arriving.append(record) }
        }
        if let head = file.records[.single(.vault)] { arriving.append(head) }
        let merged = try base.merging(
            Contents(arriving, knowing: ours, isBeside: true), Self.authority, labels, at: utc, isCancelled: isCancelled
        )
        var contents = merged.contents
        try contents.endUnconfirmed(
            of: file, openedBy: proof.opener, proof.their, new: nil, keeping: proof.kept, at: utc)
        guard contents.unlockMethods.contains(where: \.isPassphrase) else { throw .noPassphraseLeft }
        _ = try contents.useCode(of: proof.opener, at: utc)
        try keepKeeping(in: &contents)
        try keepProtections(in: &contents)
        try contents.goOn(as: ours, at: utc)
        try contents.note(earlier: ours, machine: proof.machine, at: utc)
        // Two machines that have joined each other's vault at once have changed places.
        contents.records[EarlierVault.id(of: contents.vault)] = nil
        try contents.purgeSuperseded(at: contents.calendar(at: utc))
        // The other way round as well: what the table says of the vault that is here.
        let weakened = try Arrival.checkResult(contents, of: ours, Self.authority)
        let entries = entries(contents)
        let came = entries.filter { [.new, .needsVerification, .differs].contains($0.outcome) }.map(\.id)
            .filter { ours.accounts[$0] == nil }
        let isUndoable = try contents.noteJoin(of: ours, from: labels.source, added: came.count, at: utc)
        return Merged(
            contents: contents, entries: entries, settings: settings(contents),
            recoverySets: count(.recoveryCodes, contents), keys: count(.key, contents), added: came,
            changed: entries.filter { $0.outcome == .newer || $0.outcome == .differs && ours.accounts[$0.id] != nil }
                .map(\.id),
            removed: ours.inOrder.filter { contents[$0.id]?.removed != 0 }.map(\.id), left: merged.left,
            met: merged.met, weakened: weakened, isUndoable: isUndoable)
    }

    /// Whoever has given a token, or a card, to the vault here is answered by the other one.
    private func keepKeeping(in contents: inout Contents) throws(VaultError) {
        let id = Identifier.single(.keeping)
        guard let own = ours.records[id], !own.isTombstone else { return }
        guard let now = contents.records[id], !now.isTombstone else { return contents.records[id] = own }
        let used = contents.recoveryTokens.map(\.binding)
        contents.records[id] = try Keeping.joined(now, own, used: used, takesCards: true)
    }

    // MARK: Protections

    /// What protects something here protects it afterwards, whatever its owner has said of it in the other vault.
    private func keepProtections(in contents: inout Contents) throws(VaultError) {
        for own in ours.accounts.values {
            let id = own.removed == 0 ? twin(of: own, in: contents) ?? own.id : own.id
            guard var now = contents.accounts[id], let record = contents.records[id] else { continue }
            let (then, weaker) = (own.policy, own.policy.weakened(by: now.policy))
            guard !weaker.isEmpty else { continue }
            if weaker.contains(.confirm) { now.policy.confirm = true }
            if weaker.contains(.verify) { now.policy.verify = true }
            if weaker.contains(.deviceBound) { now.policy.isDeviceBound = true }
            if weaker.contains(.lifetime) { now.policy.lifetime = then.lifetime }
            contents.records[id] = try now.record(over: record, note: nil, at: utc).edited(over: record)
            contents.accounts[id] = now
            contents.revision += 1
        }
        for own in ours.keyTable.values {
            guard var now = contents.keyTable[own.id] else { continue }
            guard !own.weakened(by: now).isEmpty else { continue }
            now.protect(as: own)
            _ = try contents.replace(now, at: utc)
        }
        let weaker = ours.settings.weakened(by: contents.settings)
        guard !weaker.isEmpty else { return }
        var settings = contents.settings
        if weaker.contains(.idleLock) { settings.idleSeconds = ours.settings.idleSeconds }
        if weaker.contains(.absoluteLock) { settings.absoluteSeconds = ours.settings.absoluteSeconds }
        try contents.set(settings, at: utc)
    }

    // MARK: For people

    /// The account outside the trash with the same key as one of another vault; nil when that is not there, or is itself.
    private func twin(of account: Account, in contents: Contents) -> Identifier? {
        guard contents.accounts[account.id]?.removed != 0, let credential = account.credential else { return nil }
        return credential.withSecrets { key, _ in
            contents.byMark[contents.marks.mark(of: key)].first { id in
                guard let other = contents.accounts[id], other.removed == 0 else { return false }
                return other.credential?.isSame(as: credential) ?? false
            }
        }
    }

    /// Every account of the other vault in its order, then those that are only here.
    private func entries(_ contents: Contents) -> MergeEntries {
        var entries = MergeEntries(of: ours.accounts)
        var seen: Set<Identifier> = []
        var twins: [Identifier: Account] = [:]
        for own in ours.inOrder { if let id = twin(of: own, in: contents) { twins[id] = own } }
        func add(_ id: Identifier, _ outcome: MergeOutcome, _ from: Account, isRaised: Bool = false) {
            seen.insert(id)
            entries.append(MergeEntry(id, from, here: contents[id], outcome, isRaised: isRaised))
        }
        for id in file.order + file.trash.map(\.id) {
            guard let their = file.accounts[id] else { continue }
            // Of two that are the same, one stays, under whichever id.
            let here = their.removed == 0 ? twin(of: their, in: contents) ?? id : id
            guard let now = contents[here], now.removed == 0 else {
                if !seen.contains(id) { add(id, ours.accounts[id]?.removed == 0 ? .removed : .inTrash, their) }
                continue
            }
            guard !seen.contains(here) else { continue }
            if let own = ours.accounts[here] ?? twins[here], own.removed == 0 {
                let isRaised = counter(now) > counter(own)
                add(here, isSame(own, now) ? .same : .newer, their, isRaised: isRaised)
                if let twin = twins[here] { seen.insert(twin.id) }
            } else if now.state == .needsVerification {
                add(here, .needsVerification, their)
            } else {
                add(here, now.details.name == their.details.name ? .new : .differs, their)
            }
        }
        for own in ours.inOrder where !seen.contains(own.id) {
            guard let now = contents[own.id] else { continue }
            let isRenamed = now.details.name != own.details.name
            add(own.id, now.removed != 0 ? .removed : isRenamed ? .differs : .onlyHere, own)
        }
        return entries
    }

    private func counter(_ account: Account) -> UInt64 { account.credential?.parameters.counter ?? 0 }

    private func isSame(_ a: Account, _ b: Account) -> Bool {
        a.details == b.details && a.state == b.state && a.noteCount == b.noteCount && a.isDeviceBound == b.isDeviceBound
    }

    private func settings(_ contents: Contents) -> MergedSettings {
        if contents.settings != ours.settings { return .restored }
        return ours.settings == file.settings ? .same : .kept
    }

    /// Records of a kind that were not here.
    private func count(_ kind: RecordKind, _ contents: Contents) -> Int {
        contents.records.values.count { $0.kind == kind.rawValue && ours.records[$0.id] == nil }
    }
}

extension Contents {
    /// Whether a copy of this vault has gone on by a key that is not known here, and does not know the one here: two machines
    /// were each made of it by a kit code, which vouches for neither on the other.
    fileprivate func isApart(from file: Contents) -> Bool {
        guard let own = backupKeys?.signer, let their = file.backupKeys?.signer else { return false }
        return own != their && epoch(of: their) == nil && file.epoch(of: own) == nil
    }

    /// What becomes of this vault when it joins another one, of which `file` is a backup.
    ///
    /// - Throws: `sameVault`; `noPassphraseLeft` when none of the other vault's passphrases stays.
    package func joining(
        _ file: Contents, _ proof: JoinProof, _ labels: MergeLabels, at utc: UInt64, isCancelled: () -> Bool = { false }
    ) throws(VaultError) -> Merged {
        try Join(ours: self, file: file, labels: labels, proof: proof, utc: utc).joined(isCancelled)
    }

    /// Goes on on the machine of another vault: with its numbers, its log and what else stays there, and with the keys
    /// that look into its backups.
    fileprivate mutating func goOn(as other: Contents, at utc: UInt64) throws(VaultError) {
        generation = max(generation, other.generation)
        (auditSequence, auditHash) = (other.auditSequence, other.auditHash)
        revision = max(revision, other.revision) + 1
        for id in [Identifier.single(.pin), .single(.audit), .single(.lines)] { records[id] = other.records[id] }
        let keys = Identifier.single(.backupKeys)
        if let own = records[keys], let their = other.records[keys], !own.isTombstone, !their.isTombstone {
            records[keys] = try BackupKeys.united(own, their)
        }
    }
}
