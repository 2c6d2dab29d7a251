package import Age
import Platform

/// A vault, a backup and a secret export are one kind of file: age v1, sealed to every unlock method, with fob's records as
/// its payload.
package enum VaultFile {
    /// Seals `contents` to all its unlock methods.
    package static func seal(_ contents: Contents) throws(VaultError) -> [UInt8] {
        try seal(
            contents.records, to: contents.unlockMethods.map(\.recipient), stanzas: stanzas(contents))
    }

    /// What a file's header tells of the passphrases and the hardware security keys that open it.
    static func stanzas(_ contents: Contents) throws(VaultError) -> [Stanza] {
        var stanzas: [Stanza] = []
        for way in contents.unlockMethods {
            switch way.source {
            case .passphrase(let derivation): stanzas.append(try derivation.stanza)
            case .hardware(let key): stanzas.append(try key.stanza)
            case .identity, .code, .recoveryKey: break
            }
        }
        return stanzas
    }

    /// Seals some accounts, with the vault's name but not its unlock methods, for `recipients`; nil for whatever opens the
    /// vault.
    package static func export(
        _ ids: [Identifier], of contents: Contents, to recipients: [X25519Recipient]?
    ) throws(VaultError) -> [UInt8] {
        var records: [Record] = contents.records[.single(.vault)].map { [$0] } ?? []
        for id in ids {
            guard let account = contents.accounts[id] else { throw .notFound }
            let parts = [id, account.credential?.id] + (contents.recoverySets[id] ?? []).map(\.id)
            for part in parts {
                if let part, let record = contents.records[part] { records.append(record) }
            }
            for key in contents.keys(of: id) {
                guard let record = contents.records[key.id] else { continue }
                if let part = try contents.travelling(key, record, isBackup: false) { records.append(part) }
            }
        }
        if let recipients { return try seal(records, to: recipients, stanzas: []) }
        return try seal(records, to: contents.unlockMethods.map(\.recipient), stanzas: stanzas(contents))
    }

    static func seal(
        _ records: some RecordSource, to recipients: [X25519Recipient], stanzas: [Stanza]
    ) throws(VaultError) -> [UInt8] {
        var writer = try writer(for: records, to: recipients, stanzas: stanzas)
        try Memory.withShieldOpen { () throws(VaultError) in
            try RecordStream.write(records) { piece in writer.write(piece) }
        }
        return writer.finish()
    }

    /// A writer with room for those records.
    static func writer(
        for records: some RecordSource, to recipients: [X25519Recipient], stanzas: [Stanza]
    ) throws(VaultError) -> AgeWriter {
        let (count, bytes) = RecordStream.count(records)
        // Before anything is written that could not be read back.
        guard count <= RecordStream.recordLimit else { throw .tooLarge("\(RecordStream.recordLimit) records") }
        var writer = try age { () throws(AgeError) in
            try AgeWriter(to: recipients, extraStanzas: stanzas, sumType: HeaderSum.type)
        }
        writer.reserve(bytes)
        return writer
    }

    /// Opens a file with an identity.
    package static func open(
        _ sealed: Span<UInt8>, with identity: borrowing X25519Identity
    ) throws(VaultError) -> Contents {
        // What a backup says of itself is not a part of the vault.
        try Contents(records(of: sealed, with: identity).filter { $0.kind != RecordKind.manifest.rawValue })
    }

    /// The records of a file, in their order.
    static func records(
        of sealed: Span<UInt8>, with identity: borrowing X25519Identity
    ) throws(VaultError) -> [Record] {
        try payload(of: sealed, with: identity).records
    }

    /// The same, with the digest that a manifest should have, as the parser finds it.
    ///
    /// - Parameter known: records that many of these are; those have their bodies.
    static func payload(
        of sealed: Span<UInt8>, with identity: borrowing X25519Identity, hashing isHashed: Bool = false,
        knowing known: SortedTable<Identifier, Record>? = nil
    ) throws(VaultError) -> RecordStream.Payload {
        let header = try HeaderSum.header(of: sealed)
        let key = try age { () throws(AgeError) in try header.fileKey(for: identity) }
        var reader = try age { () throws(AgeError) in try AgeReader(sealed, header: header, key: key) }
        var parser = try RecordStream.Parser(
            expecting: reader.plaintextCount, hashing: isHashed, knowing: known)
        while try age({ () throws(AgeError) in try reader.next(in: sealed) }) { try parser.take(reader.plaintext) }
        return try parser.finish()
    }

    /// Opens a file with a passphrase: each derivation that its header names is tried.
    package static func open(
        _ sealed: Span<UInt8>, passphrase: Span<UInt8>
    ) throws(VaultError) -> Contents {
        try open(sealed, with: identity(of: sealed, passphrase: passphrase))
    }

    /// Opens a file with a recovery code.
    package static func open(
        _ sealed: Span<UInt8>, code: borrowing KitCode
    ) throws(VaultError) -> Contents {
        try open(sealed, with: code.identity())
    }

    /// How much work (passes times KiB, over all derivations) a file from elsewhere may ask for: some times what the
    /// vault does that is open, if any.
    package static func mostForeignWork(beside contents: Contents?) -> UInt64 {
        var own: UInt64 = 0
        for method in contents?.unlockMethods ?? [] {
            if case .passphrase(let derivation) = method.source { own = max(own, derivation.work) }
        }
        return min(
            max(PassphraseDerivation.foreignFactor * own, PassphraseDerivation.foreignLeast),
            PassphraseDerivation.mostWork)
    }

    /// The identity that `passphrase` gives for a file: the key to it, also for the stock `age` program.
    ///
    /// - Parameters:
    ///   - mostWork: see `mostForeignWork`; by default, what a vault of one's own may ask for.
    ///   - isCancelled: asked before each derivation, none of which can be interrupted.
    /// - Throws: `noMatch` when the passphrase does not open the file; `costOutOfBounds`, before any work, when the
    ///   header's derivations are too costly, each or together; `cancelled`.
    package static func identity(
        of sealed: Span<UInt8>, passphrase: Span<UInt8>, mostWork: UInt64 = PassphraseDerivation.mostWork,
        isCancelled: () -> Bool = { false }
    ) throws(VaultError) -> X25519Identity {
        let header = try HeaderSum.header(of: sealed)
        var derivations: [PassphraseDerivation] = []
        for stanza in header.stanzas {
            if let derivation = try PassphraseDerivation(stanza) { derivations.append(derivation) }
        }
        try PassphraseDerivation.check(derivations, most: mostWork)
        for derivation in derivations {
            guard !isCancelled() else { throw .cancelled }
            let identity = try derivation.identity(passphrase)
            do {
                _ = try header.fileKey(for: identity)
                return identity
            } catch AgeError.noMatch {
                continue
            } catch {
                throw VaultError(error)
            }
        }
        throw .noMatch
    }

    private static func age<Value: ~Copyable>(
        _ body: () throws(AgeError) -> Value
    ) throws(VaultError) -> Value {
        do { return try body() } catch { throw VaultError(error) }
    }
}
