import OneTimePassword
import Platform
import Testing

@testable import Vault

@Suite struct LookupTests {
    private var vault: Contents

    init() throws {
        vault = try emptyVault()
        let labels = [
            ("GitHub", "alice"), ("GitHub", "alice2"), ("GitLab", "bob"), ("", "router"), ("Router Inc", ""),
            ("Straße", "Ünal"), ("a/b", "c"), ("Mail", "work/alice"), ("gitea", "carol"),
        ]
        for (number, label) in labels.enumerated() { try vault.add(label.0, label.1, key: "key \(number)") }
    }

    private func find(_ query: String) -> String? { try? vault.find(query).details.label }

    private func candidates(_ query: String) -> [String]? {
        if case .ambiguous(let labels) = refusal({ () throws(VaultError) in _ = try vault.find(query) }) {
            return labels
        }
        return nil
    }

    @Test(arguments: [
        ("GitHub/alice", "GitHub/alice"), ("alice", "GitHub/alice"), ("GitHub:alice", "GitHub/alice"),
        ("github/ALICE", "GitHub/alice"), ("GITHUB:alice", "GitHub/alice"), ("GitLab", "GitLab/bob"),
        ("gitlab", "GitLab/bob"), ("router", "router"), ("Router Inc", "Router Inc"), ("ROUTER INC", "Router Inc"),
        ("a/b/c", "a/b/c"), ("a/b", "a/b/c"), ("a/b:c", "a/b/c"), ("work/alice", "Mail/work/alice"),
        ("Straße/Ünal", "Straße/Ünal"), ("Ünal", "Straße/Ünal"),
    ]) func `the whole name, issuer or label finds one, though others begin with it`(_ query: String, _ label: String) {
        #expect(find(query) == label)
    }

    @Test(arguments: [
        ("gitl", "GitLab/bob"), ("car", "gitea/carol"), ("GitHub/alice2", "GitHub/alice2"), ("Router I", "Router Inc"),
        ("ma", "Mail/work/alice"), ("Stra", "Straße/Ünal"),
    ]) func `a beginning that only one has finds it`(_ query: String, _ label: String) { #expect(find(query) == label) }

    @Test(arguments: [("hub/alice2", "GitHub/alice2"), ("lab", "GitLab/bob"), ("/work", "Mail/work/alice")])
    func `a part that only one has finds it`(_ query: String, _ label: String) { #expect(find(query) == label) }

    @Test(arguments: [
        ("lab bob", "GitLab/bob"), ("BOB gitlab", "GitLab/bob"), ("strasse unal", "Straße/Ünal"),
        ("UNAL", "Straße/Ünal"),
        ("U\u{308}nal", "Straße/Ünal"), ("inc router", "Router Inc"), ("work mail", "Mail/work/alice"),
    ])
    func `words that only one has find it, whatever their case and marks`(_ query: String, _ label: String) throws {
        #expect(find(query) == label)
    }

    @Test func `in the trash a label goes before a name`() throws {
        var vault = try emptyVault()
        for (issuer, name) in [("", "b"), ("A", "b")] {
            let id = try vault.add(issuer, name, key: "key of \(issuer)").id
            try vault.remove(id, at: 2000)
        }
        #expect(try vault.findInTrash("b").details.label == "b")
        #expect(try vault.findInTrash("A/b").details.label == "A/b")
    }

    @Test func `a beginning goes before a part`() throws {
        // It begins two names and is a part of a third label.
        #expect(candidates("ali") == ["GitHub/alice", "GitHub/alice2"])
    }

    @Test func `what fits several is answered with all of them, in the owner's order`() {
        #expect(candidates("git") == ["GitHub/alice", "GitHub/alice2", "GitLab/bob", "gitea/carol"])
        #expect(candidates("github") == ["GitHub/alice", "GitHub/alice2"])
        #expect(candidates("e") == vault.labels.filter { $0.contains("e") })
    }

    @Test(arguments: [
        "", "nobody", "alice3", "GitHub/bob", "GitHub::alice", "\u{0}", String(repeating: "x", count: 5000),
    ])
    func `what fits nothing is not found`(_ query: String) {
        #expect(refusal { () throws(VaultError) in _ = try vault.find(query) } == .notFound)
    }

    @Test mutating func `one name at two services needs the label`() throws {
        try vault.add("Other", "alice", key: "another key")
        #expect(candidates("alice") == ["GitHub/alice", "Other/alice"])
        #expect(find("Other/alice") == "Other/alice")
    }

    @Test mutating func `a label goes before an equal name`() throws {
        try vault.add("", "work/alice", key: "another key")
        #expect(find("work/alice") == "work/alice")
    }

    @Test mutating func `names follow edits, and the trash is out of the way`() throws {
        let id = try vault.find("GitLab").id
        try vault.edit(id, details: AccountDetails(issuer: "Forge", name: "bob"), at: 2000)
        #expect(find("GitLab/bob") == nil)
        #expect(find("Forge/bob") == "Forge/bob")
        try vault.remove(id, at: 2000)
        #expect(find("Forge/bob") == nil)
        #expect(try vault.findInTrash("forge").id == id)
        #expect(try vault.findInTrash("Forge/bob").id == id)
        #expect(refusal { () throws(VaultError) in _ = try vault.findInTrash("alice") } == .notFound)
        try vault.restore(id, at: 2000)
        #expect(find("bob") == "Forge/bob")
        #expect(try reloaded(vault).find("bob").id == id)
    }

    // MARK: - Order

    private mutating func move(_ name: String, _ place: (Contents) throws -> Place<Vault.Identifier>) throws {
        let place = try place(vault)
        try vault.move(try vault.find(name).id, to: place, at: 2000)
    }

    @Test mutating func `accounts go where they are put, for good`() throws {
        vault = try emptyVault()
        for name in ["a", "b", "c", "d"] { try vault.add("", name, key: name) }
        try move("c") { _ in .first }
        #expect(vault.labels == ["c", "a", "b", "d"])
        try move("a") { _ in .last }
        #expect(vault.labels == ["c", "b", "d", "a"])
        try move("a") { .before(try $0.find("b").id) }
        #expect(vault.labels == ["c", "a", "b", "d"])
        try move("c") { .after(try $0.find("d").id) }
        #expect(vault.labels == ["a", "b", "d", "c"])
        #expect(try reloaded(vault).labels == vault.labels)
    }

    @Test mutating func `a move changes one record, until there is no room between two`() throws {
        vault = try emptyVault()
        for name in ["a", "b", "c"] { try vault.add("", name, key: name) }
        let start = vault.revision
        var renumbered = 0
        for step in 1...200 {
            let before = vault.revision
            let name = step % 2 == 1 ? "b" : "c"
            try move(name) { .after(try $0.find("a").id) }
            #expect(vault.labels == (step % 2 == 1 ? ["a", "b", "c"] : ["a", "c", "b"]))
            if vault.revision > before + 1 { renumbered += 1 }
        }
        #expect(renumbered > 0 && renumbered < 10)
        #expect(vault.revision < start + 230)
        #expect(try reloaded(vault).labels == vault.labels)
    }

    @Test mutating func `an account beside itself stays where it is; one in the trash, or none, is no place`() throws {
        let id = try vault.find("router").id
        let gone = try vault.find("GitLab").id
        try vault.remove(gone, at: 2000)
        for place in [.before(gone), .after(gone), .after(.random())] as [Place<Vault.Identifier>] {
            #expect(refusal { () throws(VaultError) in try vault.move(id, to: place, at: 2000) } == .notFound)
        }
        let (order, revision) = (vault.labels, vault.revision)
        for place in [.before(id), .after(id)] as [Place<Vault.Identifier>] {
            try vault.move(id, to: place, at: 2000)
            #expect(vault.labels == order && vault.revision == revision)
        }
    }

    @Test func `positions at the end of all numbers are made anew`() throws {
        var vault = try emptyVault()
        let ids = try ["a", "b", "c"].map { try vault.add("", $0, key: $0).id }
        for id in ids {
            let old = try #require(vault.records[id])
            let last = (UInt8(5), [UInt8](repeating: 0xff, count: 8))
            vault.records[id] = try record(old.kind, id: id, fields(of: old).filter { $0.tag != 5 } + [last])
        }
        vault = try reloaded(vault)
        let first = try #require(vault.inOrder.first).id
        try vault.add("", "d", key: "d")
        try vault.move(first, to: .last, at: 2000)
        #expect(vault.inOrder.last?.id == first)
        #expect(try reloaded(vault).labels == vault.labels)
    }

    @Test(arguments: [1, 255, 256, 1 << 20, UInt64.max >> 2])
    func `accounts are in the order of their positions, then of their ids`(most: UInt64) throws {
        var vault = try emptyVault()
        for number in 0..<300 {
            let id = try vault.add("", "\(number)", key: "\(number)").id
            let old = try #require(vault.records[id])
            let position = UInt64.random(in: 0...most)
            let place = (UInt8(5), (0..<8).map { UInt8(truncatingIfNeeded: position >> UInt64(56 - 8 * $0)) })
            vault.records[id] = try record(old.kind, id: id, fields(of: old).filter { $0.tag != 5 } + [place])
        }
        vault = try reloaded(vault)
        #expect(vault.order == vault.accounts.values.sorted { ($0.position, $0.id) < ($1.position, $1.id) }.map(\.id))
        #expect(vault.count == 300)
        var again = vault
        again.sortAccounts()
        #expect(again.order == vault.order)
    }
}
