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
    private let seed: Range<Int>
    /// The X25519 scalars, the present one first.
    private let scalars: [Range<Int>]

    private enum Tag {
        static let seed: UInt8 = 1
        static let scalar: UInt8 = 2
        static let madeFor: UInt8 = 3
        static let former: UInt8 = 4
        static let known = seed...former
    }

    init(_ record: Record) throws(VaultError) {
        var seed: Range<Int>?
        var scalar: Range<Int>?
        var former: [Range<Int>] = []
        let keys: (publicKey: [32 of UInt8], recipient: X25519Recipient) = try record.body.withBytes {
            (body: Span<UInt8>) throws(VaultError) in
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                guard Tag.known.contains(field.tag) else { continue }
                guard field.value.count == 32 else { throw .damaged("a key of the backups has the wrong length") }
                switch field.tag {
                case Tag.seed: seed = field.value
                case Tag.scalar: scalar = field.value
                case Tag.former: former.append(field.value)
                default: break
                }
            }
            guard let seed, let scalar, former.count <= Self.mostFormer else {
                throw .damaged("the keys of the backups are not whole")
            }
            let recipient = X25519Recipient(publicKey: Sodium.x25519PublicKey(of: body.extracting(scalar)))
            return (Sodium.signingPublicKey(seed: body.extracting(seed)), recipient)
        }
        guard let seed, let scalar else { throw .damaged("the keys of the backups are not whole") }
        publicKey = keys.publicKey
        recipient = keys.recipient
        self.seed = seed
        scalars = [scalar] + former
        body = record.body
    }

    /// Whether a record's present key was made for these unlock methods; cheap, because every save asks.
    static func isMade(_ record: Record, for madeFor: Span<UInt8>) throws(VaultError) -> Bool {
        try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                if field.tag == Tag.madeFor { return Self.areEqual(body.extracting(field.value), madeFor) }
            }
            return false
        }
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

    /// Compares what is public.
    private static func areEqual(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        for index in a.indices where a[index] != b[index] { return false }
        return true
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
                var body = try RecordStream.buffer(bytes.count + missing.count * 35)
                try body.appendFields(of: bytes) { _ in false }
                for scalar in missing.prefix(room) { body.appendField(Tag.former, other.extracting(scalar)) }
                return try Record.make(.backupKeys, newer.id, over: newer, at: newer.modified, body: body)
            }
        }
    }

    /// A record of keys for these unlock methods: new ones, or, over `old`, the same for signing and a new one to look into.
    static func record(
        over old: Record?, for madeFor: [32 of UInt8], at utc: UInt64
    ) throws(VaultError) -> Record {
        var body = try RecordStream.buffer((mostFormer + 4) * 35 + (old?.body.count ?? 0))
        body.appendField(Tag.scalar, count: 32) { Sodium.randomBytes(into: &$0, count: 32) }
        body.appendField(Tag.madeFor, madeFor.span)
        guard let old else {
            body.appendField(Tag.seed, count: 32) { Sodium.randomBytes(into: &$0, count: 32) }
            return try Record.make(.backupKeys, .single(.backupKeys), at: utc, body: body)
        }
        let keys = try BackupKeys(old)
        try old.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            body.appendField(Tag.seed, bytes.extracting(keys.seed))
            for scalar in keys.scalars.prefix(mostFormer) { body.appendField(Tag.former, bytes.extracting(scalar)) }
            try body.appendFields(of: bytes) { Tag.known.contains($0) }
        }
        return try Record.make(.backupKeys, .single(.backupKeys), over: old, at: utc, body: body)
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
        if let old, try BackupKeys.isMade(old, for: madeFor.span) { return }
        records[id] = try BackupKeys.record(over: old, for: madeFor, at: utc)
    }
}
