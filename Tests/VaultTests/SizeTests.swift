import Age
import OneTimePassword
import Testing

@testable import Platform
@testable import Vault

/// What many accounts take. Times are printed, not judged.
@Suite struct SizeTests {
    private static func vault(_ count: Int) throws -> Contents {
        var vault = try emptyVault()
        for number in 0..<count {
            try vault.add(
                "Example Service \(number % 500)", "user\(number)@example.org", key: "a key of 20 by\(number)")
        }
        return vault
    }

    /// Locked memory of all bodies. Counted here, because other tests use the arena at the same time.
    private func locked(_ vault: Contents) -> Int {
        vault.records.values.reduce(0) { $0 + SizeClass(holding: $1.body.count).byteCount }
    }

    @Test func `10,000 accounts fit the usual limit of 8 MiB of locked memory several times`() throws {
        let clock = ContinuousClock()
        var vault = try Self.vault(10_000)
        let own = try X25519Identity.random()
        try vault.put(UnlockMethod(source: .identity, label: "own", recipient: own.recipient, at: 2000), at: 2000)
        #expect(locked(vault) < 2 << 20)
        var sealed: [UInt8] = []
        let sealing = try clock.measure { sealed = try VaultFile.seal(vault) }
        var count = 0
        let opening = try clock.measure { count = try VaultFile.open(sealed.span, with: own).count }
        #expect(count == 10_000)
        let finding = try clock.measure {
            for number in 0..<10_000 { _ = try vault.find("user\(number)@example.org") }
        }
        let searching = clock.measure { _ = try? vault.find("nobody at all") }
        print(
            "10,000 accounts: \(locked(vault)) locked bytes, a file of \(sealed.count) bytes; to seal \(sealing),",
            "to open \(opening), to find by name \(finding / 10_000), to search in vain \(searching)")
    }

    private struct Weak { weak var body: SharedSecret? }

    @Test func `nothing of a vault that is let go stays`() throws {
        var bodies: [Weak] = []
        func note(_ vault: Contents) { bodies += vault.records.values.map { Weak(body: $0.body) } }
        do {
            var vault = try Self.vault(20)
            note(vault)
            for account in Array(vault.inOrder) {
                try vault.edit(account.id, note: "note", at: 2000)
                note(vault)
                try vault.remove(account.id, at: 2000)
            }
            try vault.purgeTrash(at: 2000 + Contents.trashSeconds)
            note(vault)
            let again = try reloaded(vault)
            note(again)
        }
        #expect(bodies.count > 900)
        #expect(bodies.allSatisfy { $0.body == nil })
    }
}
