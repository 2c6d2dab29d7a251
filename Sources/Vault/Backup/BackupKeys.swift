import Age
import Platform

/// The keys with which this vault's backups are signed and looked into, as a record of the vault.
///
/// The signing key (Ed25519) stays as long as the vault: its fingerprint is how a planted backup is told from a real
/// one. The other (X25519) is one more recipient of each backup, so that the agent can open what comes back from a
/// destination without anybody's passphrase. It would also let whoever could open an old backup open new ones; so it is
/// replaced whenever the unlock methods change, and then only older backups open with the old one.
package struct BackupKeys: Sendable {
    /// Former keys that are kept to look into older backups.
    package static let mostFormer = 16

    /// The Ed25519 public key.
    package let publicKey: [32 of UInt8]
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
        static let formerTag: UInt8 = 4

        mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
            try coder.value(2, &scalar)
            try coder.value(3, &madeFor)
            try coder.value(1, &seed)
            try coder.list(Self.formerTag, &former, most: 32)
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

    /// Whether a record's present key was made for these unlock methods; cheap, because every save asks.
    static func isMade(_ record: Record, for madeFor: [32 of UInt8]) throws(VaultError) -> Bool {
        var fields = Fields()
        try fields.read(record)
        return Sodium.equal(fields.madeFor.span, madeFor.span)
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

    /// The newer of two records, with the keys that only the older one has among its former ones.
    static func united(_ newer: Record, _ older: Record) throws(VaultError) -> Record {
        let (keys, others) = (try BackupKeys(newer), try BackupKeys(older))
        return try newer.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            try older.body.withBytes { (other: Span<UInt8>) throws(VaultError) in
                let missing = others.scalars.filter { scalar in
                    !keys.scalars.contains { Sodium.equal(bytes.extracting($0), other.extracting(scalar)) }
                }
                let room = mostFormer + 1 - keys.scalars.count
                let isSame = Sodium.equal(bytes.extracting(keys.seed), other.extracting(others.seed))
                guard isSame, !missing.isEmpty, room > 0 else { return newer }
                var added = Array(missing.prefix(room))
                var body = try RecordStream.buffer(bytes.count + added.count * 35)
                body.append(copying: bytes)
                var writer = FieldWriter(body, from: other)
                writer.list(Fields.formerTag, &added, most: 32)
                return try Record.make(.backupKeys, newer.id, over: newer, at: newer.modified, body: writer.finish())
            }
        }
    }

    /// A record of keys for these unlock methods: new ones, or, over `old`, the same for signing and a new one to look into.
    static func record(
        over old: Record?, for madeFor: [32 of UInt8], at utc: UInt64
    ) throws(VaultError) -> Record {
        let keys: BackupKeys? = if let old { try BackupKeys(old) } else { nil }
        var secrets = try RecordStream.buffer(64 + (old?.body.count ?? 0))
        secrets.append { Sodium.randomBytes(into: &$0, count: 64) }
        var fields = Fields()
        (fields.scalar, fields.madeFor, fields.seed) = (0..<32, madeFor, 32..<64)
        if let keys {
            keys.body.withBytes { secrets.append(copying: $0) }
            func moved(_ place: Range<Int>) -> Range<Int> { (place.lowerBound + 64)..<(place.upperBound + 64) }
            fields.seed = moved(keys.seed)
            fields.former = keys.scalars.prefix(mostFormer).map(moved)
        }
        return try Record.make(
            .backupKeys, .single(.backupKeys), over: old, at: utc, body: fields.body(from: secrets.bytes, over: old))
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

    /// Makes the keys, or replaces the one that goes with the unlock methods when those have changed.
    mutating func renewBackupKeys(at utc: UInt64) throws(VaultError) {
        var hash = Sodium.SHA256()
        let keys = unlockMethods.map { way in way.recipient.publicKey.indices.map { way.recipient.publicKey[$0] } }
        for key in keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) { hash.update(key.span) }
        let madeFor = hash.finish()
        let id = Identifier.single(.backupKeys)
        let old = records[id].flatMap { $0.kind == RecordKind.backupKeys.rawValue ? $0 : nil }
        if let old, try BackupKeys.isMade(old, for: madeFor) { return }
        records[id] = try BackupKeys.record(over: old, for: madeFor, at: utc)
    }
}
