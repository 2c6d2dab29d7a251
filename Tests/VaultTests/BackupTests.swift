import Age
import OneTimePassword
import Platform
import Testing

@testable import Vault

/// A backup is a signed vault: what opens it, what gives it away, what stays out.
@Suite struct BackupTests {
    /// A saved vault with an account, one bound to the machine and one in the trash.
    private func vault() throws -> Contents {
        var contents = try Contents(unlockMethod: cheapWay("pass"), at: 1000)
        let key = bytes("12345678901234567890")
        for name in ["plain", "bound", "gone"] {
            _ = try contents.add(
                AccountDetails(issuer: "Example", name: name), Parameters(kind: .totp), key: (key + bytes(name)).span,
                pin: Span(), note: Span(), at: 1000)
        }
        try contents.remove(contents.find("gone").id, at: 2000)
        let bound = try contents.find("bound")
        var account = bound
        account.isDeviceBound = true
        let record = try account.record(over: contents.records[bound.id], note: nil, at: 2000)
        contents.records[bound.id] = record
        contents = try reloaded(contents)
        try contents.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2000)
        return contents
    }

    private func seal(_ contents: Contents) throws -> Backup.Sealed { try seal(vault: contents, at: 3000) }

    private func seal(vault: Contents, at utc: UInt64) throws -> Backup.Sealed {
        try Backup.seal(vault, machine: "desk", previous: .init(repeating: 7), at: utc)
    }

    @Test func `it says what it is, opens by the passphrase and by the vault's own key, and holds everything`() throws {
        let contents = try vault()
        let sealed = try seal(contents)
        let backup = try Backup(sealed.bytes.span, of: contents)
        #expect(backup.manifest.vault == contents.vault && backup.manifest.sequence == contents.generation)
        #expect(backup.manifest.time == 3000 && backup.manifest.machine == "desk")
        #expect(backup.manifest.previous[31] == 7)
        #expect(backup.manifest.accounts == 2 && backup.manifest.inTrash == 1)
        #expect(backup.manifest.credentials == 2 && backup.manifest.placeholders == 1)
        #expect(backup.compared(with: contents) == Backup.Comparison(same: 3))
        #expect(backup.contents.inOrder.map(\.id) == contents.inOrder.map(\.id))
        let passphrase = bytes("pass")
        let opened = try VaultFile.open(sealed.bytes.span, passphrase: passphrase.span)
        #expect(opened.count == 2 && opened.records[.single(.manifest)] == nil)
        let identity = try VaultFile.identity(of: sealed.bytes.span, passphrase: passphrase.span)
        #expect(try Backup(sealed.bytes.span, with: identity).manifest.records == backup.manifest.records)
    }

    @Test func `read beside its vault, it is what it is alone, and has the bodies that both have`() throws {
        var contents = try vault()
        for number in 0..<300 {
            let key = bytes(number % 7 == 0 ? "" : "key of number \(number)")
            let (id, _) = try contents.add(
                AccountDetails(issuer: "Many", name: "\(number)"), key.isEmpty ? nil : Parameters(kind: .totp),
                key: key.span, pin: Span(), note: bytes("note \(number)").span, at: 1000)
            if number % 9 == 0 {
                try contents.setRecoveryCodes(of: id, ["code-\(number)"], at: 1000)
            }
        }
        try contents.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2000)
        let sealed = try seal(contents)
        // What was changed here since: it is in the file as it was.
        let list = Array(contents.inOrder)
        try contents.edit(list[10].id, details: AccountDetails(issuer: "Other", name: "label"), at: 4000)
        try contents.remove(list[20].id, at: 4000)
        try contents.move(list[30].id, to: .first, at: 4000)
        try contents.set(Settings(), at: 4000)
        _ = try contents.add(
            AccountDetails(issuer: "New", name: "one"), Parameters(kind: .totp), key: bytes("a new key").span,
            pin: Span(), note: Span(), at: 4000)
        let identity = try VaultFile.identity(of: sealed.bytes.span, passphrase: bytes("pass").span)
        func text(_ account: Account) -> String {
            "\(account.details) \(account.modified) \(account.credential?.id.description ?? "")"
        }
        let alone = try Backup.open(sealed.bytes.span, with: identity, own: nil).contents
        let beside = try Backup.open(sealed.bytes.span, of: contents).contents
        let indexed = try Backup(sealed.bytes.span, of: contents).contents
        for other in [beside, indexed] {
            #expect(alone.records.map { Lines($0.value) } == other.records.map { Lines($0.value) })
            #expect(alone.order == other.order && alone.trash.map(\.id) == other.trash.map(\.id))
            #expect(alone.accounts.values.map(text) == other.accounts.values.map(text))
            #expect(alone.recoverySets.mapValues { $0.map(\.id) } == other.recoverySets.mapValues { $0.map(\.id) })
            #expect(alone.unlockMethods.map(\.id) == other.unlockMethods.map(\.id) && other.vault == contents.vault)
        }
        #expect(try indexed.find("Many/7").id == alone.order[9])
        let shared = contents.records.filter { beside.records[$0.key]?.body === $0.value.body }.count
        #expect(shared > 500 && alone.records.allSatisfy { contents.records[$0.key]?.body !== $0.value.body })
    }

    /// All of a record.
    private struct Lines: Equatable {
        let (id, kind, revision, modified): (Identifier, UInt8, UInt64, UInt64)
        let body: [UInt8]

        init(_ record: Record) {
            (id, kind, revision, modified) = (record.id, record.kind, record.revision, record.modified)
            body = record.body.withBytes { array($0) }
        }
    }

    @Test func `a secret that is bound to the machine stays out, and its account must be verified`() throws {
        let contents = try vault()
        let backup = try Backup(seal(contents).bytes.span, of: contents)
        let bound = try backup.contents.find("bound")
        #expect(bound.credential == nil && bound.state == .needsVerification && bound.isDeviceBound)
        #expect(try backup.contents.find("plain").credential != nil)
        #expect(try contents.find("bound").credential != nil)
        let key = bytes("12345678901234567890bound")
        for record in backup.contents.records.values {
            #expect(
                record.body.withBytes { body in
                    let found = array(body)
                    return !found.indices.contains { found[$0...].starts(with: key) }
                })
        }
    }

    @Test func `another vault's backup, a vault and an export are told from one of this vault`() throws {
        let contents = try vault()
        let other = try vault()
        let sealed = try seal(other)
        #expect(refusal { () throws(VaultError) in _ = try Backup(sealed.bytes.span, of: contents) } == .noMatch)
        let own = try VaultFile.seal(contents)
        #expect(refusal { () throws(VaultError) in _ = try Backup(own.span, of: contents) } == .noMatch)
        let passphrase = bytes("pass")
        let identity = try VaultFile.identity(of: own.span, passphrase: passphrase.span)
        #expect(isDamage(refusal { () throws(VaultError) in _ = try Backup(own.span, with: identity) }))
    }

    @Test func `a planted backup is refused: whoever knows the recipients cannot sign`() throws {
        let contents = try vault()
        let other = try vault()
        let keys = try #require(contents.backupKeys)
        let foreign = try #require(other.backupKeys)
        // The attacker's records and signature, sealed to the owner's recipients.
        var manifest = Manifest(
            vault: contents.vault, sequence: contents.generation, time: 1, machine: "", previous: .init(repeating: 0))
        manifest.publicKey = keys.publicKey
        var records = contents.records.values.sorted { $0.id < $1.id }
        records.append(try manifest.record(signedBy: foreign))
        let planted = try VaultFile.seal(records, to: [keys.recipient], stanzas: [])
        #expect(isDamage(refusal { () throws(VaultError) in _ = try Backup(planted.span, of: contents) }))
        // The owner's manifest over other records.
        let backup = try seal(contents)
        let signed = try #require(
            try keys.withIdentities { (identity: borrowing X25519Identity) throws(VaultError) in
                try VaultFile.records(of: backup.bytes.span, with: identity)
            }?.last)
        let moved = try VaultFile.seal(
            other.records.values.sorted { $0.id < $1.id } + [signed], to: [keys.recipient], stanzas: [])
        #expect(isDamage(refusal { () throws(VaultError) in _ = try Backup(moved.span, of: contents) }))
    }

    @Test func `no byte of a manifest can be changed`() throws {
        let contents = try vault()
        let keys = try #require(contents.backupKeys)
        let manifest = Manifest(
            vault: contents.vault, sequence: 3, time: 4, machine: "desk", previous: .init(repeating: 5))
        let record = try manifest.record(signedBy: keys)
        let body = record.body.withBytes { array($0) }
        #expect(try Manifest(record).machine == "desk")
        for index in body.indices {
            var changed = body
            changed[index] ^= 1
            let wrong = Record(
                id: record.id, kind: record.kind, revision: 1, modified: 0,
                body: SharedSecret(try Secret(copying: changed.span)))
            #expect(refusal { () throws(VaultError) in _ = try Manifest(wrong) } != nil, "octet \(index)")
        }
    }

    @Test func `what opened an old backup does not open one that was made after a way in ended`() throws {
        var contents = try vault()
        let laptop = try contents.add(X25519Identity.random().recipient, label: "laptop", at: 3500)
        try contents.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 3500)
        // One that was added opens what comes: nobody lost anything with it.
        #expect(try Backup(seal(vault: contents, at: 3600).bytes.span, of: contents).origin == .current)
        let before = try seal(contents)
        let old = contents
        try contents.removeUnlockMethods([laptop], at: 4000)
        try contents.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 4000)
        let after = try seal(vault: contents, at: 4001)
        #expect(refusal { () throws(VaultError) in _ = try Backup(after.bytes.span, of: old) } == .noMatch)
        // The vault itself still looks into both. The former key signs nothing any more.
        let former = try Backup(before.bytes.span, of: contents)
        #expect(former.manifest.sequence == old.generation && former.origin == .former(ended: 4000))
        #expect(try Backup(after.bytes.span, of: contents).origin == .current)
        #expect(contents.backupKeys?.signer != old.backupKeys?.signer)
        let epochs = contents.epochs
        #expect(epochs.map(\.ended) == [4000, 0] && epochs[1].previous == epochs[0].publicKey)
        let record = try #require(contents.records[.single(.backupKeys)])
        let then = try #require(old.records[.single(.backupKeys)])
        let place = try BackupKeys.list(then).seed
        let seed = then.body.withBytes { array($0.extracting(place)) }
        let all = record.body.withBytes { array($0) }
        #expect(!all.indices.contains { all[$0...].starts(with: seed) })
        // Without an end, saves keep the key.
        let kept = contents.records[.single(.backupKeys)]?.revision
        try contents.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 5000)
        #expect(contents.records[.single(.backupKeys)]?.revision == kept)
    }

    @Test func `a former key's signature after its end is a stranger's`() throws {
        var contents = try vault()
        let laptop = try contents.add(X25519Identity.random().recipient, label: "laptop", at: 3500)
        try contents.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 3500)
        let old = contents
        try contents.removeUnlockMethods([laptop], at: 4000)
        try contents.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 4000)
        let late = try seal(vault: old, at: 4001)
        #expect(isDamage(refusal { () throws(VaultError) in _ = try Backup(late.bytes.span, of: contents) }))
    }

    @Test func `a comparison tells what was changed, added and removed since`() throws {
        var contents = try vault()
        let backup = try Backup(seal(contents).bytes.span, of: contents)
        let plain = try contents.find("plain")
        var details = plain.details
        details.name = "renamed"
        try contents.edit(plain.id, details: details, note: nil as Span<UInt8>?, at: 6000)
        let key = bytes("98765432109876543210")
        _ = try contents.add(
            AccountDetails(issuer: "Example", name: "added"), Parameters(kind: .totp), key: key.span, pin: Span(),
            note: Span(), at: 6000)
        #expect(backup.compared(with: contents) == Backup.Comparison(same: 2, older: 1, missing: 1))
        let empty = try vault()
        let none = backup.compared(with: empty)
        #expect(none.extra == 3 && none.missing == 3 && none.same == 0)
    }

    @Test func `an index has a mark for each account, and no id`() throws {
        let contents = try vault()
        let marks = Backup.marks(of: contents)
        #expect(Set(marks).count == 3)
        #expect(marks == Backup.marks(of: try reloaded(contents)))
        for id in contents.accounts.keys { #expect(!marks.contains(id.high) && !marks.contains(id.low)) }
    }

    @Test func `what was taken back comes in again from the same copy`() throws {
        var there = try vault()
        try there.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 5000)
        let before = try reloaded(there)
        let key = bytes("98765432109876543210")
        let id = try there.add(
            AccountDetails(issuer: "Example", name: "added"), Parameters(kind: .totp), key: key.span, pin: Span(),
            note: Span(), at: 6000
        ).id
        let plain = try there.find("plain")
        var details = plain.details
        details.name = "renamed"
        try there.edit(plain.id, details: details, note: nil as Span<UInt8>?, at: 6000)
        try there.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 6000)
        let sealed = try seal(vault: there, at: 6000)
        func taken(into here: Contents, at utc: UInt64) throws -> Contents {
            let opened = try Backup.open(sealed.bytes.span, of: here)
            return try here.merging(
                opened.contents, Authority(.sync, .current, .none), MergeLabels(source: "there", at: utc), at: utc
            ).contents
        }
        var here = try taken(into: before, at: 6000)
        #expect(here[id] != nil && here.count == 3)
        try here.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 6000)
        here = try #require(try here.undoingMerge(.none, at: 6000)).contents
        #expect(here[id] == nil && here.count == 2)
        try here.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 6000)
        here = try taken(into: here, at: 6000)
        #expect(here[id] != nil && here.count == 3)
        #expect(here[plain.id]?.details.name == "renamed")
    }
}
