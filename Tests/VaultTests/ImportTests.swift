import OneTimePassword
import Testing

@testable import Vault

@Suite struct `Imports` {
    private var vault: Contents
    private let batch = Vault.Identifier.random()

    init() throws { vault = try emptyVault() }

    private func origin(_ counter: Bool = false) -> AccountOrigin {
        AccountOrigin(batch: batch, raisesCounter: counter)
    }

    @Test mutating func `what came along is kept`() throws {
        var extras = AccountExtras()
        (extras.isFavourite, extras.icon, extras.uses, extras.lastUsed) = (true, "forge", 12, 99)
        let id = try vault.add(
            "Forge", "alice", nil, from: AccountOrigin(state: .needsVerification, extras: extras, batch: batch)
        ).id
        let account = try #require(try reloaded(vault)[id])
        #expect(account.extras == extras && account.batch == batch && account.state == .needsVerification)
        // A change of something else keeps it.
        try vault.edit(id, details: AccountDetails(issuer: "Forge", name: "bob"), at: 2000)
        let edited = try #require(try reloaded(vault)[id])
        #expect(edited.extras == extras && edited.batch == batch)
    }

    @Test mutating func `a name of an icon that is too long is refused`() throws {
        var extras = AccountExtras()
        extras.icon = String(repeating: "i", count: Limits.text + 1)
        let before = vault.revision
        #expect(throws: VaultError.self) { try vault.add("Forge", "alice", from: AccountOrigin(extras: extras)) }
        #expect(vault.revision == before)
    }

    @Test mutating func `a note that is not UTF-8 is refused`() throws {
        let broken: [UInt8] = [0xC3]
        let id = try vault.add("Forge", "alice", note: "n").id
        #expect(throws: VaultError.self) { try vault.edit(id, note: broken.span, at: 2000) }
        #expect(vault.note(of: id) == "n")
    }

    @Test mutating func `a counter is raised only when that is said, and never lowered`() throws {
        let id = try vault.add("Forge", "alice", Parameters(kind: .hotp, counter: 5)).id
        let same = try vault.add("Other", "bob", Parameters(kind: .hotp, counter: 9), from: origin())
        #expect(same.id == id && same.outcome == .same && vault[id]?.credential?.parameters.counter == 5)
        let raised = try vault.add("Other", "bob", Parameters(kind: .hotp, counter: 9), from: origin(true))
        #expect(raised.id == id && raised.outcome == .raised)
        #expect(try reloaded(vault)[id]?.credential?.parameters.counter == 9)
        let lower = try vault.add("Other", "bob", Parameters(kind: .hotp, counter: 7), from: origin(true))
        #expect(lower.outcome == .same && vault[id]?.credential?.parameters.counter == 9)
    }

    @Test mutating func `what only tells of an account is nothing new beside it`() throws {
        let id = try vault.add("Forge", "alice").id
        let origin = AccountOrigin(state: .needsVerification)
        #expect(try vault.add("Forge", "alice", nil, from: origin) == (id, .same))
        let other = try vault.add("Forge", "bob", nil, from: origin)
        #expect(other.outcome == .added)
        #expect(try vault.add("Forge", "bob", nil, from: origin) == (other.id, .same))
        // With a secret of its own it is more than that.
        #expect(try vault.add("Forge", "bob", key: "another key", from: origin).outcome == .renamed)
    }

    @Test mutating func `an undone import is in the trash, and everything else stays`() throws {
        let before = try vault.add("Forge", "alice").id
        let first = try vault.add("Forge", "bob", key: "k1", from: origin()).id
        let second = try vault.add("Forge", "carol", key: "k2", from: origin()).id
        let third = try vault.add("Forge", "dave", key: "k3", from: origin()).id
        #expect(try vault.add("Forge", "eve", from: origin()) == (before, .same))
        try vault.noteImport(batch, from: "Aegis, 4 accounts", added: 3, at: 3000)
        let later = try vault.add("Forge", "frank", key: "k4").id
        try vault.remove(third, at: 3500)
        vault = try reloaded(vault)
        #expect(vault.lastImport?.source == "Aegis, 4 accounts" && vault.lastImport?.added == 3)
        #expect(vault.imported == [first, second])
        let undone = try vault.undoImport(at: 4000)
        #expect(undone == [first, second])
        for contents in [vault, try reloaded(vault)] {
            #expect(contents.inOrder.map(\.id) == [before, later])
            #expect(contents.trash.map(\.removed) == [4000, 4000, 3500])
            #expect(contents.lastImport == nil && contents.imported == [])
            #expect(contents.key(of: first) == bytes("k1"))
        }
        #expect(try vault.undoImport(at: 5000) == nil)
        // They are as good as any other in the trash, and their names are free.
        try vault.add("Forge", "carol", key: "k9")
        try vault.restore(first, at: 6000)
        #expect(vault.labels == ["Forge/alice", "Forge/frank", "Forge/carol", "Forge/bob"])
    }

    @Test mutating func `only the last import can be undone`() throws {
        try vault.add("Forge", "alice", key: "k1", from: origin())
        try vault.noteImport(batch, from: "first", added: 1, at: 3000)
        let other = Vault.Identifier.random()
        let id = try vault.add("Forge", "bob", key: "k2", from: AccountOrigin(batch: other)).id
        try vault.noteImport(other, from: "second", added: 1, at: 4000)
        vault = try reloaded(vault)
        #expect(try vault.undoImport(at: 5000) == [id])
        #expect(vault.labels == ["Forge/alice"])
        #expect(try vault.undoImport(at: 5000) == nil)
        try vault.noteImport(other, from: "third", added: 0, at: 6000)
        #expect(try reloaded(vault).lastImport?.source == "third")
    }

    @Test mutating func `thousands are undone in no more work than their number`() throws {
        for number in 0..<5000 { try vault.add("Forge", "n\(number)", key: "key \(number)", from: origin()) }
        try vault.noteImport(batch, from: "many", added: 5000, at: 3000)
        let undone = try vault.undoImport(at: 4000)
        #expect(undone?.count == 5000 && vault.count == 0 && vault.trashCount == 5000)
    }
}
