package import Age
import Platform

/// A way to open the vault: an age recipient that every file is sealed to, and how its owner gets at the identity.
package struct UnlockMethod: Sendable, Equatable {
    /// The most unlock methods of one vault: each costs every save a sealed key.
    package static let most = 128
    /// Bytes of the label, at most.
    package static let label = AccountLimits.label

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
    }

    /// A new unlock method.
    package init(source: Source, label: String, recipient: X25519Recipient, at utc: UInt64) {
        self.init(id: .random(), source: source, label: label, recipient: recipient, created: utc)
    }

    private init(id: Identifier, source: Source, label: String, recipient: X25519Recipient, created: UInt64) {
        self.id = id
        self.source = source
        self.label = label
        self.recipient = recipient
        self.created = created
    }

    private enum Tag {
        static let source: UInt8 = 1
        static let label: UInt8 = 2
        static let recipient: UInt8 = 3
        static let salt: UInt8 = 4
        static let cost: UInt8 = 5
        static let created: UInt8 = 6
        static let set: UInt8 = 7
        static let place: UInt8 = 8
        static let file: UInt8 = 9
    }

    init(_ record: Record) throws(VaultError) {
        self = try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) -> UnlockMethod in
            var source: UInt64 = 0
            var label = ""
            var recipient: [32 of UInt8]?
            var salt: [16 of UInt8] = .init(repeating: 0)
            var cost: UInt64 = 0
            var created: UInt64 = 0
            var set: UInt64 = 0
            var place: UInt64 = 0
            var file: [UInt8] = []
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                let value = field.value
                switch field.tag {
                case Tag.source: source = try FieldValue.number(body, value, bytes: 1)
                case Tag.label: label = try FieldValue.text(body, value, limit: AccountLimits.label)
                case Tag.recipient:
                    guard value.count == 32 else { throw .damaged("an unlock method has no recipient") }
                    var key: [32 of UInt8] = .init(repeating: 0)
                    for index in 0..<32 { key[index] = body[value.lowerBound + index] }
                    recipient = key
                case Tag.salt:
                    guard value.count == 16 else { throw .damaged("a salt has the wrong length") }
                    for index in 0..<16 { salt[index] = body[value.lowerBound + index] }
                case Tag.cost: cost = try FieldValue.number(body, value, bytes: 8)
                case Tag.created: created = try FieldValue.number(body, value, bytes: 8)
                case Tag.set: set = try FieldValue.number(body, value, bytes: 4)
                case Tag.place: place = try FieldValue.number(body, value, bytes: 1)
                case Tag.file:
                    guard value.count <= RecoveryKey.fileLimit else { throw .damaged("a recovery key is too long") }
                    file = value.map { body[$0] }
                default: break
                }
            }
            guard let recipient else {
                // A newer release may know another kind of key; saving without it would shut its owner out.
                throw source > 4 ? .newerFormat : .damaged("an unlock method has no recipient")
            }
            let derivation = PassphraseDerivation(
                salt: salt, operations: cost >> 32, memoryKiB: Int(cost & 0xffff_ffff))
            if source == 1 { try derivation.check() }
            let kind: Source =
                switch source {
                case 1: .passphrase(derivation)
                case 3: .code(set: UInt32(set), place: UInt8(place))
                case 4: .recoveryKey(file: file)
                default: .identity
                }
            return UnlockMethod(
                id: record.id, source: kind, label: label, recipient: X25519Recipient(publicKey: recipient),
                created: created)
        }
    }

    func record(at utc: UInt64) throws(VaultError) -> Record {
        var body = try RecordStream.buffer(label.utf8.count + RecoveryKey.fileLimit + 120)
        body.appendField(Tag.label, label)
        body.appendField(Tag.recipient, recipient.publicKey.span)
        body.appendField(Tag.created, created, bytes: 8)
        switch source {
        case .passphrase(let derivation):
            body.appendField(Tag.source, 1, bytes: 1)
            body.appendField(Tag.salt, derivation.salt.span)
            body.appendField(Tag.cost, derivation.operations << 32 | UInt64(derivation.memoryKiB), bytes: 8)
        case .identity: body.appendField(Tag.source, 2, bytes: 1)
        case .code(let set, let place):
            body.appendField(Tag.source, 3, bytes: 1)
            body.appendField(Tag.set, UInt64(set), bytes: 4)
            body.appendField(Tag.place, UInt64(place), bytes: 1)
        case .recoveryKey(let file):
            body.appendField(Tag.source, 4, bytes: 1)
            body.appendField(Tag.file, file.span)
        }
        return try Record.make(.unlockMethod, id, at: utc, body: body)
    }
}
