import Age
import Platform

/// The time of one signing key: a record of the vault for each that it ever had, without the key itself.
///
/// An epoch ends when an unlock method does, because whoever could open the vault knows its signing key. It is bound
/// to the one before it by two signatures. The former signing key's says that the two are of one vault; it proves
/// nothing to a machine that missed the end, because who was put out can give it too. The owner's certificate does:
/// only the passphrase gives that key.
package struct Epoch: Sendable {
    /// Passphrases of a vault, and so owners' keys of an epoch.
    static let mostOwners = PassphraseDerivation.most

    /// The key that signs the backups of this time.
    package internal(set) var publicKey = PublicKey.none
    /// That of the time before; none for the first, and for a vault that is older than epochs.
    package internal(set) var previous = PublicKey.none
    /// When it began, in seconds of UTC.
    package internal(set) var began: UInt64 = 0
    /// The number of the last save before that.
    package internal(set) var beganAfter: UInt64 = 0
    /// When it ended; 0 for not. An end once known stays, and of two the earlier counts.
    package internal(set) var ended: UInt64 = 0
    /// The number of the last save before that.
    package internal(set) var endedAfter: UInt64 = 0
    /// The owners' keys, of which each can vouch for the next epoch and for unlock methods in this one.
    var owners: [PublicKey] = []
    /// The marks of the unlock methods with which it began.
    var marks: [Identifier] = []
    /// Those who vouch for it.
    var certificates: [Certificate] = []
    /// The former signing key's signature.
    var chain: [UInt8] = []

    init() {}

    /// What is vouched for.
    func statement(in vault: Identifier) -> Statement {
        var statement = Statement("fob-epoch 1\n")
        statement.add(vault)
        statement.add(previous)
        statement.add(publicKey)
        statement.add(began)
        statement.add(beganAfter)
        statement.add(UInt64(owners.count))
        for owner in owners { statement.add(owner) }
        statement.add(UInt64(marks.count))
        for mark in marks { statement.add(mark) }
        return statement
    }

    /// Whether one of `owners` vouches for it, and the former key has signed it.
    func isCertified(by owners: Set<PublicKey>, in vault: Identifier) -> Bool {
        let statement = statement(in: vault)
        return Sodium.isValid(
            signature: chain.span, of: statement.bytes.span, publicKey: previous.bytes.span)
            && certificates.contains { $0.vouches(for: statement, by: owners) }
    }

    /// Whether that owner vouches for it.
    func isVouched(by owner: OwnerKey, in vault: Identifier) -> Bool {
        let statement = statement(in: vault)
        return certificates.contains { $0.vouches(for: statement, by: [owner.publicKey]) }
    }

    /// The id of the record of a key's epoch, on all machines alike.
    static func id(of key: PublicKey) -> Identifier {
        var hash = Sodium.SHA256()
        hash.update("fob/epoch/1".utf8Span.span)
        hash.update(key.bytes.span)
        return Identifier(firstOf: hash.finish())
    }

    /// What both copies know of one epoch: an end once known stays, and the earlier counts.
    func joined(with other: Epoch) -> Epoch {
        var joined = self
        if other.ended != 0, ended == 0 || other.ended < ended {
            (joined.ended, joined.endedAfter) = (other.ended, other.endedAfter)
        }
        for certificate in other.certificates
        where !joined.certificates.contains(certificate) && joined.certificates.count < Self.mostOwners {
            joined.certificates.append(certificate)
        }
        joined.certificates.sort { $0.signer < $1.signer }
        return joined
    }
}

extension Epoch: FieldList {
    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.require(1, "an epoch has no key")
        try coder.value(1, &publicKey)
        try coder.some(2, &previous)
        try coder.value(3, &began)
        try coder.value(4, &beganAfter)
        try coder.some(5, &ended)
        try coder.some(6, &endedAfter)
        try coder.list(7, &owners, most: 32)
        try coder.list(8, &marks, most: 16)
        try coder.list(9, &certificates, most: Certificate.byteCount)
        try coder.some(10, &chain, most: Sodium.signatureBytes)
    }

    init(_ record: Record) throws(VaultError) {
        try read(record)
        guard record.id == Self.id(of: publicKey) else { throw .damaged("an epoch has another key's id") }
        guard owners.count <= Self.mostOwners, certificates.count <= Self.mostOwners,
            marks.count <= Limits.unlockMethods
        else { throw .damaged("an epoch has too many keys") }
    }

    func record(over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        try Record.make(.epoch, Self.id(of: publicKey), over: old, at: utc, body: body(over: old))
    }
}

extension Identifier {
    /// The first 16 bytes of a hash.
    init(firstOf hash: [32 of UInt8]) {
        func word(_ start: Int) -> UInt64 { (0..<8).reduce(0) { $0 << 8 | UInt64(hash[start + $1]) } }
        self.init(high: word(0), low: word(8))
    }
}

extension X25519Recipient {
    /// What stands for it where only sameness matters.
    var mark: Identifier { Identifier(firstOf: Sodium.sha256(publicKey.span)) }
}

extension Contents {
    /// The epoch of a signing key, ended or not; nil when this vault has not heard of it.
    package func epoch(of key: PublicKey) -> Epoch? {
        guard let record = records[Epoch.id(of: key)], record.kind == RecordKind.epoch.rawValue else { return nil }
        return try? Epoch(record)
    }

    /// The epoch that has not ended; nil before the first save by a release that has epochs.
    package var currentEpoch: Epoch? { backupKeys.flatMap { epoch(of: $0.signer) } }

    /// All epochs that are known, the first one first.
    package var epochs: [Epoch] {
        records.values.filter { $0.kind == RecordKind.epoch.rawValue }.compactMap { try? Epoch($0) }
            .sorted { ($0.began, $0.publicKey) < ($1.began, $1.publicKey) }
    }

    /// The owners' keys that count now: those of the passphrases whose keys are known.
    var owners: [PublicKey] { Set(unlockMethods.compactMap(\.owner)).sorted() }

    mutating func put(_ epoch: Epoch, at utc: UInt64) throws(VaultError) {
        let id = Epoch.id(of: epoch.publicKey)
        let made = try epoch.record(over: records[id], at: utc)
        if let old = records[id], Record.isSameBody(old, made) { return }
        records[id] = made
    }

    /// Ends the epoch of `former`, and begins that of the keys that are here now.
    mutating func beginEpoch(
        after former: BackupKeys, by vouching: [OwnerKey], at utc: UInt64
    ) throws(VaultError) {
        guard let keys = backupKeys else { return }
        var last = epoch(of: former.signer) ?? firstEpoch(of: former.signer)
        if last.ended == 0 { (last.ended, last.endedAfter) = (max(utc, 1), generation) }
        try put(last, at: utc)
        var next = Epoch()
        (next.publicKey, next.previous) = (keys.signer, former.signer)
        (next.began, next.beganAfter) = (utc, generation)
        (next.owners, next.marks) = (owners, unlockMethods.map(\.recipient.mark).sorted())
        let statement = next.statement(in: vault)
        let signature = former.signature(of: statement.bytes.span)
        next.chain = signature.indices.map { signature[$0] }
        next.certificates = vouching.map { $0.certificate(of: statement) }.sorted { $0.signer < $1.signer }
        try put(next, at: utc)
    }

    func firstEpoch(of key: PublicKey, by vouching: [OwnerKey] = []) -> Epoch {
        var first = Epoch()
        (first.publicKey, first.began, first.owners) = (key, created, owners)
        first.marks = unlockMethods.map(\.recipient.mark).sorted()
        let statement = first.statement(in: vault)
        first.certificates = vouching.map { $0.certificate(of: statement) }
        return first
    }

    /// The owner has just given the passphrase: what of the unlock methods and of the present epoch nobody has vouched
    /// for yet is vouched for. A vault of an earlier release gets its certificates so, and an epoch that began with a
    /// kit code.
    ///
    /// - Returns: whether that changed anything.
    package mutating func certify(by owner: OwnerKey, at utc: UInt64) throws(VaultError) -> Bool {
        guard var way = unlockMethods.first(where: { $0.isPassphrase && $0.recipient == owner.recipient }) else {
            return false
        }
        var next = self
        if way.owner != owner.publicKey {
            (way.owner, way.certificate) = (owner.publicKey, nil)
            try next.replace(way, at: utc)
        }
        try next.certifyMethods(by: owner, keeping: Set(next.owners), at: utc)
        try next.certifyEpochs(by: owner, at: utc)
        guard next.revision != revision else { return false }
        self = next
        return true
    }

    /// Vouches for each unlock method for which none of `valid` does.
    mutating func certifyMethods(
        by owner: OwnerKey, keeping valid: Set<PublicKey>, at utc: UInt64
    ) throws(VaultError) {
        for way in unlockMethods where way.certificate.map({ !valid.contains($0.signer) }) ?? true {
            var way = way
            way.certificate = owner.certificate(of: try way.statement(in: vault))
            try replace(way, at: utc)
        }
    }

    private mutating func certifyEpochs(by owner: OwnerKey, at utc: UInt64) throws(VaultError) {
        guard let keys = backupKeys else {
            revision += 1
            return try renewBackupKeys(by: [owner], at: utc)
        }
        var key = keys.signer
        var steps = 0
        while var epoch = epoch(of: key), steps < Limits.epochs {
            defer { (key, steps) = (epoch.previous, steps + 1) }
            guard epoch.certificates.isEmpty else { continue }
            if epoch.previous == .none {
                epoch.owners = owners
            } else {
                let before = self.epoch(of: epoch.previous)
                guard before.map({ $0.owners.isEmpty || $0.owners.contains(owner.publicKey) }) ?? false else {
                    continue
                }
            }
            epoch.certificates = [owner.certificate(of: epoch.statement(in: vault))]
            try put(epoch, at: utc)
            revision += 1
        }
    }

    /// Writes an unlock method anew.
    private mutating func replace(_ way: UnlockMethod, at utc: UInt64) throws(VaultError) {
        guard let index = unlockMethods.firstIndex(where: { $0.id == way.id }) else { throw .noUnlockMethod }
        records[way.id] = try way.record(over: records[way.id], at: utc)
        unlockMethods[index] = way
        revision += 1
    }

    // MARK: Another machine's epoch

    /// Whether a passphrase with that owner's key opens this vault.
    package func isOpened(by owner: OwnerKey) -> Bool {
        unlockMethods.contains { $0.isPassphrase && $0.recipient == owner.recipient }
    }

    /// Whether the owner of the present epoch has that key.
    package func isOwned(by owner: OwnerKey) -> Bool { currentEpoch?.owners.contains(owner.publicKey) ?? false }

    /// Whether the epoch with which `their` file was signed follows one that this vault knows, with every step vouched
    /// for by an owner of this vault's present epoch, or by `proved`.
    func isCertified(_ their: Contents, signer: PublicKey, by proved: [OwnerKey] = []) -> Bool {
        guard let current = currentEpoch ?? backupKeys.map({ firstEpoch(of: $0.signer) }) else { return false }
        var steps: [Epoch] = []
        var key = signer
        while epoch(of: key) == nil, key != current.publicKey {
            guard steps.count < 64, let step = their.epoch(of: key), step.previous != .none else { return false }
            steps.append(step)
            key = step.previous
        }
        let ways = unlockMethods.filter(\.isPassphrase).map(\.recipient)
        var trusted = Set(current.owners + owners)
        for owner in proved where ways.contains(owner.recipient) { trusted.insert(owner.publicKey) }
        for step in steps.reversed() {
            guard step.isCertified(by: trusted, in: vault) else { return false }
            trusted = Set(step.owners)
        }
        return !steps.isEmpty
    }
}

extension Record {
    /// Whether two versions of a record have the same body.
    static func isSameBody(_ a: Record, _ b: Record) -> Bool {
        guard a.kind == b.kind, a.body.count == b.body.count else { return false }
        return a.body === b.body || a.body.withBytes { a in b.body.withBytes { b in Sodium.equal(a, b) } }
    }
}
