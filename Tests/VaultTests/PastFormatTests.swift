import OneTimePassword
import Platform
import Testing

@testable import Vault

/// No update of fob loses what an earlier one has kept.
@Suite struct PastFormatTests {
    private func open(_ sealed: [UInt8]) throws(VaultError) -> Contents {
        let passphrase = bytes("golden passphrase")
        return try VaultFile.open(sealed.span, passphrase: passphrase.span)
    }

    @Test func `the first release's vault opens, with everything that is in it`() throws {
        let vault = try open(PastFormats.first())
        #expect(
            vault.labels == [
                "Example/ocra", "Example/totp", "Example/hotp", "Example/steam", "motp", "Example/yandex", "Größe/ohne",
            ])
        #expect(vault.trash.map(\.details.label) == ["Example/trash"])
        #expect(vault.trash.first?.removed == 1_803_000_001)

        let wanted: [(String, String, Parameters)] = [
            ("totp", "", try Parameters(kind: .totp, algorithm: .sha256, digits: 8, period: 60, start: 5)),
            ("hotp", "", try Parameters(kind: .hotp, counter: 41)),
            ("steam", "", try Parameters(kind: .steam)),
            ("motp", "1234", try Parameters(kind: .motp)),
            ("ocra", "9", try Parameters(kind: .ocra, counter: 3, suite: "OCRA-1:HOTP-SHA512-8:C-QN08-PSHA1")),
        ]
        for (name, pin, parameters) in wanted {
            let account = try vault.find(name)
            #expect(account.credential?.parameters == parameters)
            #expect(vault.key(of: account.id) == bytes("\(name) key"))
            #expect(vault.pin(of: account.id) == bytes(pin))
        }
        let yandex = try vault.find("yandex")
        #expect(vault.key(of: yandex.id) == bytes("yandex key 12345"))
        #expect(vault.pin(of: yandex.id) == bytes("5678"))

        let totp = try vault.find("totp")
        #expect(totp.details.tags == ["one", "two"])
        #expect(vault.note(of: totp.id) == "a note")
        #expect(totp.created == 1_800_000_001)
        let steam = try vault.find("steam")
        #expect(steam.details.confirm && steam.details.lifetime == 600)
        #expect(steam.modified == 1_803_000_002)
        let without = try vault.find("ohne")
        #expect(without.credential == nil)
        #expect(vault.note(of: without.id) == "no code")

        #expect(vault.settings == Settings(idleSeconds: 60, absoluteSeconds: 3600))
        #expect(vault.generation == 1)
        #expect(vault.auditSequence == 12)
        #expect(array(vault.auditHash.span) == .init(repeating: 0xab, count: 32))
        #expect(vault.unlockMethods.count == 1)
        #expect(vault.created == 1_800_000_000)
        #expect(vault.records.values.filter { $0.kind == 0 }.count == 2)
        let strange = try #require(vault.records[Identifier(high: 0xfeed, low: 0xbeef)])
        #expect(strange.kind == 200 && strange.revision == 3)
        #expect(try fields(of: strange).map(\.value) == [bytes("unknown")])
    }

    @Test func `the first release's vault is saved again without a loss`() throws {
        var vault = try open(PastFormats.first())
        let before = payload(vault)
        #expect(try payload(open(VaultFile.seal(vault))) == before)
        for account in Array(vault.inOrder) {
            try vault.edit(account.id, details: account.details, at: 1_900_000_000)
        }
        let again = try open(VaultFile.seal(vault))
        #expect(again.labels == vault.labels)
        #expect(again.records.count == vault.records.count)
    }
}
