import OneTimePassword
import Platform

/// One thing that is different in a record.
struct RecordChange: Sendable, Equatable {
    /// What it is about.
    let kind: ChangeKind
    /// The record.
    let record: Identifier
    /// The account that it is of; nil for the vault's own.
    var account: Identifier?
    /// Which protection, where one is weakened.
    var protection: Protection?
}

/// Two states of a vault, record by record, whatever brought the one out of the other: what the table is asked about.
struct RecordComparison {
    let before: Contents
    let after: Contents

    /// All changes between the two, in the order of ids.
    ///
    /// - Parameter isKnown: whether nobody asks about a record that was not there.
    func all(but isKnown: (Record) -> Bool = { _ in false }) throws(VaultError) -> [RecordChange] {
        var found: [RecordChange] = []
        try before.records.each(beside: after.records, passingShared: true, but: isKnown) {
            (id, old, new) throws(VaultError) in
            if let old, let new, old.body === new.body, old.kind == new.kind { return }
            found += try changes(of: id, old, new)
        }
        return found
    }

    /// What is different in one record. Neither its revision nor its time is.
    func changes(of id: Identifier, _ old: Record?, _ new: Record?) throws(VaultError) -> [RecordChange] {
        guard !Record.isSameContent(old, new) else { return [] }
        let kind = RecordKind(rawValue: old.map { $0.isTombstone ? new?.kind ?? 0 : $0.kind } ?? new?.kind ?? 0)
        func change(_ kind: ChangeKind) -> [RecordChange] { [RecordChange(kind: kind, record: id)] }
        switch kind {
        case .vault, .manifest, .lastImport, .undo, .undoPage, .displaced: return []
        case .pin, .audit, .lines: return change(.local)
        case .backupKeys: return try isSameSigner(old, new) ? [] : change(.backupKeys)
        // What machines know of one epoch comes together by itself: see `Epoch.joined`.
        case .epoch: return old == nil || new == nil ? change(.backupKeys) : []
        // When methods ended is what each machine knows of its own older files; the set of kit codes is one for all.
        case .access: return before.access.isSameSet(as: after.access) ? [] : change(.unlockMethodEnded)
        case .unlockMethod: return try unlockMethod(old, new).map(change) ?? []
        case .settings: return try settings(id, old, new)
        case .account: return try account(id, old, new)
        case .credential: return try credential(id, old, new)
        case .recoveryCodes: return try recoverySet(id, old, new)
        case .key: return try key(id, old, new)
        case .tombstone: return change(.ended)
        case .kit, .backupPlace, .earlierVault, .keeping, .recoveryToken, nil: return change(.unknown)
        // Whose shares open the vault is decided as the other ways in are.
        case .keepers: return change(new == nil || new?.isTombstone == true ? .unlockMethodEnded : .unlockMethodAdded)
        }
    }

    private func isSameSigner(_ old: Record?, _ new: Record?) throws(VaultError) -> Bool {
        guard let old, let new, !old.isTombstone, !new.isTombstone else { return false }
        return try BackupKeys(old).signer == BackupKeys(new).signer
    }

    /// Nil when only who vouches for it is different.
    private func unlockMethod(_ old: Record?, _ new: Record?) throws(VaultError) -> ChangeKind? {
        if let old, let new, !old.isTombstone, !new.isTombstone {
            let (then, now) = (try old.reading(UnlockMethod.init), try new.reading(UnlockMethod.init))
            if then.recipient == now.recipient, then.source == now.source, then.label == now.label { return nil }
        }
        for record in [old, new] {
            guard let record, record.kind == RecordKind.unlockMethod.rawValue else { continue }
            switch try record.reading(UnlockMethod.init).source {
            case .passphrase, .recoveryKey: return .passphrase
            case .identity, .code, .hardware: continue
            }
        }
        return new == nil || new?.isTombstone == true ? .unlockMethodEnded : .unlockMethodAdded
    }

    private func settings(_ id: Identifier, _ old: Record?, _ new: Record?) throws(VaultError) -> [RecordChange] {
        func read(_ record: Record?) throws(VaultError) -> Settings {
            guard let record, !record.isTombstone else { return Settings() }
            return try record.reading(Settings.init)
        }
        let weakened = try read(old).weakened(by: read(new))
        if weakened.isEmpty { return [RecordChange(kind: .settings, record: id)] }
        return weakened.map { RecordChange(kind: .settingsWeakened, record: id, protection: $0) }
    }

    // MARK: Accounts

    private func account(_ id: Identifier, _ old: Record?, _ new: Record?) throws(VaultError) -> [RecordChange] {
        var found: [RecordChange] = []
        func add(_ kind: ChangeKind, _ protection: Protection? = nil) {
            found.append(RecordChange(kind: kind, record: id, account: id, protection: protection))
        }
        guard let new, !new.isTombstone else {
            add(.ended)
            return found
        }
        guard let old, !old.isTombstone else {
            add(.account)
            return found
        }
        let now = try new.reading(Account.init)
        let then = try old.reading(Account.init)
        for protection in then.policy.weakened(by: now.policy) { add(.weakened, protection) }
        if !now.policy.weakened(by: then.policy).isEmpty { add(.strengthened) }
        if then.removed == 0, now.removed != 0 { add(.trashed) }
        if then.removed != 0, now.removed == 0 { add(.untrashed) }
        if then.state != now.state { add(.secret) }
        var rest = now
        (rest.policy, rest.removed, rest.state) = (then.policy, then.removed, then.state)
        if !Record.isSameContent(old, try rest.record(over: new, note: nil, at: new.modified)) { add(.details) }
        return found
    }

    private func credential(_ id: Identifier, _ old: Record?, _ new: Record?) throws(VaultError) -> [RecordChange] {
        let owner = try (old?.isTombstone == false ? old : new)?.owner
        func change(_ kind: ChangeKind) -> [RecordChange] { [RecordChange(kind: kind, record: id, account: owner)] }
        guard let new, !new.isTombstone else {
            return isLive(owner, after) ? change(.secret) : change(.ended)
        }
        guard let old, !old.isTombstone else {
            // It comes with its account, or its account has another one now.
            return isLive(owner, before) ? change(.secret) : change(.account)
        }
        let then = try Credential(old, marks: before.marks)
        let now = try Credential(new, marks: before.marks)
        var found = moved(id, from: then.account, to: now.account)
        if !then.isSame(as: now) { found += change(.secret) }
        let (from, to) = (then.parameters.counter, now.parameters.counter)
        if from != to { found += change(Self.isSane(to, over: from) ? .counter : .absurdCounter) }
        if found.isEmpty { found += change(.details) }
        return found
    }

    private func recoverySet(_ id: Identifier, _ old: Record?, _ new: Record?) throws(VaultError) -> [RecordChange] {
        let owner = try (old?.isTombstone == false ? old : new)?.owner
        func change(_ kind: ChangeKind) -> RecordChange { RecordChange(kind: kind, record: id, account: owner) }
        guard let new, !new.isTombstone else { return [change(.ended)] }
        let now = try new.reading(RecoverySet.init)
        guard let old, !old.isTombstone else {
            let current = owner.flatMap { before.recoverySet(of: $0) }
            let isReplaced = current.map { now.superseded == 0 && $0.imported <= now.imported } ?? false
            return isReplaced ? [change(.recoverySet), change(.recoveryReplaced)] : [change(.recoverySet)]
        }
        let then = try old.reading(RecoverySet.init)
        var found = moved(id, from: then.account, to: now.account)
        if !then.hasSameCodes(as: now) { found.append(change(.secret)) }
        for (one, other) in zip(then.codes, now.codes) {
            if other.used == 0 && one.used != 0 || other.shown == 0 && one.shown != 0 {
                found.append(RecordChange(kind: .weakened, record: id, account: owner, protection: .recoveryCodes))
            } else if one.used != other.used || one.shown != other.shown {
                found.append(change(.recoveryMarks))
            }
        }
        if (then.superseded == 0) != (now.superseded == 0) { found.append(change(.recoveryReplaced)) }
        if found.isEmpty { found.append(change(.details)) }
        return found
    }

    private func key(_ id: Identifier, _ old: Record?, _ new: Record?) throws(VaultError) -> [RecordChange] {
        let owner = try (old?.isTombstone == false ? old : new)?.owner
        func change(_ kind: ChangeKind) -> RecordChange { RecordChange(kind: kind, record: id, account: owner) }
        guard let new, !new.isTombstone else { return [change(.ended)] }
        guard let old, !old.isTombstone else { return [change(.key)] }
        let then = try old.reading(KeyCredential.init)
        let now = try new.reading(KeyCredential.init)
        var found = moved(id, from: then.account, to: now.account)
        for protection in then.weakened(by: now) {
            found.append(RecordChange(kind: .weakened, record: id, account: owner, protection: protection))
        }
        if !now.weakened(by: then).isEmpty { found.append(change(.strengthened)) }
        if then.removed == 0, now.removed != 0 { found.append(change(.trashed)) }
        if then.removed != 0, now.removed == 0 { found.append(change(.untrashed)) }
        if !then.isSame(as: now) || !then.hasSameSecrets(as: now) { found.append(change(.secret)) }
        if then.counter != now.counter {
            let isSane = Self.isSane(UInt64(now.counter), over: UInt64(then.counter))
            found.append(change(isSane ? .counter : .absurdCounter))
        }
        if found.isEmpty { found.append(change(.details)) }
        return found
    }

    // MARK: Parts

    /// A part that goes to an account with less protection has less itself.
    private func moved(_ id: Identifier, from old: Identifier, to new: Identifier) -> [RecordChange] {
        guard old != new else { return [] }
        var found = [RecordChange(kind: .details, record: id, account: old)]
        guard let then = before.accounts[old] else { return found }
        let now = after.accounts[new] ?? before.accounts[new]
        for protection in then.policy.weakened(by: now?.policy ?? AccountPolicy()) {
            found.append(RecordChange(kind: .weakened, record: id, account: old, protection: protection))
        }
        return found
    }

    private func isLive(_ account: Identifier?, _ contents: Contents) -> Bool {
        account.flatMap { contents.accounts[$0] } != nil
    }

    /// Whether an owner may have counted so far: a counter near the end of its range could not go on.
    static func isSane(_ counter: UInt64, over own: UInt64) -> Bool {
        counter >= own && counter - own <= Limits.counterStep
    }
}

extension Record {
    /// Whether two records say the same, whatever their revisions and times.
    static func isSameContent(_ a: Record?, _ b: Record?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        guard a.kind == b.kind else { return false }
        if a.body === b.body { return true }
        guard a.body.count == b.body.count else { return false }
        return a.body.withBytes { a in b.body.withBytes { b in Sodium.equal(a, b) } }
    }
}

extension KeyCredential {
    /// Whether both have the same secrets and blob.
    func hasSameSecrets(as other: KeyCredential) -> Bool {
        body.withBytes { own in
            other.body.withBytes { their in
                func isSame(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
                    a.count == b.count && Sodium.equal(own.extracting(a), their.extracting(b))
                }
                let (a, b) = (places, other.places)
                return isSame(a.privateKey, b.privateKey) && isSame(a.blob, b.blob)
                    && isSame(a.seedWithVerification, b.seedWithVerification) && isSame(a.seedWithout, b.seedWithout)
            }
        }
    }
}
