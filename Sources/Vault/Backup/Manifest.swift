import Platform

/// What a backup says of itself, signed with a key that lives in the vault; the last record of a backup's payload.
package struct Manifest: Sendable {
    /// The format that this release writes.
    package static let format: UInt8 = 1

    /// Which vault.
    package var vault: Identifier
    /// The number of the save that it holds; grows with every backup of a machine.
    package var sequence: UInt64
    /// When it was sealed, in seconds of UTC.
    package var time: UInt64
    /// The name of the machine that sealed it.
    package var machine: String
    /// SHA-256 of the file of the backup before; zeros where that is not known.
    package var previous: [32 of UInt8]
    /// Accounts outside the trash.
    package var accounts: UInt32
    /// Accounts in the trash.
    package var inTrash: UInt32
    /// One-time passwords.
    package var credentials: UInt32
    /// Accounts whose secret stays on that machine: what must be verified after a restore.
    package var placeholders: UInt32
    /// Records in all, without this one.
    package var records: UInt32
    /// SHA-256 of the payload as it would be without this record.
    package var digest: [32 of UInt8]
    /// Whose signature it bears: the vault's Ed25519 key.
    package var publicKey: [32 of UInt8]

    /// Bytes of a machine's name.
    static let machineLimit = 64

    private enum Tag {
        static let format: UInt8 = 1
        static let vault: UInt8 = 2
        static let sequence: UInt8 = 3
        static let time: UInt8 = 4
        static let machine: UInt8 = 5
        static let previous: UInt8 = 6
        static let accounts: UInt8 = 7
        static let inTrash: UInt8 = 8
        static let credentials: UInt8 = 9
        static let placeholders: UInt8 = 10
        static let records: UInt8 = 11
        static let digest: UInt8 = 12
        static let publicKey: UInt8 = 13
        static let signature: UInt8 = 14
    }

    /// Stands in front of what is signed, so that the signature can be taken for nothing else.
    private static let context: StaticString = "fob-backup-manifest 1\n"

    /// The signed record.
    func record(signedBy keys: BackupKeys) throws(VaultError) -> Record {
        let machine = Self.clipped(machine)
        var body = try RecordStream.buffer(512 + machine.utf8.count)
        body.appendField(Tag.format, UInt64(Self.format), bytes: 1)
        body.appendField(Tag.vault, vault)
        body.appendField(Tag.sequence, sequence, bytes: 8)
        body.appendField(Tag.time, time, bytes: 8)
        body.appendField(Tag.machine, machine)
        body.appendField(Tag.previous, previous.span)
        for (tag, count) in [
            (Tag.accounts, accounts), (Tag.inTrash, inTrash), (Tag.credentials, credentials),
            (Tag.placeholders, placeholders), (Tag.records, records),
        ] {
            body.appendField(tag, UInt64(count), bytes: 4)
        }
        body.appendField(Tag.digest, digest.span)
        body.appendField(Tag.publicKey, keys.publicKey.span)
        let signature = keys.signature(of: Self.message(body.bytes).span)
        body.appendField(Tag.signature, signature.span)
        return try Record.make(.manifest, .single(.manifest), at: time, body: body)
    }

    /// Reads a manifest and checks that it bears the signature of the key that it names.
    init(_ record: Record) throws(VaultError) {
        self = try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) in try Manifest(body) }
    }

    private init(_ body: Span<UInt8>) throws(VaultError) {
        vault = Identifier(high: 0, low: 0)
        (sequence, time, machine) = (0, 0, "")
        (accounts, inTrash, credentials, placeholders, records) = (0, 0, 0, 0, 0)
        previous = .init(repeating: 0)
        (digest, publicKey) = (previous, previous)
        var format: UInt64 = 0
        var signature = 0..<0
        var signed = 0
        var reader = FieldReader()
        while let field = try reader.next(in: body) {
            let value = field.value
            switch field.tag {
            case Tag.format: format = try FieldValue.number(body, value, bytes: 1)
            case Tag.vault: vault = try FieldValue.identifier(body, value)
            case Tag.sequence: sequence = try FieldValue.number(body, value, bytes: 8)
            case Tag.time: time = try FieldValue.number(body, value, bytes: 8)
            case Tag.machine: machine = try FieldValue.text(body, value, limit: Self.machineLimit)
            case Tag.previous: previous = try Self.hash(body, value)
            case Tag.accounts: accounts = try Self.count(body, value)
            case Tag.inTrash: inTrash = try Self.count(body, value)
            case Tag.credentials: credentials = try Self.count(body, value)
            case Tag.placeholders: placeholders = try Self.count(body, value)
            case Tag.records: records = try Self.count(body, value)
            case Tag.digest: digest = try Self.hash(body, value)
            case Tag.publicKey: publicKey = try Self.hash(body, value)
            case Tag.signature:
                signature = value
                signed = value.lowerBound - 3
            default: break
            }
        }
        guard format <= UInt64(Self.format) else { throw .newerFormat }
        // Nothing stands behind the signature: it covers all of the rest.
        guard format > 0, signature.upperBound == body.count else { throw .damaged("its manifest is not signed") }
        let message = Self.message(body.extracting(0..<signed))
        guard
            Sodium.isValid(
                signature: body.extracting(signature), of: message.span, publicKey: publicKey.span)
        else { throw .damaged("the signature of its manifest is wrong") }
        guard sequence <= Record.numberLimit, time <= Record.numberLimit else {
            throw .damaged("its manifest has impossible numbers")
        }
    }

    /// A manifest to be signed; the digest and the key come with that.
    init(vault: Identifier, sequence: UInt64, time: UInt64, machine: String, previous: [32 of UInt8]) {
        self.vault = vault
        (self.sequence, self.time, self.machine, self.previous) = (sequence, time, machine, previous)
        (accounts, inTrash, credentials, placeholders, records) = (0, 0, 0, 0, 0)
        digest = .init(repeating: 0)
        publicKey = .init(repeating: 0)
    }

    private static func message(_ body: Span<UInt8>) -> [UInt8] {
        // Nothing of it is secret.
        let context = context.description.utf8.count
        return [UInt8](capacity: context + body.count) { output in
            for byte in Self.context.description.utf8 { output.append(byte) }
            for index in body.indices { output.append(body[index]) }
        }
    }

    private static func hash(_ body: Span<UInt8>, _ range: Range<Int>) throws(VaultError) -> [32 of UInt8] {
        guard range.count == 32 else { throw .damaged("a hash has the wrong length") }
        var hash: [32 of UInt8] = .init(repeating: 0)
        for index in 0..<32 { hash[index] = body[range.lowerBound + index] }
        return hash
    }

    private static func count(_ body: Span<UInt8>, _ range: Range<Int>) throws(VaultError) -> UInt32 {
        UInt32(truncatingIfNeeded: try FieldValue.number(body, range, bytes: 4))
    }

    private static func clipped(_ name: String) -> String {
        var clipped = ""
        for character in name where clipped.utf8.count + character.utf8.count <= machineLimit {
            clipped.append(character)
        }
        return clipped
    }
}
