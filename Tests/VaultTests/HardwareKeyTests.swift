import Age
import Encodings
import Platform
import Testing

@testable import Vault

/// Hardware security keys among the unlock methods.
@Suite struct HardwareKeyTests {
    private let output: [UInt8] = (0..<32).map { $0 }

    private func key(_ seed: UInt8 = 1, verifies: Bool = false, site: String = "fob") throws -> HardwareKey {
        try HardwareKey(
            credential: [UInt8](repeating: seed, count: 96), salt: [UInt8](repeating: seed &+ 1, count: 32),
            verifies: verifies, site: site)
    }

    private func vault(with key: HardwareKey, _ output: [UInt8]) throws -> Contents {
        var vault = try Contents(unlockMethod: cheapWay("secret"), at: 1000)
        let recipient = try HardwareKey.identity(output.span).recipient
        _ = try vault.add(recipient, of: key, label: "blue", at: 2000)
        return vault
    }

    private func opens(_ sealed: [UInt8], _ output: [UInt8]) throws -> Bool {
        do throws(VaultError) {
            let identity = try HardwareKey.identity(output.span)
            _ = try VaultFile.open(sealed.span, with: identity)
            return true
        } catch .noMatch { return false }
    }

    /// Computed with Python's hmac and cryptography, by RFC 5869 and RFC 7748.
    @Test func `the identity is HKDF of what the key computes`() throws {
        let identity = try HardwareKey.identity(output.span)
        let recipient = identity.recipient.publicKey
        #expect(
            BaseEncoding.base16.text(recipient.span)
                == "22bba809657d167ced0eba1fb73816a071c2b3f1f4e39feaa267e5199b52212b")
        let short: [UInt8] = [1, 2]
        #expect(refusal { () throws(VaultError) in _ = try HardwareKey.identity(short.span) } == .noMatch)
    }

    @Test func `what it computes opens the vault, the head names the credential, and a removed key opens nothing new`()
        throws
    {
        let key = try key(verifies: true)
        var vault = try vault(with: key, output)
        let sealed = try VaultFile.seal(vault)
        #expect(VaultFile.hardwareKeys(in: sealed.span) == [key])
        #expect(try opens(sealed, output) && !opens(sealed, output.reversed()))
        let again = try reloaded(vault)
        #expect(again.hardwareKeys.map(\.key) == [key] && again.hardwareKeys.map(\.method.label) == ["blue"])
        try vault.removeUnlockMethods(vault.hardwareKeys.map(\.method.id), at: 3000)
        let later = try VaultFile.seal(vault)
        #expect(VaultFile.hardwareKeys(in: later.span).isEmpty)
        #expect(try !opens(later, output) && opens(sealed, output))
        #expect(vault.access.endedAt == 3000)
    }

    @Test func `several keys stand beside each other, and neither recipients nor labels twice`() throws {
        let first = try key()
        var vault = try vault(with: first, output)
        let other = [UInt8](repeating: 9, count: 32)
        let recipient = try HardwareKey.identity(other.span).recipient
        let second = try key(7, site: "fob.example")
        _ = try vault.add(recipient, of: second, label: "red", at: 2100)
        let sealed = try VaultFile.seal(vault)
        #expect(VaultFile.hardwareKeys(in: sealed.span) == [first, second])
        #expect(try opens(sealed, output) && opens(sealed, other))
        for label in ["blue", "green"] {
            let error = refusal { () throws(VaultError) in
                _ = try vault.add(recipient, of: second, label: label, at: 2200)
            }
            #expect(error != nil)
        }
    }

    @Test func `what a release without such keys makes of the record is still one`() throws {
        let key = try key()
        var vault = try vault(with: key, output)
        let way = try #require(vault.hardwareKeys.first?.method)
        let record = try #require(vault.records[way.id])
        // Such a release reads it as a recipient of age, and keeps the fields that it does not know.
        let body = record.body.withBytes { array($0) }
        var changed = body
        let source = try #require(
            body.indices.dropLast(3).first { Array(body[$0...($0 + 3)]) == [1, 0, 1, 5] })
        changed[source + 3] = 2
        vault.records[way.id] = Record(
            id: record.id, kind: record.kind, revision: record.revision, modified: record.modified,
            body: SharedSecret(try Secret(copying: changed.span)))
        let again = try reloaded(vault)
        #expect(again.hardwareKeys.map(\.key) == [key])
    }

    @Test func `a stanza that no release has written names no key`() throws {
        let salt = String(repeating: "ab", count: 32)
        let good = try Stanza(type: "fob-hardware", arguments: [salt, "touch", "fob"], body: [1])
        #expect(HardwareKey(good) != nil)
        let bad = [
            [salt, "touch"], [salt, "touch", "fob", "more"], [salt, "sometimes", "fob"], ["abcd", "touch", "fob"],
            [salt.uppercased() + "x", "touch", "fob"], [salt, "verify", String(repeating: "x", count: 65)],
        ]
        for arguments in bad {
            #expect(HardwareKey(try Stanza(type: "fob-hardware", arguments: arguments, body: [1])) == nil)
        }
        #expect(HardwareKey(try Stanza(type: "fob-hardware", arguments: [salt, "touch", "fob"])) == nil)
        #expect(HardwareKey(try Stanza(type: "fob-sum", arguments: [salt, "touch", "fob"], body: [1])) == nil)
        let long = [UInt8](repeating: 1, count: 1025)
        #expect(HardwareKey(try Stanza(type: "fob-hardware", arguments: [salt, "touch", "fob"], body: long)) == nil)
    }

    @Test func `no more are taken than the head of a file is looked through for`() throws {
        var vault = try Contents(unlockMethod: cheapWay("secret"), at: 1000)
        for number in 0..<HardwareKey.most {
            let recipient = try HardwareKey.identity([UInt8](repeating: UInt8(number), count: 32).span).recipient
            _ = try vault.add(recipient, of: key(UInt8(number)), label: "key \(number)", at: 2000)
        }
        let recipient = try HardwareKey.identity(output.span).recipient
        #expect(throws: VaultError.tooLarge("\(HardwareKey.most) security keys")) {
            _ = try vault.add(recipient, of: key(100), label: "more", at: 2000)
        }
        _ = try vault.add(recipient, label: "an identity", at: 2000)
    }

    @Test func `a backup is sealed to it, and names it`() throws {
        let key = try key()
        var vault = try vault(with: key, output)
        if vault.backupKeys == nil { try vault.renewBackupKeys(by: [], at: 2500) }
        let backup = try Backup.seal(vault, machine: "here", previous: .init(repeating: 0), at: 3000)
        #expect(VaultFile.hardwareKeys(in: backup.bytes.span) == [key])
        let identity = try HardwareKey.identity(output.span)
        #expect(try Backup(backup.bytes.span, with: identity).contents.vault == vault.vault)
    }
}
