import Age
import Platform

/// The keys with which this vault's backups are signed and looked into, as a record of the vault.
///
/// The signing key (Ed25519) is how a planted backup is told from a real one. The other (X25519) is one more recipient
/// of each backup, so that the agent can open what comes back from a destination without anybody's passphrase. Whoever
/// has had the vault open knows both; so both are replaced whenever an unlock method ends, which begins an `Epoch`. Of
/// the former ones only those stay that open older backups.
package struct BackupKeys: Sendable {
    /// Former keys that are kept to look into older backups.
    package static let mostFormer = 16

    /// The Ed25519 public key.
    package let publicKey: [32 of UInt8]
    /// The same, to be compared.
    package var signer: PublicKey { PublicKey(publicKey) }
    /// Whom backups are sealed to besides the unlock methods.
    let recipient: X25519Recipient
    private let body: SharedSecret
    private let places: Fields

    private var seed: Range<Int> { places.seed }
    /// The X25519 scalars, the present one first.
    private var scalars: [Range<Int>] { [places.scalar] + places.former }

    struct Fields: FieldList {
        var seed = 0..<0
        var scalar = 0..<0
        var madeFor: [32 of UInt8] = .init(repeating: 0)
        var former: [Range<Int>] = []
        /// The marks of all unlock methods that there were since these keys are.
        var marks: [Identifier] = []
        static let formerTag: UInt8 = 4

        mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
            try coder.value(2, &scalar)
            try coder.value(3, &madeFor)
            try coder.value(1, &seed)
            try coder.list(Self.formerTag, &former, most: 32)
            try coder.list(5, &marks, most: 16)
        }
    }

    init(_ record: Record) throws(VaultError) {
        var places = Fields()
        try places.read(record)
        guard places.former.count <= Self.mostFormer else { throw .damaged("the keys of the backups are too many") }
        guard ([places.seed, places.scalar] + places.former).allSatisfy({ $0.count == 32 }) else {
            throw .damaged("a key of the backups has the wrong length")
        }
        (publicKey, recipient) = record.body.withBytes { body in
            (
                Sodium.signingPublicKey(seed: body.extracting(places.seed)),
                X25519Recipient(publicKey: Sodium.x25519PublicKey(of: body.extracting(places.scalar)))
            )
        }
        self.places = places
        body = record.body
    }

    /// What a record says of whom its keys were made for; cheap, because every save asks.
    static func list(_ record: Record) throws(VaultError) -> Fields {
        var fields = Fields()
        try fields.read(record)
        return fields
    }

    /// The signature of a message.
    func signature(of message: Span<UInt8>) -> [64 of UInt8] {
        body.withBytes { Sodium.signature(of: message, seed: $0.extracting(seed)) }
    }

    /// Lends each identity, the present one first, until `use` has an answer.
    func withIdentities<R>(
        _ use: (borrowing X25519Identity) throws(VaultError) -> R?
    ) throws(VaultError) -> R? {
        for scalar in scalars {
            let answer: R? = try body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                let identity: X25519Identity
                do throws(AgeError) { identity = try X25519Identity(scalar: bytes.extracting(scalar)) } catch {
                    throw VaultError(error)
                }
                return try use(identity)
            }
            if let answer { return answer }
        }
        return nil
    }

    /// A record with the keys of other ones that look into backups among its former ones.
    static func united(_ kept: Record, _ other: Record) throws(VaultError) -> Record {
        let (keys, others) = (try BackupKeys(kept), try BackupKeys(other))
        return try kept.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            try other.body.withBytes { (other: Span<UInt8>) throws(VaultError) in
                let missing = others.scalars.filter { scalar in
                    !keys.scalars.contains { Sodium.equal(bytes.extracting($0), other.extracting(scalar)) }
                }
                let room = mostFormer + 1 - keys.scalars.count
                guard !missing.isEmpty, room > 0 else { return kept }
                var added = Array(missing.prefix(room))
                var body = try RecordStream.buffer(bytes.count + added.count * 35)
                body.append(copying: bytes)
                var writer = FieldWriter(body, from: other)
                writer.list(Fields.formerTag, &added, most: 32)
                return try Record.make(.backupKeys, kept.id, over: kept, at: kept.modified, body: writer.finish())
            }
        }
    }

    /// A record of new keys, which can look into what those of `old` could.
    static func record(
        over old: Record?, for madeFor: [32 of UInt8], _ marks: [Identifier], at utc: UInt64
    ) throws(VaultError) -> Record {
        var secrets = try RecordStream.buffer(64 + (old?.body.count ?? 0))
        secrets.append { Sodium.randomBytes(into: &$0, count: 64) }
        var fields = Fields()
        (fields.scalar, fields.madeFor, fields.seed, fields.marks) = (0..<32, madeFor, 32..<64, marks)
        if let old {
            let keys = try BackupKeys(old)
            keys.body.withBytes { secrets.append(copying: $0) }
            fields.former = keys.scalars.prefix(mostFormer).map { ($0.lowerBound + 64)..<($0.upperBound + 64) }
        }
        return try Record.make(
            .backupKeys, .single(.backupKeys), over: old, at: utc, body: fields.body(from: secrets.bytes, over: old))
    }

    /// The same keys, for other unlock methods.
    static func record(
        of old: Record, for madeFor: [32 of UInt8], _ marks: [Identifier], at utc: UInt64
    ) throws(VaultError) -> Record {
        var fields = try list(old)
        (fields.madeFor, fields.marks) = (madeFor, marks)
        return try old.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            try Record.make(.backupKeys, old.id, over: old, at: utc, body: fields.body(from: bytes, over: old))
        }
    }
}

extension Contents {
    /// The keys of the backups; nil before the first save by a release that makes backups.
    package var backupKeys: BackupKeys? {
        guard let record = records[.single(.backupKeys)], record.kind == RecordKind.backupKeys.rawValue else {
            return nil
        }
        return try? BackupKeys(record)
    }

    /// Makes the keys. When an unlock method has ended since they were made, others take their place, and with them
    /// begins an epoch.
    ///
    /// - Parameters:
    ///   - owners: those who have given a passphrase for it.
    ///   - isForced: the keys are replaced anyway.
    mutating func renewBackupKeys(
        by owners: [OwnerKey] = [], isForced: Bool = false, at utc: UInt64
    ) throws(VaultError) {
        var hash = Sodium.SHA256()
        for key in unlockMethods.map({ PublicKey($0.recipient.publicKey) }).sorted() { hash.update(key.bytes.span) }
        let madeFor = hash.finish()
        let marks = unlockMethods.map(\.recipient.mark).sorted()
        let id = Identifier.single(.backupKeys)
        guard let old = records[id], old.kind == RecordKind.backupKeys.rawValue else {
            records[id] = try BackupKeys.record(over: nil, for: madeFor, marks, at: utc)
            return try beginHistory(by: owners, at: utc)
        }
        let list = try BackupKeys.list(old)
        let isSame = Sodium.equal(list.madeFor.span, madeFor.span)
        // A release that knows no epochs writes no marks, and changes the hash only.
        let hasEnded = list.marks.isEmpty ? !isSame : !Set(marks).isSuperset(of: list.marks)
        guard hasEnded || isForced else {
            if !isSame || list.marks != marks {
                records[id] = try BackupKeys.record(of: old, for: madeFor, marks, at: utc)
            }
            return try beginHistory(by: owners, at: utc)
        }
        let former = try BackupKeys(old)
        records[id] = try BackupKeys.record(over: old, for: madeFor, marks, at: utc)
        try beginEpoch(after: former, by: owners, at: utc)
    }

    /// A vault of an earlier release has a signing key, and no history of it.
    private mutating func beginHistory(by owners: [OwnerKey], at utc: UInt64) throws(VaultError) {
        guard let keys = backupKeys, epoch(of: keys.signer) == nil else { return }
        try put(firstEpoch(of: keys.signer, by: owners), at: utc)
    }
}
