package import Age
import Platform

/// A way to open the vault: an age recipient that every file is sealed to, and how its owner gets at the identity.
package struct UnlockMethod: Sendable, Equatable {
    /// The id of its record.
    package let id: Identifier
    /// Where the identity comes from.
    package let source: Source
    /// The owner's word for it.
    package let label: String
    /// Whom files are sealed to.
    package let recipient: X25519Recipient
    /// Seconds of UTC.
    package let created: UInt64
    /// The owner's key that follows from a passphrase; nil for other methods, and for a passphrase that was not given
    /// since there are such keys.
    var owner: PublicKey?
    /// An owner's signature of all of that: what another machine asks for.
    var certificate: Certificate?
    /// Of a kit code: its own signature of the set that it is of. Only whoever has the code can give it.
    var kit: Certificate?

    /// Where an identity comes from.
    package enum Source: Sendable, Equatable {
        /// A passphrase, derived as told.
        case passphrase(PassphraseDerivation)
        /// Somewhere else; the owner has it.
        case identity
        /// A recovery code, which works once: of which set, counted from 1, and which one of it, counted from 1.
        case code(set: UInt32, place: UInt8)
        /// A file that the passphrase opens by itself, with the stock `age` program: see `RecoveryKey`.
        case recoveryKey(file: [UInt8])
        /// What a hardware security key computes.
        case hardware(HardwareKey)
    }

    /// A new unlock method.
    package init(source: Source, label: String, recipient: X25519Recipient, at utc: UInt64) {
        (id, self.source, self.label, self.recipient, created) = (.random(), source, label, recipient, utc)
    }

    struct Fields: FieldList {
        static let hardware: UInt8 = 5

        var source: UInt8 = 0
        var label = ""
        var recipient: [32 of UInt8] = .init(repeating: 0)
        var salt: [16 of UInt8] = .init(repeating: 0)
        /// Passes in the upper half, KiB in the lower.
        var cost: UInt64 = 0
        var created: UInt64 = 0
        var set: UInt32 = 0
        var place: UInt8 = 0
        var file: [UInt8] = []
        var owner: PublicKey?
        var certificate: Certificate?
        var kit: Certificate?
        var credential: [UInt8] = []
        var challenge: [UInt8] = []
        var verifies = false
        var site = ""

        mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
            try coder.value(2, &label, most: Limits.name)
            try coder.value(3, &recipient)
            try coder.value(6, &created)
            try coder.value(1, &source)
            try coder.value(4, &salt, most: 16, when: source == 1)
            try coder.value(5, &cost, most: 8, when: source == 1)
            try coder.value(7, &set, most: 4, when: source == 3)
            try coder.value(8, &place, most: 1, when: source == 3)
            try coder.value(9, &file, most: Limits.recoveryKey, when: source == 4)
            try coder.some(10, &owner, most: 32)
            try coder.some(11, &certificate, most: Certificate.byteCount)
            try coder.some(12, &kit, most: Certificate.byteCount)
            try coder.value(
                13, &credential, most: Limits.hardwareCredential.upperBound, when: source == Self.hardware)
            try coder.value(14, &challenge, most: Limits.hardwareSalt, when: source == Self.hardware)
            try coder.value(15, &verifies, most: 1, when: source == Self.hardware)
            try coder.value(16, &site, most: Limits.hardwareSite, when: source == Self.hardware)
            // A newer release may know another kind of key; saving without it would shut its owner out.
            do { try coder.require(3, "an unlock method has no recipient") } catch {
                throw source > Self.hardware ? .newerFormat : error
            }
        }
    }

    init(_ record: Record) throws(VaultError) {
        var fields = Fields()
        try fields.read(record)
        switch fields.source {
        case 1:
            let derivation = PassphraseDerivation(
                salt: fields.salt, operations: fields.cost >> 32, memoryKiB: Int(fields.cost & 0xffff_ffff))
            try derivation.check()
            source = .passphrase(derivation)
        case 3: source = .code(set: fields.set, place: fields.place)
        case 4: source = .recoveryKey(file: fields.file)
        case 2 where !fields.credential.isEmpty, Fields.hardware where !fields.credential.isEmpty:
            // Releases that do not know of these keys write 2 when the passphrase is changed, and keep the rest.
            source = .hardware(
                try HardwareKey(
                    credential: fields.credential, salt: fields.challenge, verifies: fields.verifies, site: fields.site)
            )
        default: source = .identity
        }
        id = record.id
        label = fields.label
        recipient = X25519Recipient(publicKey: fields.recipient)
        created = fields.created
        (owner, certificate, kit) = (fields.owner, fields.certificate, fields.kit)
    }

    func record(over old: Record? = nil, at utc: UInt64) throws(VaultError) -> Record {
        try Record.make(.unlockMethod, id, over: old, at: utc, body: fields.body(over: old))
    }

    /// What its certificate vouches for: everything that is said of it but what a kit code says itself.
    func statement(in vault: Identifier) throws(VaultError) -> Statement {
        var statement = Statement("fob-unlock-method 1\n")
        statement.add(vault)
        statement.add(id)
        var plain = self
        (plain.certificate, plain.kit) = (nil, nil)
        let body = try plain.fields.body()
        statement.add(body.bytes)
        return statement
    }

    private var fields: Fields {
        var fields = Fields()
        (fields.label, fields.recipient, fields.created) = (label, recipient.publicKey, created)
        switch source {
        case .passphrase(let derivation):
            (fields.source, fields.salt) = (1, derivation.salt)
            fields.cost = derivation.operations << 32 | UInt64(derivation.memoryKiB)
        case .identity: fields.source = 2
        case .code(let set, let place): (fields.source, fields.set, fields.place) = (3, set, place)
        case .recoveryKey(let file): (fields.source, fields.file) = (4, file)
        case .hardware(let key):
            (fields.source, fields.credential, fields.challenge) = (Fields.hardware, key.credential, key.salt)
            (fields.verifies, fields.site) = (key.verifies, key.site)
        }
        (fields.owner, fields.certificate, fields.kit) = (owner, certificate, kit)
        return fields
    }
}
