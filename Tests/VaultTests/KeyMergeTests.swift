import Age
import Platform
import Testing

@testable import Vault

/// Keys on several machines, and in backups.
@Suite struct KeyMergeTests {
    private func restored(
        _ backup: Contents, into vault: Contents, at utc: UInt64 = 1_795_000_000
    ) throws(VaultError) -> Contents {
        try vault.merging(backup, mode: .restore, MergeLabels(source: "backup", at: utc), at: utc).contents
    }

    private func synced(_ other: Contents, into vault: Contents, at utc: UInt64 = 5000) throws(VaultError) -> Contents {
        try vault.merging(other, mode: .sync, MergeLabels(source: "", at: utc), at: utc).contents
    }

    private func backup(of vault: Contents) throws -> (Backup, saved: Contents) {
        var saved = vault
        try saved.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2000)
        let sealed = try Backup.seal(saved, machine: "desk", previous: .init(repeating: 0), at: 2000)
        return (try Backup(sealed.bytes.span, of: saved), saved)
    }

    @Test func `a life: made, backed up, verified, restored elsewhere, used`() throws {
        var vault = try emptyVault()
        let key = try vault.addKey(newKey(), blob: "blob")
        let bound = try vault.addKey(newKey("work.org", .deviceBound), secret: 8)
        _ = try vault.useKey(bound.id, at: 1500)
        #expect(key.isEligible && !key.isBackedUp && !bound.isEligible)

        var (backup, saved) = try backup(of: vault)
        #expect(backup.manifest.placeholders == 1)
        #expect(backup.compared(with: saved) == Backup.Comparison(same: 2))
        // Sealing alone says nothing here.
        #expect(saved.key(key.id)?.isBackedUp == false)
        #expect(try saved.markBackedUp(in: backup, at: 2500) == 1)
        #expect(try saved.markBackedUp(in: backup, at: 2500) == 0)
        #expect(saved.key(key.id)?.isBackedUp == true && saved.key(bound.id)?.isBackedUp == false)
        #expect(try reloaded(saved).key(key.id)?.isBackedUp == true)

        // The other machine: the flag does not fall, though this backup is from before it was known.
        var other = try restored(backup.contents, into: try Contents(beginningLike: backup.contents))
        let there = try #require(other.key(key.id))
        #expect(there.isEligible && there.isBackedUp && there.counter == 0 && there.blob == key.blob)
        #expect(there.privateKey == key.privateKey)
        for isVerified in [true, false] {
            #expect(there.seed(isVerified: isVerified) == key.seed(isVerified: isVerified))
        }
        #expect(try other.useKey(key.id, at: 3000).isBackedUp)

        let placeholder = try #require(other.key(bound.id))
        #expect(placeholder.isPlaceholder && !placeholder.isEligible && placeholder.counter == 1)
        #expect(placeholder.privateKey.isEmpty && placeholder.seed(isVerified: true).isEmpty)
        #expect(placeholder.relyingParty == "work.org" && placeholder.userHandle == [1, 2, 3])
        let secret = [UInt8](repeating: 8, count: 32)
        for record in backup.contents.records.values {
            let hasSecret = record.body.withBytes { body in
                body.count >= 32
                    && (0...(body.count - 32)).contains { array(body.extracting($0..<($0 + 32))) == secret }
            }
            #expect(!hasSecret)
        }
    }

    @Test func `a backup tells of keys that changed since`() throws {
        var vault = try emptyVault()
        let key = try vault.addKey(newKey("work.org", .deviceBound))
        var (backup, saved) = try backup(of: vault)
        _ = try saved.useKey(key.id, at: 3000)
        #expect(backup.compared(with: saved) == Backup.Comparison(older: 1))
    }

    @Test(arguments: [MergeMode.restore, .sync])
    func `a placeholder takes no key's place, and is filled by it`(_ mode: MergeMode) throws {
        var vault = try emptyVault()
        let bound = try vault.addKey(newKey("work.org", .deviceBound))
        let backup = try backup(of: vault).0
        let labels = MergeLabels(source: "b", at: 9000)
        _ = try vault.useKey(bound.id, at: 1500)
        let kept = try vault.merging(backup.contents, mode: mode, labels, at: 9000).contents
        #expect(kept.key(bound.id)?.isPlaceholder == false && kept.key(bound.id)?.counter == 1)
        #expect(kept.key(bound.id)?.privateKey == bound.privateKey)
        // A whole copy of the old machine's vault has the secret.
        var placeholder = try Contents(beginningLike: backup.contents)
        placeholder = try placeholder.merging(backup.contents, mode: mode, labels, at: 9000).contents
        try placeholder.editKey(bound.id, label: "new", at: 9100)
        let filled = try placeholder.merging(vault, mode: mode, labels, at: 9200).contents
        let key = try #require(filled.key(bound.id))
        #expect(!key.isPlaceholder && key.privateKey == bound.privateKey && key.counter == 1 && key.label == "new")
    }

    @Test(arguments: [MergeMode.restore, .sync])
    func `counters and flags only rise`(_ mode: MergeMode) throws {
        var vault = try emptyVault()
        let bound = try vault.addKey(newKey("work.org", .deviceBound))
        let key = try vault.addKey(newKey(), secret: 8)
        var other = try reloaded(vault)
        for _ in 0..<5 { _ = try vault.useKey(bound.id, at: 2000) }
        let (backup, saved) = try backup(of: vault)
        vault = saved
        _ = try vault.markBackedUp(in: backup, at: 2500)
        _ = try other.useKey(bound.id, at: 9000)
        for index in 0..<9 { try other.editKey(bound.id, label: "\(index)", at: 9000) }
        for index in 0..<9 { try other.editKey(key.id, label: "\(index)", at: 9000) }
        let labels = MergeLabels(source: "b", at: 9900)
        for (one, another) in [(vault, other), (other, vault)] {
            let merged = try one.merging(another, mode: mode, labels, at: 9900).contents
            #expect(merged.key(bound.id)?.counter == 5 && merged.key(bound.id)?.label == "8")
            #expect(merged.key(bound.id)?.lastUsed == 9000)
            #expect(merged.key(key.id)?.isBackedUp == true && merged.key(key.id)?.label == "8")
        }
    }

    @Test func `one site and user with two keys keeps both`() throws {
        var vault = try emptyVault()
        var other = try Contents(beginningLike: vault)
        let here = try vault.addKey(newKey())
        let there = try other.addKey(newKey(), secret: 8)
        let merged = try restored(other, into: vault)
        #expect(Set(merged.keys.map(\.id)) == [here.id, there.id])
        #expect(merged.labels == ["example.org/alice"] && merged.key(there.id)?.account == here.account)
        // Again nothing changes, whatever the account is called by then.
        var renamed = merged
        try renamed.edit(here.account, details: AccountDetails(issuer: "Example", name: "me"), at: 9000)
        let again = try restored(other, into: renamed)
        #expect(again.revision == renamed.revision && again.labels == ["Example/me"])
        // What came in can be taken back.
        let undone = try #require(try merged.undoingMerge(.none, at: 9000)).contents
        #expect(undone.keys.map(\.id) == [here.id] && undone.keysInTrash.isEmpty)
    }

    @Test func `nobody's key takes the place of another of the same id`() throws {
        var vault = try emptyVault()
        let key = try vault.addKey(newKey())
        var forged = try reloaded(vault)
        let record = try #require(forged.records[key.id])
        let evil = try fields(of: record).map { field in
            field.tag == 5 || field.tag == 6 ? (field.tag, [UInt8](repeating: 66, count: 32)) : field
        }
        forged.records[key.id] = try VaultTests.record(
            RecordKind.key.rawValue, id: key.id, revision: 99, modified: 9000, evil)
        forged = try reloaded(forged)
        for merged in [try restored(forged, into: vault), try synced(forged, into: vault)] {
            #expect(merged.key(key.id)?.privateKey == key.privateKey)
        }
    }

    @Test func `machines that take over each other's changes become equal`() throws {
        var one = try emptyVault()
        let shared = try one.addKey(newKey("shared.org", .deviceBound))
        let gone = try one.addKey(newKey("shared.org"), secret: 8)
        var other = try reloaded(one)
        for _ in 0..<3 { _ = try one.useKey(shared.id, at: 2000) }
        try other.editKey(shared.id, label: "other", at: 2100)
        try other.removeKey(gone.id, at: 2200)
        try other.purgeTrash(at: 2200 + Contents.trashSeconds)
        try one.addKey(newKey("one.org"), secret: 9)
        try other.addKey(newKey("other.org"), secret: 10)
        let first = try synced(other, into: one)
        // Removed for good there: in the trash here, whence it comes back or ends.
        #expect(first.key(gone.id) == nil && first.keysInTrash.map(\.id) == [gone.id])
        let second = try synced(first, into: other)
        let third = try synced(second, into: first)
        #expect(third.keys.map(\.id) == second.keys.map(\.id) && third.keys.count == 3)
        for key in third.keys {
            let twin = try #require(second.records[key.id])
            let own = try #require(third.records[key.id])
            #expect(try fields(of: own).map(\.value) == fields(of: twin).map(\.value))
        }
        #expect(third.key(shared.id)?.counter == 3)
    }

    @Test func `keys follow their account to its end, and what is restored comes back`() throws {
        var vault = try emptyVault()
        let key = try vault.addKey(newKey())
        let backup = try backup(of: vault).0
        try vault.removeKey(key.id, at: 3000)
        try vault.purgeTrash(at: 3000 + Contents.trashSeconds)
        #expect(vault.keyOrTrash(key.id) == nil)
        let back = try restored(backup.contents, into: vault)
        #expect(back.key(key.id)?.privateKey == key.privateKey && back.key(key.id)?.isBackedUp == true)
        let stays = try synced(backup.contents, into: vault)
        #expect(stays.keyOrTrash(key.id) == nil)
    }

    @Test func `an export has the keys that may leave`() throws {
        var vault = try emptyVault()
        let key = try vault.addKey(newKey())
        let bound = try vault.addKey(newKey("example.org", .deviceBound), secret: 8)
        let identity = try X25519Identity.random()
        let sealed = try VaultFile.export([key.account], of: vault, to: [identity.recipient])
        let exported = try Contents(VaultFile.records(of: sealed.span, with: identity))
        #expect(exported.key(key.id)?.privateKey == key.privateKey && exported.key(key.id)?.isBackedUp == false)
        #expect(exported.key(bound.id)?.isPlaceholder == true)
    }
}
