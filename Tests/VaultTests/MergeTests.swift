import OneTimePassword
import Testing

@testable import Vault

/// The rules of a merge, one by one.
@Suite struct `Merging` {
    private func counter(_ value: UInt64) throws -> Parameters { try Parameters(kind: .hotp, counter: value) }

    /// A vault that is the same as another, as on another machine.
    private func copy(_ vault: Contents) throws -> Contents { try reloaded(vault) }

    private func restored(
        _ backup: Contents, into vault: Contents, at utc: UInt64 = 1_795_000_000
    ) throws(VaultError) -> Merged {
        try vault.merging(backup, mode: .restore, MergeLabels(source: "backup", at: utc), at: utc)
    }

    private func synced(_ other: Contents, into vault: Contents, at utc: UInt64 = 5000) throws(VaultError) -> Merged {
        try vault.merging(other, mode: .sync, MergeLabels(source: "", at: utc), at: utc)
    }

    @Test func `an empty vault gets everything, in the backup's order`() throws {
        var backup = try emptyVault()
        let first = try backup.add("Forge", "alice", key: "11111111111111111111", note: "n", tags: ["t"]).id
        let second = try backup.add("Forge", "bob", key: "22222222222222222222").id
        try backup.setRecoveryCodes(of: second, ["aaaa-bbbb", "cccc-dddd"], used: [0])
        try backup.move(second, to: .first, at: 2000)
        let gone = try backup.add("Forge", "carol", key: "33333333333333333333").id
        try backup.remove(gone, at: 2000)
        try backup.set(Settings(idleSeconds: 60, absoluteSeconds: 120), at: 2000)
        let empty = try Contents(beginningLike: backup)
        let done = try restored(backup, into: empty)
        let vault = try reloaded(done.contents)
        #expect(vault.vault == backup.vault && vault.unlockMethods == backup.unlockMethods)
        #expect(vault.labels == ["Forge/bob", "Forge/alice"])
        #expect(vault.note(of: first) == "n" && vault[first]?.details.tags == ["t"])
        #expect(vault.key(of: second) == bytes("22222222222222222222"))
        #expect(vault.recoveryCodes(of: second) == ["aaaa-bbbb", "cccc-dddd"])
        #expect(vault.recoverySet(of: second)?.left == 1)
        #expect(vault.trash.map(\.id) == [gone])
        #expect(vault.settings.idleSeconds == 60 && done.settings == .restored)
        #expect(done.count(.new) == 2 && done.count(.inTrash) == 1 && done.added == [second, first])
    }

    @Test func `what is here stays, what is new comes behind it`() throws {
        var backup = try emptyVault()
        let shared = try backup.add("Forge", "alice").id
        var vault = try emptyVault()
        let own = try vault.add("Mail", "me", key: "11111111111111111111").id
        try vault.add("Forge", "alice", at: 3000)
        let other = try backup.add("Mail", "me", key: "22222222222222222222").id
        let new = try backup.add("Bank", "me", key: "33333333333333333333").id
        let done = try restored(backup, into: vault, at: 1_795_000_000)
        #expect(done.contents.labels == ["Mail/me", "Forge/alice", "Mail/me (restored 2026-11-18)", "Bank/me"])
        #expect(done.contents.key(of: own) == bytes("11111111111111111111"))
        #expect(done.contents.key(of: other) == bytes("22222222222222222222"))
        #expect(done.contents[shared] == nil)
        let outcomes = Dictionary(uniqueKeysWithValues: done.entries.map { ($0.id, $0.outcome) })
        #expect(outcomes[other] == .differs && outcomes[new] == .new && outcomes[own] == .onlyHere)
        #expect(done.count(.same) == 1)
        // Once more adds nothing.
        let again = try restored(backup, into: done.contents)
        #expect(again.contents.revision == done.contents.revision && again.added.isEmpty && again.changed.isEmpty)
    }

    @Test func `a restore is undone`() throws {
        var backup = try emptyVault()
        try backup.add("Bank", "me", key: "33333333333333333333")
        var vault = try emptyVault()
        try vault.add("Mail", "me")
        let done = try restored(backup, into: vault).contents
        #expect(done.undos.last?.source == "backup" && done.undos.last?.added == 1)
        let undone = try #require(try done.undoingMerge(.none, at: 6000))
        #expect(undone.gone.count == 1 && undone.contents.labels == ["Mail/me"] && undone.contents.trashCount == 0)
    }

    @Test(arguments: [MergeMode.restore, .sync]) func `counters take the maximum`(mode: MergeMode) throws {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice", counter(5)).id
        var backup = try copy(vault)
        try backup.advanceCounter(of: id, to: 9, at: 1500)
        // Details that are newer here do not take the counter back.
        try vault.edit(id, details: AccountDetails(issuer: "Forge", name: "bob"), at: 2000)
        for _ in 0..<4 { try vault.edit(id, note: "changed", at: 2000) }
        let done = mode == .restore ? try restored(backup, into: vault) : try synced(backup, into: vault)
        #expect(done.contents[id]?.credential?.parameters.counter == 9)
        #expect(done.contents[id]?.details.name == "bob")
        #expect(done.entries.first?.isRaised == true)
        let back = mode == .restore ? try restored(vault, into: backup) : try synced(vault, into: backup)
        #expect(back.contents[id]?.credential?.parameters.counter == 9)
    }

    @Test func `the same key under another id raises its counter`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice", counter(5)).id
        var backup = try emptyVault()
        try backup.add("Forge", "other name", counter(8))
        let done = try restored(backup, into: vault)
        #expect(done.contents[id]?.credential?.parameters.counter == 8)
        #expect(done.contents.count == 1 && done.changed == [id])
    }

    @Test func `newer details win, on both sides`() throws {
        var here = try emptyVault()
        let id = try here.add("Forge", "alice").id
        var there = try copy(here)
        try there.edit(id, details: AccountDetails(issuer: "Forge", name: "bob"), at: 2000)
        let done = try restored(there, into: here)
        #expect(done.contents[id]?.details.name == "bob" && done.count(.newer) == 1 && done.changed == [id])
        #expect(try restored(here, into: there).count(.same) == 1)
        // Settings that were changed here stay; an untouched vault takes those of the backup.
        try there.set(Settings(idleSeconds: 60, absoluteSeconds: 60), at: 2000)
        #expect(try restored(there, into: here).contents.settings.idleSeconds == 60)
        try here.set(Settings(idleSeconds: 30, absoluteSeconds: 30), at: 1500)
        let kept = try restored(there, into: here)
        #expect(kept.contents.settings.idleSeconds == 30 && kept.settings == .kept)
    }

    @Test func `a deletion comes over, and to the trash`() throws {
        var here = try emptyVault()
        let id = try here.add("Forge", "alice").id
        try here.setRecoveryCodes(of: id, ["aaaa", "bbbb"])
        var there = try copy(here)
        try there.remove(id, at: 2000)
        #expect(try restored(here, into: there).contents[id]?.removed == 2000)
        // Not by a backup that comes back.
        #expect(try restored(there, into: here).contents[id]?.removed == 0)
        let gone = try synced(there, into: here)
        #expect(gone.contents.trash.map(\.id) == [id] && gone.count(.removed) == 1 && gone.removed == [id])
        // Deleted for good there: here it goes to the trash, with its key and codes.
        try there.purgeTrash(at: 2000 + Contents.trashSeconds)
        let tombstone = try synced(there, into: here, at: 9_000_000)
        #expect(tombstone.contents.trash.map(\.id) == [id] && tombstone.contents.key(of: id) != nil)
        #expect(tombstone.contents.recoveryCodes(of: id).count == 2)
        #expect(tombstone.count(.removed) == 1)
        // What was changed here meanwhile takes nothing back: it is in the trash on both, whole, and that is told.
        for _ in 0..<5 { try here.edit(id, note: "still used", at: 3000) }
        let kept = try synced(there, into: here)
        #expect(kept.contents[id]?.removed == 5000 && kept.count(.removed) == 1)
        let back = try synced(kept.contents, into: there)
        for side in [kept.contents, back.contents] {
            #expect(side[id]?.removed == 5000 && side.key(of: id) != nil && side.note(of: id) == "still used")
            #expect(side.recoveryCodes(of: id).count == 2)
        }
        // Taken out of the trash, it is back on both.
        var taken = kept.contents
        try taken.restore(id, at: 10)
        #expect(try synced(taken, into: back.contents).contents[id]?.removed == 0)
        #expect(try synced(back.contents, into: taken).contents[id]?.removed == 0)
        #expect(try synced(there, into: taken).contents[id]?.removed == 0)
        #expect(try synced(taken, into: there).contents.note(of: id) == "still used")
        // A backup brings back what was deleted for good.
        var old = try copy(here)
        try old.remove(id, at: 4000)
        let backup = try copy(here)
        try old.purgeTrash(at: 4000 + Contents.trashSeconds)
        #expect(old[id] == nil)
        let restoredAgain = try restored(backup, into: old)
        #expect(restoredAgain.contents[id]?.removed == 0 && restoredAgain.contents.key(of: id) != nil)
        #expect(restoredAgain.contents.recoveryCodes(of: id).count == 2)
    }

    @Test func `recovery codes follow their account, and what is used stays used`() throws {
        var backup = try emptyVault()
        let theirs = try backup.add("Forge", "alice").id
        try backup.setRecoveryCodes(of: theirs, ["aaaa", "bbbb"], used: [0])
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice").id
        let done = try restored(backup, into: vault)
        #expect(done.contents.recoveryCodes(of: id) == ["aaaa", "bbbb"] && done.recoverySets == 1)
        // The same codes that were imported here as well.
        try vault.setRecoveryCodes(of: id, ["AAAA", "bb-bb"], used: [1])
        let joined = try restored(backup, into: vault)
        #expect(joined.contents.recoverySet(of: id)?.left == 0 && joined.recoverySets == 0)
        // Two machines use different codes of one set.
        var other = try copy(done.contents)
        var own = done.contents
        try other.setRecoveryCodes(of: id, ["cccc", "dddd"], at: 3000)
        own = try synced(other, into: own).contents
        try own.useRecoveryCode(of: id, "cccc", at: 4000)
        try other.useRecoveryCode(of: id, "dddd", at: 4500)
        #expect(try synced(other, into: own).contents.recoverySet(of: id)?.left == 0)
        #expect(try synced(own, into: other).contents.recoverySet(of: id)?.left == 0)
    }

    @Test func `codes that two machines took in by themselves are used up on both`() throws {
        var one = try emptyVault()
        let id = try one.add("Forge", "alice").id
        var two = try copy(one)
        try one.setRecoveryCodes(of: id, ["aaaa", "bbbb", "cccc"])
        try two.setRecoveryCodes(of: id, ["AAAA", "bb-bb", "cccc"], at: 900_000)
        try one.useRecoveryCode(of: id, "aaaa", at: 4000)
        try two.useRecoveryCode(of: id, "bbbb", at: 4500)
        let here = try synced(two, into: one)
        #expect(here.contents.recoverySet(of: id)?.left == 1 && here.met.isEmpty && here.count(.newer) == 1)
        #expect(try synced(one, into: two).contents.recoverySet(of: id)?.left == 1)
        // Also where one goes on with its own set, which is the former one by then.
        try one.useRecoveryCode(of: id, "cccc", at: 5000)
        #expect(try synced(one, into: here.contents).contents.recoverySet(of: id)?.left == 0)
        #expect(try synced(here.contents, into: one).contents.recoverySet(of: id)?.left == 0)
    }

    @Test func `the days of former codes that come in begin with that, whatever clock has replaced them`() throws {
        let (now, day): (UInt64, UInt64) = (1_800_000_000, 86_400)
        var one = try emptyVault()
        let id = try one.add("Forge", "alice").id
        var two = try copy(one)
        try two.setRecoveryCodes(of: id, ["aaaa", "bbbb"], at: 2000)
        try two.setRecoveryCodes(of: id, ["cccc", "dddd"], at: 3000)
        var here = try synced(two, into: one, at: now).contents
        try here.purgeSuperseded(at: now + 29 * day)
        #expect(here.supersededSets(of: id).count == 1)
        var there = try synced(here, into: two, at: 4000).contents
        try there.purgeSuperseded(at: now + 29 * day)
        #expect(there.supersededSets(of: id).count == 1)
        try there.purgeSuperseded(at: now + 31 * day)
        #expect(there.supersededSets(of: id).isEmpty)
    }

    @Test func `other codes on both machines, and two accounts of one name, are told`() throws {
        var one = try emptyVault()
        let id = try one.add("Forge", "alice", key: "11111111111111111111").id
        let other = try one.add("Forge", "bob", key: "22222222222222222222", at: 2000).id
        var two = try copy(one)
        try one.setRecoveryCodes(of: id, ["aaaa", "bbbb"])
        try two.setRecoveryCodes(of: id, ["cccc", "dddd"], at: 900_000)
        try one.edit(id, details: AccountDetails(issuer: "Forge", name: "same"), at: 3000)
        try two.edit(other, details: AccountDetails(issuer: "Forge", name: "same"), at: 3000)
        let done = try synced(two, into: one)
        #expect(done.contents.supersededSets(of: id).count == 1)
        let name = try #require(done.contents[other]).details.name
        #expect(
            done.met.sorted() == [
                "Forge/same got recovery codes on both; the former ones are kept for 30 days",
                "Forge/same is two accounts; one is Forge/\(name) now",
            ])
        #expect(try synced(done.contents, into: done.contents).met.isEmpty)
        #expect(try synced(done.contents, into: two).contents.recoveryCodes(of: id) == ["cccc", "dddd"])
    }

    @Test func `what is otherwise than before is told as newer by a sync`() throws {
        var one = try emptyVault()
        let id = try one.add("Forge", "alice").id
        let counter = try one.add("Forge", "bob", key: "22222222222222222222", Parameters(kind: .hotp)).id
        let two = try copy(one)
        func newer(_ change: (inout Contents) throws -> Void) throws -> Int {
            var there = two
            try change(&there)
            return try synced(there, into: one).count(.newer)
        }
        #expect(try newer { _ in } == 0)
        #expect(try newer { try $0.setRecoveryCodes(of: id, ["aaaa", "bbbb"]) } == 1)
        #expect(try newer { try $0.advanceCounter(of: counter, to: 7, at: 3000) } == 1)
        #expect(
            try newer { vault in
                try vault.change(OtherWay(.hardwareKey, "blue"), .add, of: id, at: 3000)
            } == 1)
        #expect(try newer { try $0.move(counter, to: .first, at: 3000) } == 1)
    }

    @Test func `placeholders need verification`() throws {
        var backup = try emptyVault()
        let id = try backup.add("Bank", "me", nil, from: AccountOrigin(state: .needsVerification)).id
        let done = try restored(backup, into: try emptyVault())
        #expect(done.count(.needsVerification) == 1)
        var vault = done.contents
        let key = bytes("33333333333333333333")
        try vault.verify(id, Parameters(kind: .totp), key: key.span, pin: Span(), at: 7000)
        #expect(try reloaded(vault)[id]?.state == .ok)
        #expect(try reloaded(vault).key(of: id) == key)
        let parameters = try Parameters(kind: .totp)
        let twice = refusal { () throws(VaultError) in
            try vault.verify(id, parameters, key: key.span, pin: Span(), at: 7000)
        }
        #expect(twice != nil)
        // The placeholder of the next restore, or of another machine, does not undo it.
        #expect(try restored(backup, into: vault).contents[id]?.state == .ok)
        #expect(try synced(vault, into: done.contents).contents[id]?.state == .ok)
        #expect(try synced(vault, into: done.contents).contents.key(of: id) == key)
        // Both machines set it up: both keys are kept.
        var other = done.contents
        let second = bytes("44444444444444444444")
        try other.verify(id, Parameters(kind: .totp), key: second.span, pin: Span(), at: 7100)
        let one = try synced(other, into: vault).contents
        let two = try synced(vault, into: other).contents
        for side in [one, two] {
            #expect(Set(side.inOrder.compactMap { side.key(of: $0.id) }) == [key, second])
            #expect(side.count == 2 && side.inOrder.allSatisfy { $0.state == .ok })
        }
        #expect(one.labels == two.labels)
    }

    @Test func `one key that two machines made is kept once, names are told apart`() throws {
        var one = try emptyVault()
        var two = try copy(one)
        try one.add("Forge", "alice", at: 1000)
        try two.add("Forge", "alice", at: 2000)
        try one.add("Mail", "me", key: "11111111111111111111", at: 1000)
        try two.add("Mail", "me", key: "22222222222222222222", at: 2000)
        let first = try synced(two, into: one).contents
        let second = try synced(one, into: two).contents
        #expect(first.labels.sorted() == ["Forge/alice", "Mail/me", "Mail/me (restored 1970-01-01)"])
        #expect(first.labels == second.labels && first.inOrder.map(\.id) == second.inOrder.map(\.id))
        #expect(first.trashCount == 1 && second.trashCount == 1)
    }

    @Test func `another key under the id of one that is here takes nothing away`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice").id
        let own = try #require(vault[id]?.credential?.id)
        var forged = try copy(vault)
        let key = bytes("99999999999999999999")
        let record = try Credential.record(
            own, of: id, Parameters(kind: .totp), key: key.span, pin: Span(), over: forged.records[own], at: 9000)
        forged.records[own] = record
        forged = try copy(forged)
        #expect(forged.key(of: id) == key)
        let done = try restored(forged, into: vault).contents
        #expect(done.key(of: id) == bytes("12345678901234567890"))
        #expect(done.count == 2 && done.inOrder.contains { done.key(of: $0.id) == key })
    }

    @Test func `what is not known is kept, and numbers without room are refused`() throws {
        let vault = try emptyVault()
        var backup = try copy(vault)
        let id = Vault.Identifier.random()
        backup.records[id] = try record(200, id: id, revision: 3, [(1, bytes("later"))])
        #expect(try restored(backup, into: vault).contents.records[id]?.kind == 200)
        var newer = vault
        newer.records[id] = try record(200, id: id, revision: 4, [(1, bytes("latest"))])
        #expect(try restored(backup, into: newer).contents.records[id]?.revision == 4)
        #expect(try restored(newer, into: backup).contents.records[id]?.revision == 4)
        backup.records[id] = try record(200, id: id, revision: 1 << 62, [])
        #expect(isDamage(refusal { () throws(VaultError) in _ = try restored(backup, into: vault) }))
    }
}
