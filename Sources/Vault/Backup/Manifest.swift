import Platform

/// What a backup says of itself, signed with a key that lives in the vault; the last record of a backup's payload.
package struct Manifest: Sendable, FieldList {
    /// The format that this release writes.
    package static let format: UInt8 = 1

    /// Which vault.
    package var vault = Identifier.zero
    /// The number of the save that it holds; grows with every backup of a machine.
    package var sequence: UInt64 = 0
    /// When it was sealed, in seconds of UTC.
    package var time: UInt64 = 0
    /// The name of the machine that sealed it.
    package var machine = ""
    /// SHA-256 of the file of the backup before; zeros where that is not known.
    package var previous: [32 of UInt8] = .init(repeating: 0)
    /// Accounts outside the trash.
    package var accounts: UInt32 = 0
    /// Accounts in the trash.
    package var inTrash: UInt32 = 0
    /// One-time passwords.
    package var credentials: UInt32 = 0
    /// Accounts whose secret stays on that machine: what must be verified after a restore.
    package var placeholders: UInt32 = 0
    /// Records in all, without this one.
    package var records: UInt32 = 0
    /// SHA-256 of the payload as it would be without this record.
    package var digest: [32 of UInt8] = .init(repeating: 0)
    /// Whose signature it bears: the vault's Ed25519 key.
    package var publicKey: [32 of UInt8] = .init(repeating: 0)

    /// Earlier backups of this machine, the last one first: what they held is in this one, so that nobody who takes this
    /// in need look at them.
    package var earlier: [Earlier] = []

    /// An earlier backup of the same machine, by what its name says.
    package struct Earlier: Sendable, Equatable {
        /// When it was sealed, in seconds of UTC.
        package let time: UInt64
        /// The number of its save.
        package let sequence: UInt64

        package init(time: UInt64, sequence: UInt64) { (self.time, self.sequence) = (time, sequence) }
    }

    /// Bytes of a machine's name.
    static let machineLimit = 64

    private var written = Manifest.format
    /// Where the signature lies in a body that is read.
    private var signature = 0..<0
    private static let signatureTag: UInt8 = 14

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &written)
        try coder.value(2, &vault)
        try coder.value(3, &sequence)
        try coder.value(4, &time)
        try coder.value(5, &machine, most: Self.machineLimit)
        try coder.value(6, &previous)
        try coder.value(7, &accounts)
        try coder.value(8, &inTrash)
        try coder.value(9, &credentials)
        try coder.value(10, &placeholders)
        try coder.value(11, &records)
        try coder.value(12, &digest)
        try coder.value(13, &publicKey)
        try coder.list(15, &earlier, most: Earlier.bytes)
        try coder.some(Self.signatureTag, &signature)
    }

    /// Stands in front of what is signed, so that the signature can be taken for nothing else.
    private static let context: StaticString = "fob-backup-manifest 1\n"

    /// The signed record.
    func record(signedBy keys: BackupKeys) throws(VaultError) -> Record {
        var signed = self
        (signed.machine, signed.publicKey, signed.signature) = (Self.clipped(machine), keys.publicKey, 0..<0)
        let message = try signed.body()
        signed.signature = 0..<64
        let signature = keys.signature(of: Self.message(message.bytes).span)
        return try Record.make(
            .manifest, .single(.manifest), at: time, body: signed.body(from: signature.span))
    }

    /// Reads a manifest and checks that it bears the signature of the key that it names.
    init(_ record: Record) throws(VaultError) {
        written = 0
        try read(record)
        guard written <= Self.format else { throw .newerFormat }
        // Nothing stands behind the signature: it covers all of the rest.
        guard written > 0, signature.upperBound == record.body.count else {
            throw .damaged("its manifest is not signed")
        }
        let isValid = record.body.withBytes { body in
            Sodium.isValid(
                signature: body.extracting(signature),
                of: Self.message(body.extracting(0..<(signature.lowerBound - 3))).span, publicKey: publicKey.span)
        }
        guard isValid else { throw .damaged("the signature of its manifest is wrong") }
        guard sequence <= Record.numberLimit, time <= Record.numberLimit, earlier.count <= Limits.earlierBackups else {
            throw .damaged("its manifest has impossible numbers")
        }
    }

    /// A manifest to be signed; the digest and the key come with that.
    init(vault: Identifier, sequence: UInt64, time: UInt64, machine: String, previous: [32 of UInt8]) {
        self.vault = vault
        (self.sequence, self.time, self.machine, self.previous) = (sequence, time, machine, previous)
    }

    private static func message(_ body: Span<UInt8>) -> [UInt8] {
        // Nothing of it is secret.
        let context = context.description.utf8.count
        return [UInt8](capacity: context + body.count) { output in
            for byte in Self.context.description.utf8 { output.append(byte) }
            for index in body.indices { output.append(body[index]) }
        }
    }

    private static func clipped(_ name: String) -> String {
        var clipped = ""
        for character in name.oneLine where clipped.utf8.count + character.utf8.count <= machineLimit {
            clipped.append(character)
        }
        return clipped
    }
}

extension Manifest.Earlier: FieldValue {
    static let bytes = 16

    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == Self.bytes else { throw .damaged("an earlier backup has the wrong length") }
        time = try UInt64(in: body, at: place.lowerBound..<(place.lowerBound + 8))
        sequence = try UInt64(in: body, at: (place.lowerBound + 8)..<place.upperBound)
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { Self.bytes }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        output.appendNumber(time, bytes: 8)
        output.appendNumber(sequence, bytes: 8)
    }
}
