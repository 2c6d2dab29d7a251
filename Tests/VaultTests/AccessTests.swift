import Age
import Platform
import TestSupport
import Testing

@testable import Vault

/// Unlock methods: sets of recovery codes, recipients, the recovery key.
@Suite struct AccessTests {
    /// So many codes, as their texts' bytes, with whom to seal to for them.
    private func codes(_ count: Int, seed: UInt8 = 0) throws -> [(bytes: [UInt8], recipient: X25519Recipient)] {
        try (0..<count).map { index in
            let bytes = [UInt8](repeating: seed &+ UInt8(index), count: Limits.kitCode)
            return (bytes, try KitCode(bytes.span).identity().recipient)
        }
    }

    private func opens(_ sealed: [UInt8], _ bytes: [UInt8]) throws(VaultError) -> Contents {
        let code = try KitCode(bytes.span)
        return try VaultFile.open(sealed.span, code: code)
    }

    /// Unlock methods of a vault that is sealed and opened by `identity`; nil when that does not open it.
    private func ways(_ vault: Contents, with identity: borrowing X25519Identity) throws -> Int? {
        let sealed = try VaultFile.seal(vault)
        do throws(VaultError) {
            return try VaultFile.open(sealed.span, with: identity).unlockMethods.count
        } catch .noMatch { return nil }
    }

    private func ways(_ vault: Contents, withText text: [UInt8]) throws -> Int? {
        let identity = try X25519Identity(text: text.span)
        return try ways(vault, with: identity)
    }

    /// What a file holds that a passphrase alone opens; nil for another passphrase.
    private func plaintext(of file: [UInt8], passphrase: [UInt8]) throws -> [UInt8]? {
        let header = try AgeHeader(parsing: file.span)
        let key: FileKey
        do throws(AgeError) {
            key = try header.fileKey(passphrase: passphrase.span)
        } catch {
            guard error == .noMatch else { throw error }
            return nil
        }
        var reader = try AgeReader(file.span, header: header, key: key)
        var text: [UInt8] = []
        while try reader.next(in: file.span) { text += array(reader.plaintext) }
        return text
    }

    private func refusalOfAdding(
        _ recipient: X25519Recipient, _ label: String, to vault: inout Contents
    ) -> VaultError? {
        do throws(VaultError) { _ = try vault.add(recipient, label: label, at: 2000) } catch { return error }
        return nil
    }

    private func vault() throws -> Contents { try Contents(unlockMethod: cheapWay("secret"), at: 1000) }

    @Test func `each code of a set opens the vault, and its place and set come back`() throws {
        var vault = try vault()
        let set = try codes(16)
        try vault.replaceCodes(by: set.map(\.recipient), at: 2000)
        #expect(vault.codesLeft == 16 && vault.access.set == 1 && vault.access.made == 16)
        #expect(vault.access.madeAt == 2000 && vault.access.endedAt == 0)
        let sealed = try VaultFile.seal(vault)
        for code in set { #expect(try opens(sealed, code.bytes).vault == vault.vault) }
        let again = try reloaded(vault)
        #expect(again.access == vault.access)
        #expect(again.unlockMethods.filter(\.isCode).count == 16)
        var places: Set<UInt8> = []
        for way in again.unlockMethods {
            if case .code(set: 1, let place) = way.source { places.insert(place) }
        }
        #expect(places == Set(1...16))
    }

    @Test func `a used code opens nothing that is sealed later, the others do`() throws {
        var vault = try vault()
        let set = try codes(8)
        try vault.replaceCodes(by: set.map(\.recipient), at: 2000)
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2000)
        let before = try VaultFile.seal(vault)
        #expect(try vault.useCode(of: set[3].recipient, at: 3000))
        #expect(try !vault.useCode(of: set[3].recipient, at: 3001))
        #expect(vault.codesLeft == 7 && vault.access.made == 8)
        #expect(vault.access.endedAt == 3000 && vault.access.endedAfter == vault.generation)
        let after = try VaultFile.seal(vault)
        #expect(refusal { () throws(VaultError) in _ = try opens(after, set[3].bytes) } == .noMatch)
        #expect(try opens(before, set[3].bytes).codesLeft == 8)
        for index in [0, 1, 2, 4, 5, 6, 7] { #expect(try opens(after, set[index].bytes).codesLeft == 7) }
    }

    @Test func `a new set voids all of the old one`() throws {
        var vault = try vault()
        let old = try codes(8)
        let new = try codes(32, seed: 100)
        try vault.replaceCodes(by: old.map(\.recipient), at: 2000)
        try vault.replaceCodes(by: new.map(\.recipient), at: 3000)
        #expect(vault.codesLeft == 32 && vault.access.set == 2 && vault.access.made == 32)
        #expect(vault.access.endedAt == 3000)
        let sealed = try VaultFile.seal(vault)
        for code in old {
            #expect(refusal { () throws(VaultError) in _ = try opens(sealed, code.bytes) } == .noMatch)
        }
        for code in new { #expect(try opens(sealed, code.bytes).vault == vault.vault) }
    }

    @Test func `recipients come and go by their own label, and the passphrase stays`() throws {
        var vault = try vault()
        let identity = try X25519Identity.random()
        let id = try vault.add(identity.recipient, label: "old laptop", at: 2000)
        let opened = try ways(vault, with: identity)
        #expect(opened == 2)
        let same = identity.recipient
        for (recipient, label) in [(same, "other"), (try X25519Identity.random().recipient, "old laptop")] {
            let found = refusalOfAdding(recipient, label, to: &vault)
            #expect(found == .badUnlockMethod("an unlock method has this recipient or label already"))
        }
        let fresh = try X25519Identity.random().recipient
        for label in ["", String(repeating: "x", count: 513), "a\0b", "a\u{1B}[2J", "a\u{9B}b"] {
            let found = refusalOfAdding(fresh, label, to: &vault)
            let why = "an unlock method needs a label of at most 512 bytes, without control characters"
            #expect(found == .badUnlockMethod(why))
        }
        // A point of low order.
        let low = X25519Recipient(publicKey: .init(repeating: 0))
        let found = refusalOfAdding(low, "low", to: &vault)
        #expect(found == .badUnlockMethod("nothing can be sealed to this recipient"))
        let passphrase = try #require(
            vault.unlockMethods.first { if case .passphrase = $0.source { true } else { false } })
        let before = vault.revision
        #expect(
            refusal { () throws(VaultError) in try vault.removeUnlockMethods([id, passphrase.id], at: 3000) }
                == .badUnlockMethod("the passphrase can be replaced, but not removed"))
        #expect(
            refusal { () throws(VaultError) in try vault.removeUnlockMethods([.random()], at: 3000) } == .noUnlockMethod
        )
        #expect(vault.revision == before && vault.unlockMethods.count == 2)
        try vault.removeUnlockMethods([id, id], at: 3000)
        #expect(vault.unlockMethods.count == 1 && vault.access.endedAt == 3000)
        let closed = try ways(vault, with: identity)
        #expect(closed == nil)
    }

    @Test func `a vault has room for so many ways in and no more`() throws {
        var vault = try vault()
        while vault.unlockMethods.count < Limits.unlockMethods {
            _ = try vault.add(X25519Identity.random().recipient, label: "\(vault.unlockMethods.count)", at: 2000)
        }
        let recipient = try X25519Identity.random().recipient
        let full = VaultError.tooLarge("\(Limits.unlockMethods) unlock methods")
        let found = refusalOfAdding(recipient, "x", to: &vault)
        #expect(found == full)
        let set = try codes(8).map(\.recipient)
        #expect(refusal { () throws(VaultError) in try vault.replaceCodes(by: set, at: 2000) } == full)
        #expect(vault.codesLeft == 0 && vault.access.set == 0)
        let sealed = try VaultFile.seal(vault)
        let word = bytes("secret")
        let opened = try VaultFile.open(sealed.span, passphrase: word.span)
        #expect(opened.unlockMethods.count == 128)
    }

    @Test func `another passphrase takes the recovery key of the one before along`() throws {
        let word = bytes("secret")
        let key = try RecoveryKey.make(for: word.span, isCheap: true, at: 1000)
        var vault = try Contents(unlockMethod: cheapWay("secret"), key, at: 1000)
        #expect(vault.recoveryKey != nil)
        let other = bytes("another")
        let next = try RecoveryKey.make(for: other.span, isCheap: true, at: 2000)
        try vault.replacePassphrase(by: cheapWay("another", at: 2000), next, at: 2000)
        #expect(
            vault.unlockMethods.count == 2 && vault.unlockMethods.contains(next) && !vault.unlockMethods.contains(key))
        let again = try reloaded(vault)
        #expect(again.unlockMethods.count == 2 && again.unlockMethods.contains(next))
        // The file gives the identity that the vault is sealed to.
        let file = try #require(vault.recoveryKey)
        #expect(try plaintext(of: file, passphrase: word) == nil)
        let lines = try #require(try plaintext(of: file, passphrase: other)).split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 2)
        let opened = try ways(vault, withText: Array(lines[1]))
        #expect(opened == 2)
    }

    @Test func `older copies are those up to a number, and only they are removed`() throws {
        let scratch = try Scratch()
        let store = try Store(path: scratch.path)
        for number in 1...6 { try store.save(bytes("vault \(number)"), generation: UInt64(number), at: 1000) }
        #expect(store.olderCopies(upTo: 3) == 3)
        #expect(try store.removeOlderCopies(upTo: 3) == 3)
        #expect(store.olderCopies(upTo: 3) == 0 && store.olderCopies(upTo: 100) == 2)
        #expect(try store.load() == bytes("vault 6"))
        #expect(try store.removeOlderCopies(upTo: 3) == 0)
    }
}
