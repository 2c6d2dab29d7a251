import Testing

@testable import Vault

@Suite struct `Ways that lie elsewhere` {
    private let number = OtherWay(.number, "+4915112345678")
    private let key = OtherWay(.hardwareKey, "the blue one")

    @Test func `they are added, seen to work and removed, and are there when the vault is read again`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice").id
        try vault.change(number, .add, of: id, at: 2000)
        try vault.change(key, .add, of: id, at: 2000)
        try vault.change(number, .add, of: id, at: 2001)
        try vault.change(number, .verified, of: id, at: 3000)
        #expect(try reloaded(vault)[id]?.otherWays == [OtherWay(.number, number.text, verified: 3000), key])
        try vault.change(number, .remove, of: id, at: 4000)
        #expect(try reloaded(vault)[id]?.otherWays == [key])
        #expect(throws: VaultError.notFound) { try vault.change(number, .verified, of: id, at: 4000) }
        #expect(throws: VaultError.notFound) { try vault.change(number, .remove, of: id, at: 4000) }
        #expect(throws: VaultError.notFound) { try vault.change(number, .add, of: .random(), at: 4000) }
    }

    @Test(
        "what cannot be is refused",
        arguments: [
            OtherWay(.number, "4915112345678"), OtherWay(.number, "+49 151 1234567"), OtherWay(.number, "+1234567"),
            OtherWay(.number, "+1234567890123456"), OtherWay(.hardwareKey, ""), OtherWay(.hardwareKey, "two\nlines"),
            OtherWay(.hardwareKey, String(repeating: "x", count: 65)),
        ])
    func refused(_ way: OtherWay) throws {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice").id
        let before = vault.revision
        #expect(throws: VaultError.self) { try vault.change(way, .add, of: id, at: 2000) }
        #expect(vault.revision == before)
    }

    @Test func `an account has sixteen at most`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice").id
        for index in 0..<16 { try vault.change(OtherWay(.hardwareKey, "key \(index)"), .add, of: id, at: 2000) }
        #expect(throws: VaultError.self) { try vault.change(key, .add, of: id, at: 2000) }
        #expect(vault[id]?.otherWays.count == 16)
    }

    @Test func `what two machines have noted comes together, and what one removed is gone`() throws {
        var one = try emptyVault()
        let id = try one.add("Forge", "alice").id
        try one.change(key, .add, of: id, at: 2000)
        var two = try reloaded(one)
        try one.change(number, .add, of: id, at: 3000)
        let other = OtherWay(.number, "+442079460000")
        try two.change(other, .add, of: id, at: 3000)
        let labels = MergeLabels(source: "", at: 5000)
        one = try one.merging(two, mode: .sync, labels, at: 5000).contents
        two = try two.merging(one, mode: .sync, labels, at: 5001).contents
        #expect(
            one[id]?.otherWays
                == [other, number, key].sorted { ($0.kind.rawValue, $0.text) < ($1.kind.rawValue, $1.text) })
        #expect(two[id]?.otherWays == one[id]?.otherWays)
        try two.change(key, .remove, of: id, at: 6000)
        one = try one.merging(two, mode: .sync, labels, at: 7000).contents
        #expect(one[id]?.otherWays.contains(key) == false && one[id]?.otherWays.count == 2)
    }

    @Test func `a kind of a newer release is kept and not shown`() throws {
        #expect(OtherWay("9 0 something") == nil && OtherWay("1 x +4915112345678") == nil && OtherWay("1 0") == nil)
        #expect(OtherWay("1 7 +4915112345678") == OtherWay(.number, "+4915112345678", verified: 7))
        #expect(
            OtherWay(OtherWay(.hardwareKey, "a b c", verified: 5).record)
                == OtherWay(.hardwareKey, "a b c", verified: 5))
    }
}
