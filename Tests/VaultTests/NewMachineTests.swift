import Age
import Platform
import Testing

@testable import Vault

/// A machine without a vault, to which a file is restored that anybody may have put there.
@Suite struct NewMachineTests {
    private let passphrase: OwnerKey
    private let vault: Contents
    private let laptop: Vault.Identifier

    /// A vault with a passphrase, kit codes and a laptop, all made by its owner.
    init() throws {
        passphrase = try OwnerKey(X25519Identity.random())
        var way = UnlockMethod(
            source: .passphrase(.cheapest()), label: "passphrase", recipient: passphrase.recipient, at: 1000)
        way.owner = passphrase.publicKey
        var vault = try Contents(unlockMethod: way, at: 1000)
        _ = try vault.certify(by: passphrase, at: 1000)
        let recipients = try (0..<8).map { _ in try X25519Identity.random().recipient }
        try vault.replaceCodes(by: recipients, passphrase, at: 1000)
        laptop = try vault.add(X25519Identity.random().recipient, label: "laptop", passphrase, at: 1000)
        try vault.add("Forge", "alice", at: 1000)
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1000)
        self.vault = vault
    }

    /// The vault that a new machine makes of a file.
    private func made(
        of file: Contents, openedBy opener: X25519Recipient, _ owner: OwnerKey?, new: OwnerKey? = nil,
        keeping kept: Set<Vault.Identifier> = []
    ) throws -> (Contents, ended: [String]) {
        let base = try Contents(beginningLike: file)
        var made = try base.merging(
            file, Authority(.create, .unsigned, .none), MergeLabels(source: "file", at: 2000), at: 2000
        ).contents
        let ended = try made.endUnconfirmed(of: file, openedBy: opener, owner, new: new, keeping: kept, at: 2000)
        try made.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2000)
        return (made, ended.map(\.label))
    }

    @Test func `by the passphrase that vouches for all of it, everything stays, and so does the signing key`() throws {
        let (made, ended) = try made(of: vault, openedBy: passphrase.recipient, passphrase)
        #expect(ended.isEmpty && made.unlockMethods.map(\.id) == vault.unlockMethods.map(\.id))
        #expect(made.backupKeys?.signer == vault.backupKeys?.signer)
    }

    @Test func `what somebody else has put into the file ends, and the keys that he knows are of no use`() throws {
        var planted = vault
        _ = try planted.add(X25519Identity.random().recipient, label: "planted", at: 1001)
        try planted.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1001)
        let (made, ended) = try made(of: planted, openedBy: passphrase.recipient, passphrase)
        #expect(ended == ["planted"] && made.backupKeys?.signer != planted.backupKeys?.signer)
        // Signed and sealed by keys of his own, with nothing else in it than what is the owner's.
        var forged = vault
        try forged.renewBackupKeys(isForced: true, at: 1001)
        let (other, none) = try self.made(of: forged, openedBy: passphrase.recipient, passphrase)
        #expect(none.isEmpty && other.backupKeys?.signer != forged.backupKeys?.signer)
        #expect(other.backupKeys?.recipient != forged.backupKeys?.recipient)
    }

    @Test func `by an identity only that stays, and what was confirmed by name`() throws {
        let file = vault
        let opener = try #require(file.unlockMethods.first { $0.id == laptop }).recipient
        let (made, _) = try made(of: file, openedBy: opener, nil, keeping: [file.unlockMethods[1].id])
        #expect(Set(made.unlockMethods.map(\.id)) == [laptop, file.unlockMethods[1].id])
        #expect(made.backupKeys?.signer != file.backupKeys?.signer)
        let code = try #require(file.unlockMethods.first { $0.isCode })
        #expect(try file.standing(of: code, openedBy: opener, nil) == .claimed)
    }

    @Test func `a kit code vouches for the other codes of its set, and for nothing else`() throws {
        var file = vault
        let codes = try (0..<8).map { _ in try OwnerKey(X25519Identity.random()) }
        try file.replaceCodes(by: codes.map(\.recipient), signing: codes, at: 1001)
        // One that is used up still vouches for those that are left.
        _ = try file.useCode(of: codes[7].recipient, at: 1002)
        let ways = file.unlockMethods.filter(\.isCode)
        #expect(ways.count == 7 && file.codes(of: codes[2]) == Set(ways.map(\.id)))
        let (made, ended) = try made(
            of: file, openedBy: codes[2].recipient, nil, new: passphrase, keeping: file.codes(of: codes[2]))
        #expect(!ended.contains("") && made.unlockMethods.filter(\.isCode).map(\.id) == ways.map(\.id))
        // Somebody who has had the vault open adds codes of his own, and says that they are of the set.
        let planted = try OwnerKey(X25519Identity.random())
        var forged = file
        let source = UnlockMethod.Source.code(set: forged.access.set, place: 8)
        var way = UnlockMethod(source: source, label: "", recipient: planted.recipient, at: 1001)
        forged.access.marks[7] = planted.recipient.mark
        way.kit = planted.certificate(of: forged.access.statement(in: forged.vault))
        try forged.put(way, at: 1003)
        #expect(forged.codes(of: codes[2]).isEmpty)
        forged.access.marks = file.access.marks
        #expect(forged.codes(of: codes[2]) == Set(ways.map(\.id)))
        // A code of before there were such signatures.
        #expect(vault.codes(of: codes[2]).isEmpty)
    }

    @Test func `what stays on its machine is not taken in`() throws {
        var file = vault
        try file.setPIN(hash: [UInt8](repeating: 7, count: 16).span, at: 1000)
        let (made, _) = try made(of: file, openedBy: passphrase.recipient, passphrase)
        #expect(file.records[.single(.pin)] != nil && made.records[.single(.pin)] == nil)
        #expect(made.accounts.keys.elementsEqual(file.accounts.keys))
    }

    @Test func `accounts of one name get names of their own, also where it is one in other bytes only`() throws {
        // The kelvin sign is a K to whoever compares, and a letter with its accent may be one character or two.
        for (name, same) in [("alice", "alice"), ("K", "\u{212A}"), ("\u{E9}", "e\u{301}")] {
            var file = vault
            try file.add("Twin", name, key: "a third key of 20 B.", at: 1000)
            let id = try file.add("Twin", "another", key: "another key of 20 B", at: 1000).id
            let old = try #require(file.records[id])
            let renamed = try fields(of: old).map { $0.tag == 2 ? ($0.tag, bytes(same)) : $0 }
            file = try file.with([record(old.kind, id: id, renamed)])
            #expect(Set(file.inOrder.map(\.details.label)).count == 2)
            let (made, _) = try made(of: file, openedBy: passphrase.recipient, passphrase)
            #expect(Set(made.inOrder.map(\.details.label)).count == 3)
        }
    }

    @Test func `a fingerprint from paper is good for what follows from it, and for nothing else`() throws {
        let printed = Digest(vault.fingerprint)
        var later = vault
        try later.removeUnlockMethods([laptop], passphrase, at: 3000)
        try later.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 3000)
        #expect(Digest(later.fingerprint) != printed)
        #expect(later.formerFingerprints.map { Digest($0) } == [printed])
        // Whoever knows the former signing key can sign another one, and not certify it.
        var forged = vault
        try forged.removeUnlockMethods([laptop], at: 3000)
        let stranger = try OwnerKey(X25519Identity.random())
        var evil = vault
        try evil.removeUnlockMethods([laptop], stranger, at: 3000)
        for other in [forged, evil] {
            #expect(Digest(other.fingerprint) != printed && other.formerFingerprints.isEmpty)
        }
    }
}

/// A fingerprint that can be compared.
private struct Digest: Equatable {
    let bytes: [UInt8]

    init(_ bytes: [32 of UInt8]) { self.bytes = bytes.indices.map { bytes[$0] } }
}
