import Age
import OneTimePassword
import Platform
import Testing

@testable import Vault

/// What a restore or a sync has displaced comes back.
@Suite struct UndoTests {
    /// Every record is as it was, but for the vault's head and what is kept for undoing.
    static func expectSame(_ now: Contents, _ before: Contents, except access: Bool = false, _ told: Comment) {
        var skipped: [RecordKind] = [.vault, .undo, .undoPage, .displaced]
        // What was revoked with the passphrase stays revoked.
        if access { skipped += [.unlockMethod, .access, .backupKeys, .epoch] }
        func shape(_ vault: Contents) -> [Vault.Identifier: [UInt8]] {
            var shape: [Vault.Identifier: [UInt8]] = [:]
            for record in vault.records.values {
                let kind = record.isTombstone ? (try? record.formerly.kind) ?? 0 : record.kind
                if RecordKind(rawValue: kind).map(skipped.contains) == true { continue }
                let head = [UInt64(record.kind), record.revision, record.modified]
                shape[record.id] =
                    head.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) } }
                    + record.body.withBytes { array($0) }
            }
            return shape
        }
        let (one, two) = (shape(now), shape(before))
        #expect(one == two, told)
        #expect(now.undos == before.undos, told)
    }

    private func merged(_ file: Contents, into vault: Contents, _ purpose: ArrivalPurpose, at utc: UInt64) throws
        -> Contents
    {
        try vault.merging(file, Authority(purpose, .current, .none), MergeLabels(source: "file", at: utc), at: utc)
            .contents
    }

    /// A vault, and a copy that was changed in every part.
    private func pair() throws -> (vault: Contents, file: Contents, id: Vault.Identifier) {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice", Parameters(kind: .hotp, counter: 5), note: "note").id
        try vault.setRecoveryCodes(of: id, ["aaaa", "bbbb"], at: 1000)
        var file = try reloaded(vault)
        try file.edit(id, details: AccountDetails(issuer: "Forge", name: "bob", tags: ["t"]), note: "other", at: 2000)
        try file.advanceCounter(of: id, to: 9, at: 2000)
        try file.setRecoveryCodes(of: id, ["cccc"], at: 2000)
        try file.add("Bank", "me", key: "33333333333333333333", at: 2000)
        return (vault, file, id)
    }

    @Test(arguments: [ArrivalPurpose.restore, .sync]) func `the state before comes back, after a restart too`(
        _ purpose: ArrivalPurpose
    ) throws {
        let (vault, file, id) = try pair()
        var done = try merged(file, into: vault, purpose, at: 3000)
        #expect(done[id]?.details.name == "bob" && done.recoveryCodes(of: id) == ["cccc"] && done.count == 2)
        try done.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 3000)
        done = try reloaded(done)
        let undone = try #require(try done.undoingMerge(.none, at: 4000))
        #expect(undone.kept == 0 && undone.trashed.isEmpty && undone.gone.count == 1 && undone.weakened.isEmpty)
        var before = vault
        try before.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 3000)
        Self.expectSame(undone.contents, before, except: true, "\(purpose)")
        #expect(undone.contents.revision > done.revision && undone.contents.undoable == nil)
    }

    @Test func `what was changed since stays, and nothing is lost`() throws {
        let (vault, file, id) = try pair()
        var done = try merged(file, into: vault, .restore, at: 3000)
        let added = try #require(done.inOrder.first { $0.details.issuer == "Bank" }?.id)
        try done.edit(added, note: "mine now", at: 3500)
        try done.advanceCounter(of: id, to: 12, at: 3500)
        let undone = try #require(try done.undoingMerge(.none, at: 4000))
        #expect(undone.kept == 1 && undone.trashed == [added] && undone.gone.isEmpty)
        #expect(undone.contents.note(of: added) == "mine now" && undone.contents[added]?.removed == 4000)
        // A counter that was given out since does not go back.
        #expect(undone.contents[id]?.credential?.parameters.counter == 12)
        #expect(
            undone.contents[id]?.details.name == "alice" && undone.contents.recoveryCodes(of: id) == ["aaaa", "bbbb"])
    }

    @Test func `the last one first, and an import in its turn`() throws {
        let (vault, file, id) = try pair()
        var done = try merged(file, into: vault, .restore, at: 3000)
        let batch = Vault.Identifier.random()
        try done.add("Mail", "me", key: "44444444444444444444", from: AccountOrigin(batch: batch), at: 3100)
        try done.noteImport(batch, from: "Aegis", added: 1, at: 3100)
        guard case .import = done.undoable else { return #expect(Bool(false)) }
        var there = try reloaded(done)
        try there.edit(id, note: "third", at: 3200)
        done = try merged(there, into: done, .sync, at: 3300)
        guard case .merge(let last) = done.undoable else { return #expect(Bool(false)) }
        #expect(last.isSync)
        done = try #require(try done.undoingMerge(.none, at: 4000)).contents
        #expect(done.note(of: id) == "other")
        guard case .import = done.undoable else { return #expect(Bool(false)) }
        _ = try done.undoImport(at: 4000)
        guard case .merge(let first) = done.undoable else { return #expect(Bool(false)) }
        #expect(!first.isSync && first.source == "file")
        done = try #require(try done.undoingMerge(.none, at: 4000)).contents
        #expect(done.note(of: id) == "note" && done.undoable == nil)
    }

    @Test func `taking a protection back is asked for, and who may open the vault is not undone`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Bank", "me").id
        var file = try reloaded(vault)
        try file.edit(id, details: AccountDetails(issuer: "Bank", name: "me", confirm: true), at: 2000)
        let done = try merged(file, into: vault, .sync, at: 3000)
        #expect(done[id]?.details.confirm == true)
        let undone = try #require(try done.undoingMerge(.none, at: 4000))
        #expect(undone.weakened == [Weakening(.confirm, of: "Bank/me")])
        var more = try reloaded(vault)
        let laptop = UnlockMethod(
            source: .identity, label: "laptop", recipient: try anyRecipient(), at: 2000)
        try more.put(laptop, at: 2000)
        try more.edit(id, note: "n", at: 2000)
        let labels = MergeLabels(source: "", at: 3000)
        let proved = try vault.merging(more, Authority(.sync, .current, .passphrase), labels, at: 3000).contents
        let back = try #require(try proved.undoingMerge(.passphrase, at: 4000)).contents
        #expect(back.unlockMethods == proved.unlockMethods && back.note(of: id) == "")
    }

    @Test func `nothing of it travels, and it ends after 30 days`() throws {
        let (vault, file, _) = try pair()
        var done = try merged(file, into: vault, .restore, at: 3000)
        let kinds: Set<UInt8> = Set([RecordKind.undo, .undoPage, .displaced].map(\.rawValue))
        #expect(done.records.values.contains { kinds.contains($0.kind) })
        #expect(try done.travelling().all.allSatisfy { !kinds.contains($0.kind) })
        // Nor does it come in from a file.
        let taken = try merged(done, into: vault, .restore, at: 3000)
        #expect(taken.undos.count == 1 && taken.undos[0].id != done.undos[0].id)
        // The calendar goes on by a day with each save.
        for day in 1...(MergeUndo.seconds / 86_400) {
            #expect(done.undoable != nil)
            try done.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 3000 + day * 86_400)
        }
        #expect(done.undoable == nil && !done.records.values.contains { kinds.contains($0.kind) })
    }

    /// A machine whose clock was wrong, or a backup of long ago.
    @Test(arguments: [ArrivalPurpose.restore, .sync])
    func `what a merge puts into the trash is not purged while it can be undone`(_ purpose: ArrivalPurpose) throws {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice").id
        var file = try reloaded(vault)
        try file.remove(id, at: 2000)
        let come = try file.add("Bank", "me", key: "33333333333333333333", at: 2000).id
        try file.remove(come, at: 2001)
        let now = 100 * 86_400 as UInt64
        // So that the calendar is there as well.
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: now - 86_400)
        var done = try merged(file, into: vault, purpose, at: now)
        try done.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: now)
        done = try reloaded(done)
        try done.purgeTrash(at: now)
        #expect(done.trash.contains { $0.id == come })
        let undone = try #require(try done.undoingMerge(.yes, at: now + 1))
        #expect(undone.contents[id]?.removed == 0 && undone.contents[come] == nil && undone.kept == 0)
        for day in 1...31 as ClosedRange<UInt64> {
            try done.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: now + day * 86_400)
        }
        #expect(done.undoable == nil && done.trash.isEmpty)
    }

    @Test func `only the last eight are kept`() throws {
        var (vault, file, id) = try pair()
        for number in 0..<12 as Range<UInt64> {
            try file.edit(id, note: "note \(number)", at: 3000 + number)
            vault = try merged(file, into: vault, .sync, at: 3000 + number)
        }
        #expect(vault.undos.count == MergeUndo.most)
        while let undone = try vault.undoingMerge(.none, at: 5000) { vault = undone.contents }
        #expect(vault.note(of: id) == "note 3")
    }

    @Test func `what came into the trash by a wrong clock is there for 30 days, however many merges follow`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice").id
        var file = try reloaded(vault)
        try file.remove(id, at: 2000)
        let now = 100 * 86_400 as UInt64
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: now - 86_400)
        for number in 0..<12 as Range<UInt64> {
            vault = try merged(file, into: vault, .sync, at: now + number)
            try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: now + number)
            try file.add("Bank", "me \(number)", key: "\(33_333_333_333_333_333 + number)", at: 3000 + number)
        }
        #expect(vault.trash.map(\.id) == [id])
        for day in 1...29 as ClosedRange<UInt64> {
            try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: now + day * 86_400)
        }
        #expect(vault.trash.map(\.id) == [id])
        for day in 30...32 as ClosedRange<UInt64> {
            try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: now + day * 86_400)
        }
        #expect(vault.trash.isEmpty)
    }
}
