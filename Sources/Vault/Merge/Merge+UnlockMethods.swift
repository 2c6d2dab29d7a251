import Platform

// The unlock methods, and the keys that follow them. Who can open the vault changes only when the owner has given the
// passphrase in the same request, and then only by what the owner has vouched for: the other machine's signature is not
// enough, because whoever has had the vault open may know that key. A backup that comes back changes none of it.
extension Merge {
    /// Takes over unlock methods that were added or ended on the other machine, and its epoch.
    mutating func takeAccess() throws(VaultError) {
        guard ours.vault == theirs.vault else { return }
        guard let own = ours.backupKeys else {
            // What arrives in a vault that is there makes nobody its signer.
            if authority.purpose == .create { try takeFirstKeys() }
            return
        }
        guard authority.purpose == .sync, !owners.isEmpty, let their = theirs.backupKeys, theirs.isOfItsEpoch else {
            return
        }
        let isTheirs = follows(own.signer, their.signer)
        let valid = validOwners(isTheirs ? their.signer : own.signer)
        try takeBackupKeys(isTheirs: isTheirs)
        try takeEpochs(current: isTheirs ? their.signer : own.signer, replaced: isTheirs ? own.signer : their.signer)
        try takeUnlockMethods(own.signer, their.signer, valid)
        if isTheirs { try dropUncertified(valid) }
        try takeSets(isOtherEpoch: own.signer != their.signer)
        try keepPassphrase()
    }

    /// A machine that has no keys yet begins with those of the file.
    private mutating func takeFirstKeys() throws(VaultError) {
        for their in theirs.records.values {
            let kind = RecordKind(rawValue: their.kind)
            guard kind == .backupKeys || kind == .epoch, records[their.id] == nil else { continue }
            records[their.id] = their
        }
    }

    // MARK: Epochs

    /// Whether the other machine's epoch takes the place of this one's. All machines choose the same of any two, whatever
    /// their clocks say: the one that has more before it, which is so of each that follows another; but where the
    /// passphrase was changed, nobody could follow back.
    private func follows(_ own: PublicKey, _ their: PublicKey) -> Bool {
        guard own != their, !ours.descends(own, from: their) else { return false }
        let steps = (ours.steps(before: own), theirs.steps(before: their))
        if let next = theirs.epoch(of: their), Set(next.owners).isDisjoint(with: validOwners(own)) { return true }
        let began = (ours.epoch(of: own)?.began ?? 0, theirs.epoch(of: their)?.began ?? 0)
        return (steps.1, began.1, their) > (steps.0, began.0, own)
    }

    /// Whose certificates count from now on.
    private func validOwners(_ current: PublicKey) -> Set<PublicKey> {
        guard ours.backupKeys?.signer == current else { return Set(theirs.epoch(of: current)?.owners ?? []) }
        return Set((ours.epoch(of: current)?.owners ?? []) + ours.owners).union(provedHere)
    }

    /// The owners' keys of passphrases that open this vault, and were just given.
    private var provedHere: [PublicKey] {
        let ways = ours.unlockMethods.filter(\.isPassphrase).map(\.recipient)
        return owners.filter { ways.contains($0.recipient) }.map(\.publicKey)
    }

    private mutating func takeBackupKeys(isTheirs: Bool) throws(VaultError) {
        let id = Identifier.single(.backupKeys)
        guard let own = records[id], let their = theirs.records[id] else { return }
        let isSame = ours.backupKeys?.signer == theirs.backupKeys?.signer
        let isTaken = isSame ? their.isNewer(than: own) : isTheirs
        let united = try BackupKeys.united(isTaken ? their : own, isTaken ? own : their)
        records[id] = united.with(revision: max(united.revision, isTaken ? own.revision : their.revision))
    }

    private mutating func takeEpochs(current: PublicKey, replaced: PublicKey) throws(VaultError) {
        for their in theirs.epochs {
            let id = Epoch.id(of: their.publicKey)
            guard var own = ours.epoch(of: their.publicKey) else {
                records[id] = theirs.records[id]
                continue
            }
            own = own.joined(with: their)
            try put(own)
        }
        guard current != replaced else { return try open(current) }
        try open(current)
        if let record = records[Epoch.id(of: replaced)] {
            var epoch = try Epoch(record)
            if epoch.ended == 0 { (epoch.ended, epoch.endedAfter) = (max(utc, 1), ours.generation) }
            try put(epoch)
        }
    }

    /// No file ends the epoch that is current here afterwards.
    private mutating func open(_ current: PublicKey) throws(VaultError) {
        guard let record = records[Epoch.id(of: current)] else { return }
        var epoch = try Epoch(record)
        guard epoch.ended != 0 else { return }
        (epoch.ended, epoch.endedAfter) = (0, 0)
        try put(epoch)
    }

    private mutating func put(_ epoch: Epoch) throws(VaultError) {
        let id = Epoch.id(of: epoch.publicKey)
        let made = try epoch.record(over: records[id], at: 0)
        if let old = records[id], Record.isSameBody(old, made) { return }
        records[id] = made
    }

    // MARK: Unlock methods

    private mutating func takeUnlockMethods(
        _ own: PublicKey, _ their: PublicKey, _ valid: Set<PublicKey>
    ) throws(VaultError) {
        // With a method that ended there an epoch began, and its certificate covers the methods that were left. Releases
        // without epochs ended methods without one.
        let began = own == their ? nil : theirs.epoch(of: their).map { Set($0.marks) }
        let isOld = theirs.epochs.isEmpty
        let isFirst = ours.epoch(of: their) == nil && follows(own, their)
        let known = Set(ours.epochs.flatMap(\.marks))
        for record in theirs.records.values {
            let here = records[record.id]
            if record.isTombstone {
                guard try record.formerly.kind == RecordKind.unlockMethod.rawValue else { continue }
                if let here, here.kind == RecordKind.unlockMethod.rawValue {
                    let mark = try here.reading(UnlockMethod.init).recipient.mark
                    guard isOld || began.map({ !$0.contains(mark) }) ?? false else { continue }
                } else if here != nil {
                    continue
                }
                records[record.id] = record.with(revision: max(record.revision, (here?.revision ?? 0) + 1))
                continue
            }
            guard record.kind == RecordKind.unlockMethod.rawValue else { continue }
            let way = try record.reading(UnlockMethod.init)
            guard let certificate = way.certificate,
                certificate.vouches(for: try way.statement(in: ours.vault), by: valid)
            else { continue }
            if let here, here.isTombstone {
                // What has ended stays so, whatever number somebody has given it since; but of a passphrase that is new to
                // this machine nobody can have said before that it has ended.
                let mark = way.recipient.mark
                guard isFirst, way.isOfPassphrase, began?.contains(mark) == true, !known.contains(mark) else {
                    continue
                }
                records[record.id] = record.with(revision: max(record.revision, here.revision + 1))
                continue
            }
            if let here {
                let known = try here.reading(UnlockMethod.init)
                guard known.recipient == way.recipient, record.isNewer(than: here) else { continue }
            }
            records[record.id] = record
        }
    }

    /// Under another passphrase than before only what is vouched for with it stays: whoever knows the former one could
    /// have had this machine add anything.
    private mutating func dropUncertified(_ valid: Set<PublicKey>) throws(VaultError) {
        guard valid.isDisjoint(with: ours.owners + provedHere) else { return }
        for way in ours.unlockMethods {
            guard let record = records[way.id], record.kind == RecordKind.unlockMethod.rawValue else { continue }
            let now = try record.reading(UnlockMethod.init)
            let isValid = try now.certificate?.vouches(for: now.statement(in: ours.vault), by: valid) ?? false
            if !isValid { records[way.id] = try record.tombstone(at: utc) }
        }
    }

    /// How many sets of kit codes another machine may have made and ended unseen.
    private static let idleSets: UInt32 = 8

    /// Of the sets of kit codes that two machines have made, the last one counts; and of passphrases no more than a file
    /// can name.
    private mutating func takeSets(isOtherEpoch: Bool) throws(VaultError) {
        let ways = try unlockMethodsNow()
        var access = ours.access
        let last = theirs.access
        let isThere = ways.contains { $0.isCode && last.has($0) }
        // Where no code is left, no number ends any, and the next set counts on from the higher one on all machines.
        // A number near the end would leave no room for further sets.
        let isIdle = !ways.contains(where: \.isCode) && last.set >= access.set && last.set - access.set <= Self.idleSets
        if isThere || isOtherEpoch || isIdle, access.isBefore(last) {
            (access.set, access.madeAt, access.made) = (last.set, last.madeAt, last.made)
            (access.marks, access.others) = (last.marks, last.others)
        }
        access.takeOthers(of: ours.access)
        access.takeOthers(of: last)
        var ended = Array(ways.filter(\.isPassphrase).dropLast(PassphraseDerivation.most))
        ended += ways.filter { $0.isCode && !access.has($0) }
        for way in ended {
            if let record = records[way.id] { records[way.id] = try record.tombstone(at: utc) }
        }
        guard ways.count - ended.count <= Limits.unlockMethods else {
            throw .tooLarge("\(Limits.unlockMethods) unlock methods")
        }
        access.endedAt = max(access.endedAt, last.endedAt)
        if ours.unlockMethods.contains(where: { records[$0.id]?.isTombstone == true }) {
            // Files that were sealed here before open with it.
            access.endedAt = max(access.endedAt, utc)
            access.endedAfter = max(access.endedAfter, ours.generation)
        }
        // Not in the record.
        access.others = ours.access.others
        guard access != ours.access else { return }
        let id = Identifier.single(.access)
        let made = try access.record(over: records[id] ?? theirs.records[id], at: utc)
        records[id] = made.with(revision: max(made.revision, (theirs.records[id]?.revision ?? 0) + 1))
    }

    /// A merge never ends the last passphrase, nor all of those that were just given: something that the owner can type
    /// must be left.
    private mutating func keepPassphrase() throws(VaultError) {
        let given = owners.map(\.recipient)
        let left = try unlockMethodsNow().filter(\.isPassphrase)
        guard !left.contains(where: { given.contains($0.recipient) }) else { return }
        for way in ours.unlockMethods where way.isPassphrase && (left.isEmpty || given.contains(way.recipient)) {
            guard let own = ours.records[way.id], let ended = records[way.id], ended.isTombstone else { continue }
            records[way.id] = own.with(revision: ended.revision + 1)
        }
    }

    private func unlockMethodsNow() throws(VaultError) -> [UnlockMethod] {
        var ways: [UnlockMethod] = []
        for record in records.values where record.kind == RecordKind.unlockMethod.rawValue {
            ways.append(try record.reading(UnlockMethod.init))
        }
        return ways.sorted { ($0.created, $0.id) < ($1.created, $1.id) }
    }
}

extension Contents {
    /// Whether a machine that keeps the rules can have made this: what an epoch began with is there until another one
    /// begins, and kit codes are all of one set. Whoever has been put out can sign in an epoch of before, and must not end
    /// methods with that on a machine that has not heard of it yet.
    fileprivate var isOfItsEpoch: Bool {
        let codes = unlockMethods.allSatisfy { !$0.isCode || access.has($0) }
        return codes && Set(currentEpoch?.marks ?? []).isSubset(of: unlockMethods.map(\.recipient.mark))
    }

    /// Whether the epoch of `key` came after that of `other`, in one step or several.
    fileprivate func descends(_ key: PublicKey, from other: PublicKey) -> Bool { before(key).contains(other) }

    /// How many epochs came before that of `key`, as far as they are known.
    fileprivate func steps(before key: PublicKey) -> Int { before(key).count }

    private func before(_ key: PublicKey) -> Set<PublicKey> {
        var (found, key) = (Set<PublicKey>(), key)
        while let epoch = epoch(of: key), epoch.previous != .none, found.insert(epoch.previous).inserted {
            key = epoch.previous
        }
        return found
    }

    /// After a merge that the owner has proved for: what came together is vouched for, and when a method has ended with
    /// it, an epoch begins.
    mutating func settleAccess(by owners: [OwnerKey], at utc: UInt64) throws(VaultError) {
        guard !owners.isEmpty, backupKeys != nil else { return }
        for owner in owners { _ = try certify(by: owner, at: utc) }
        try renewBackupKeys(by: owners, at: utc)
    }
}
