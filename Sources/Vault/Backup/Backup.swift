package import Age
import Platform

/// A backup: the vault's file with a manifest, sealed to the unlock methods and to the key that only looks into backups.
package struct Backup: Sendable {
    /// What it holds.
    package let contents: Contents
    /// What it says of itself.
    package let manifest: Manifest
    /// Whose signature it bears.
    package let origin: Origin

    /// What sealing makes.
    package struct Sealed: Sendable {
        /// The file.
        package let bytes: [UInt8]
        /// What it says of itself.
        package let manifest: Manifest
    }

    /// Seals `contents`. Secrets that are bound to this machine are left out; their accounts stay, marked as ones that
    /// must be verified.
    ///
    /// - Parameters:
    ///   - machine: this machine's name.
    ///   - previous: SHA-256 of the file of the backup before, zeros where there is none.
    ///   - earlier: the backups of this machine before, the last one first.
    ///   - stanzas: what else its header tells: of keepers.
    package static func seal(
        _ contents: Contents, machine: String, previous: [32 of UInt8], earlier: [Manifest.Earlier] = [],
        stanzas: [Stanza] = [], at utc: UInt64
    ) throws(VaultError) -> Sealed {
        guard let keys = contents.backupKeys else { throw .damaged("it has no keys for backups") }
        var manifest = Manifest(
            vault: contents.vault, sequence: contents.generation, time: utc, machine: machine, previous: previous)
        manifest.earlier = Array(earlier.prefix(Limits.earlierBackups))
        manifest.accounts = UInt32(contents.count)
        manifest.inTrash = UInt32(contents.trashCount)
        let records = try Memory.withShieldOpen { () throws(VaultError) in try contents.travelling() }
        (manifest.records, manifest.credentials) = (UInt32(records.size.records), UInt32(records.credentials))
        manifest.placeholders = UInt32(records.placeholders)
        manifest.publicKey = keys.publicKey
        var writer = try VaultFile.writer(
            for: records, to: contents.unlockMethods.map(\.recipient) + [keys.recipient],
            stanzas: VaultFile.stanzas(contents) + stanzas)
        var hash = Sodium.SHA256()
        var stream = try RecordStream.Writer()
        Memory.withShieldOpen {
            records.lend { record in
                stream.write(record) { piece in
                    hash.update(piece)
                    writer.write(piece)
                }
            }
        }
        stream.flush { piece in
            hash.update(piece)
            writer.write(piece)
        }
        hash.update(stream.tail.span)
        manifest.digest = hash.finish()
        stream.write(try manifest.record(signedBy: keys)) { writer.write($0) }
        stream.flush { writer.write($0) }
        writer.write(stream.tail.span)
        return Sealed(bytes: writer.finish(), manifest: manifest)
    }

    /// SHA-256 of the payload that these records make.
    static func digest(of records: [Record]) throws(VaultError) -> [32 of UInt8] {
        var hash = Sodium.SHA256()
        try Memory.withShieldOpen { () throws(VaultError) in
            try RecordStream.write(records) { piece in hash.update(piece) }
        }
        return hash.finish()
    }

    /// Opens a backup with an identity, and checks its signature, its digest and its counts.
    ///
    /// - Throws: `noMatch`; `damaged`, also for a file without a manifest, such as a vault or an export.
    package init(_ sealed: Span<UInt8>, with identity: borrowing X25519Identity) throws(VaultError) {
        try self.init(VaultFile.payload(of: sealed, with: identity, hashing: true), own: nil)
    }

    init(
        _ loaded: consuming RecordStream.Payload, own: Contents?, by proved: [OwnerKey] = [], isBeside: Bool = false
    ) throws(VaultError) {
        // Nobody else has them: a table takes them over.
        var records: [Record] = []
        swap(&records, &loaded.records)
        guard let last = records.popLast(), last.kind == RecordKind.manifest.rawValue else {
            throw .damaged("it has no manifest: it is not a backup")
        }
        let manifest = try last.reading(Manifest.init)
        let digest = if let digest = loaded.digest { digest } else { try Self.digest(of: records) }
        guard digest.indices.allSatisfy({ digest[$0] == manifest.digest[$0] }) else {
            throw .damaged("its records are not those that were signed")
        }
        contents = try Contents(consume records, knowing: own, isBeside: isBeside)
        self.manifest = manifest
        origin = own?.origin(of: manifest, in: contents, by: proved) ?? .foreign
        var credentials = 0
        contents.records.each { _, record in if record.kind == RecordKind.credential.rawValue { credentials += 1 } }
        guard contents.vault == manifest.vault, contents.generation == manifest.sequence,
            contents.count == Int(manifest.accounts), contents.trashCount == Int(manifest.inTrash),
            credentials == Int(manifest.credentials), contents.records.count == Int(manifest.records)
        else { throw .damaged("it does not hold what its manifest says") }
    }

    /// Any file of fob, opened.
    package struct Opened: Sendable {
        /// What it holds.
        package let contents: Contents
        /// What it says of itself; nil for a vault or an export.
        package let manifest: Manifest?
        /// Whose signature it bears.
        package let origin: Origin

        /// The same file as the vault `own` sees it; it was opened without that.
        ///
        /// - Parameter proved: owners' keys of passphrases that were just given.
        package func seen(from own: Contents?, by proved: [OwnerKey] = []) -> Opened {
            Opened(
                contents: contents, manifest: manifest,
                origin: own?.origin(of: manifest, in: contents, by: proved) ?? origin)
        }
    }

    /// Opens a backup, or a vault or an export, which have no manifest, to bring it into a vault.
    ///
    /// - Parameters:
    ///   - own: the vault whose keys its signature is compared with; nil where there is none yet.
    ///   - proved: owners' keys of passphrases that were just given.
    package static func open(
        _ sealed: Span<UInt8>, with identity: borrowing X25519Identity, own: Contents?, by proved: [OwnerKey] = []
    ) throws(VaultError) -> Opened {
        let loaded = try VaultFile.payload(of: sealed, with: identity, hashing: true)
        guard loaded.records.last?.kind == RecordKind.manifest.rawValue else {
            return Opened(contents: try Contents(loaded.records, isBeside: true), manifest: nil, origin: .unsigned)
        }
        return try Backup(consume loaded, own: own, by: proved, isBeside: true).opened
    }

    /// The same as any file.
    package var opened: Opened { Opened(contents: contents, manifest: manifest, origin: origin) }

    /// Opens a backup of the vault `own` without a passphrase, with the keys that `own` has for that.
    ///
    /// - Throws: `noMatch` when another vault's keys are needed; `damaged` also for one that another key signed.
    package init(_ sealed: Span<UInt8>, of own: Contents) throws(VaultError) {
        let found = try Self.found(sealed, of: own, isBeside: false)
        switch found.origin {
        case .current, .former: self = found
        case .successor, .foreign, .unsigned: throw .damaged("another vault's key signed it")
        }
    }

    /// The same, whoever has signed it, to bring it into the vault.
    package static func open(_ sealed: Span<UInt8>, of own: Contents) throws(VaultError) -> Opened {
        try found(sealed, of: own, isBeside: true).opened
    }

    private static func found(
        _ sealed: Span<UInt8>, of own: Contents, isBeside: Bool
    ) throws(VaultError) -> Backup {
        guard let keys = own.backupKeys else { throw .noMatch }
        let found: Backup? = try keys.withIdentities { (identity: borrowing X25519Identity) throws(VaultError) in
            do throws(VaultError) {
                return try Backup(
                    VaultFile.payload(of: sealed, with: identity, hashing: true, knowing: own.records), own: own,
                    isBeside: isBeside)
            } catch {
                guard error == .noMatch else { throw error }
                return nil
            }
        }
        guard let found else { throw .noMatch }
        return found
    }

    /// A backup's accounts beside those of the vault that it is of.
    package struct Comparison: Sendable, Equatable {
        /// Equal in every byte.
        package var same: UInt32 = 0
        /// Changed in the vault since.
        package var older: UInt32 = 0
        /// In the vault only: added since.
        package var missing: UInt32 = 0
        /// In the backup only: removed for good since.
        package var extra: UInt32 = 0
        /// Different though nothing changed since. There should be none.
        package var different: UInt32 = 0
    }

    /// Compares every account, the secrets too.
    package func compared(with own: Contents) -> Comparison {
        var result = Comparison()
        for (id, account) in own.accounts {
            guard let copy = contents.accounts[id] else {
                result.missing += 1
                continue
            }
            let parts = [id, account.credential?.id] + (own.recoverySets[id] ?? []).map(\.id)
            let bodies = parts.compactMap { $0.map { (own.records[$0], contents.records[$0]) } }
            // The secret of a placeholder is not there, and its state says so.
            let isPlaceholder = account.isDeviceBound && copy.credential == nil
            let keys = own.keys(of: id).map { key in
                (own.records[key.id].flatMap { try? own.travelling($0) }, contents.records[key.id])
            }
            let isSame =
                (isPlaceholder || bodies.allSatisfy { Self.areEqual($0.0, $0.1) })
                && keys.allSatisfy { Self.areEqual($0.0, $0.1) }
            let isOlder = (bodies + keys).contains { ($0.0?.revision ?? 0) > ($0.1?.revision ?? 0) }
            if isSame { result.same += 1 } else if isOlder { result.older += 1 } else { result.different += 1 }
        }
        result.extra = UInt32(contents.accounts.keys.count { own.accounts[$0] == nil })
        return result
    }

    private static func areEqual(_ a: Record?, _ b: Record?) -> Bool {
        guard let a, let b, a.kind == b.kind, a.revision == b.revision, a.modified == b.modified else { return false }
        return a.body.withBytes { (a: Span<UInt8>) in
            b.body.withBytes { (b: Span<UInt8>) in
                guard a.count == b.count else { return false }
                var difference: UInt8 = 0
                for index in a.indices { difference |= a[index] ^ b[index] }
                return difference == 0
            }
        }
    }

    /// What stands for each account in the index beside a backup: the first eight bytes of the hash of its id. It tells
    /// whether two backups hold the same account, and nothing about it.
    package static func marks(of contents: Contents) -> [UInt64] {
        contents.accounts.keys.map { id in
            var bytes: [16 of UInt8] = .init(repeating: 0)
            for index in 0..<8 {
                bytes[index] = UInt8(truncatingIfNeeded: id.high >> UInt64(56 - 8 * index))
                bytes[index + 8] = UInt8(truncatingIfNeeded: id.low >> UInt64(56 - 8 * index))
            }
            let hash = Sodium.sha256(bytes.span)
            return (0..<8).reduce(0) { $0 << 8 | UInt64(hash[$1]) }
        }.sorted()
    }
}
