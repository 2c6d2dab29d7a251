import Age
import Foundation
import OneTimePassword
import Platform
import TestSupport
import Testing

@testable import Vault

@Suite struct VaultFileTests {
    private let passphrase = bytes("correct horse battery staple")
    private var vault: Contents

    init() throws {
        vault = try Contents(unlockMethod: cheapWay("correct horse battery staple"), at: 1000)
        try vault.add("Example", "alice", note: "a note", tags: ["work"])
        try vault.add("Example", "bob", key: "another key", try Parameters(kind: .hotp, counter: 7))
        try vault.prepareSave(auditSequence: 5, auditHash: .init(repeating: 6), at: 2000)
    }

    private func open(_ sealed: [UInt8], _ passphrase: String) throws(VaultError) -> Contents {
        let passphrase = bytes(passphrase)
        return try VaultFile.open(sealed.span, passphrase: passphrase.span)
    }

    private func header(_ sealed: [UInt8]) -> [Substring] {
        String(decoding: sealed.prefix(2000), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test func `what is sealed is opened by its passphrase and by nothing else`() throws {
        let sealed = try VaultFile.seal(vault)
        #expect(try payload(VaultFile.open(sealed.span, passphrase: passphrase.span)) == payload(vault))
        for wrong in ["", "Correct horse battery staple", "correct horse battery staple "] {
            #expect(refusal { () throws(VaultError) in _ = try open(sealed, wrong) } == .noMatch)
        }
    }

    @Test func `a file has all ways in, a stanza for each passphrase, and nothing of its content in clear`() throws {
        var vault = vault
        let own = try X25519Identity.random()
        try vault.put(try cheapWay("second"), at: 2000)
        try vault.put(UnlockMethod(source: .identity, label: "paper", recipient: own.recipient, at: 2000), at: 2000)
        let sealed = try VaultFile.seal(vault)
        let lines = header(sealed)
        #expect(lines.filter { $0.hasPrefix("-> X25519 ") }.count == 3)
        let stanzas = lines.filter { $0.hasPrefix("-> fob-passphrase ") }
        #expect(stanzas.count == 2)
        for stanza in stanzas {
            let words = stanza.split(separator: " ")
            #expect(words.count == 5)
            #expect(words[2].utf8.count == 32)
            #expect(words[3...] == ["1", "8192"])
        }
        #expect(try payload(open(sealed, "second")) == payload(vault))
        #expect(try payload(VaultFile.open(sealed.span, with: own)) == payload(vault))
        for secret in ["alice", "12345678901234567890", "a note", "Example", "paper", "work"] {
            #expect(!sealed.contains(bytes(secret)))
        }
    }

    @Test func `a new passphrase shuts the old one out`() throws {
        var vault = vault
        let old = try #require(vault.unlockMethods.first).id
        try vault.put(try cheapWay("new"), at: 2000)
        try vault.removeUnlockMethod(old, at: 2000)
        let sealed = try VaultFile.seal(vault)
        #expect(refusal { () throws(VaultError) in _ = try open(sealed, "correct horse battery staple") } == .noMatch)
        #expect(try open(sealed, "new").count == 2)
    }

    @Test func `no two files are alike, but for their size`() throws {
        let first = try VaultFile.seal(vault)
        let second = try VaultFile.seal(vault)
        #expect(first != second)
        #expect(first.count == second.count)
        var longer = vault
        try longer.edit(try longer.find("alice").id, note: String(repeating: "n", count: 500), at: 2000)
        #expect(try VaultFile.seal(longer).count == first.count)
    }

    @Test func `an export has the accounts that were asked for and no way in`() throws {
        let alice = try vault.find("alice").id
        let own = try X25519Identity.random()
        let exported = try VaultFile.export([alice], of: vault, to: [own.recipient])
        #expect(header(exported).filter { $0.hasPrefix("-> X25519 ") }.count == 1)
        #expect(header(exported).filter { $0.hasPrefix("-> fob-passphrase ") }.isEmpty)
        let read = try VaultFile.open(exported.span, with: own)
        #expect(read.labels == ["Example/alice"])
        #expect(read.key(of: alice) == vault.key(of: alice))
        #expect(read.note(of: alice) == "a note")
        #expect(read.vault == vault.vault)
        #expect(read.unlockMethods.isEmpty)
        #expect(
            refusal { () throws(VaultError) in _ = try VaultFile.export([.random()], of: vault, to: [own.recipient]) }
                == .notFound)
    }

    // MARK: - Damage

    @Test func `every file that was cut is refused`() throws {
        let sealed = try VaultFile.seal(vault)
        let identity = try VaultFile.identity(of: sealed.span, passphrase: passphrase.span)
        for count in (0..<sealed.count).filter({ $0 < 700 || $0 % 97 == 0 || $0 > sealed.count - 40 }) {
            let cut = Array(sealed.prefix(count))
            #expect(isDamage(refusal { () throws(VaultError) in _ = try VaultFile.open(cut.span, with: identity) }))
        }
        #expect(
            isDamage(refusal { () throws(VaultError) in _ = try VaultFile.open((sealed + [0]).span, with: identity) }))
    }

    @Test func `every file with a bit turned is refused`() throws {
        let sealed = try VaultFile.seal(vault)
        let identity = try VaultFile.identity(of: sealed.span, passphrase: passphrase.span)
        for place in sealed.indices.filter({ $0 < 700 || $0 % 53 == 0 }) {
            var damaged = sealed
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(
                refusal { () throws(VaultError) in _ = try VaultFile.open(damaged.span, with: identity) } != nil,
                "byte \(place)")
        }
    }

    /// What becomes of the file with a byte changed, for each byte of the header and some of the payload.
    private func changed(_ sealed: [UInt8], in places: some Sequence<Int>, _ body: ([UInt8], String) -> Void) {
        for place in places {
            for change: UInt8 in [0x01, 0x02, 0x20] {
                var damaged = sealed
                damaged[place] ^= change
                body(damaged, "octet \(place) is \(damaged[place]) instead of \(sealed[place])")
            }
        }
    }

    private func headerCount(_ sealed: [UInt8]) throws -> Int { try AgeHeader(parsing: sealed.span).byteCount }

    @Test func `a changed byte is told as damage, not as a wrong passphrase or another format`() throws {
        var vault = vault
        let code = try KitCode.random()
        try vault.put(try cheapWay("second"), at: 2000)
        try vault.put(
            UnlockMethod(
                source: .code(set: 1, place: 1), label: "code", recipient: try code.identity().recipient, at: 2000),
            at: 2000)
        let sealed = try VaultFile.seal(vault)
        let end = try headerCount(sealed)
        changed(sealed, in: Array(0..<end) + stride(from: end, to: sealed.count, by: 211)) { damaged, what in
            #expect(isDamage(refusal { () throws(VaultError) in _ = try open(damaged, "second") }), "\(what)")
            #expect(
                isDamage(refusal { () throws(VaultError) in _ = try VaultFile.open(damaged.span, code: code) }),
                "\(what)")
        }
        // Of what is whole, a wrong passphrase is told as such.
        #expect(refusal { () throws(VaultError) in _ = try open(sealed, "third") } == .noMatch)
    }

    /// The file as releases wrote it whose headers had no sum.
    private func sealedWithoutSum(_ contents: Contents) throws -> [UInt8] {
        var writer = try AgeWriter(
            to: contents.unlockMethods.map(\.recipient), extraStanzas: VaultFile.stanzas(contents))
        try RecordStream.write(contents.records) { writer.write($0) }
        return writer.finish()
    }

    @Test func `a file without a sum is known as damaged by a copy that the passphrase opens`() throws {
        let copy = try sealedWithoutSum(vault)
        var later = vault
        try later.put(try cheapWay("second"), at: 2000)
        let sealed = try sealedWithoutSum(later)
        #expect(try open(sealed, "correct horse battery staple").count == 2)
        func isDamaged(_ sealed: [UInt8], _ passphrase: String = "correct horse battery staple") -> Bool {
            let passphrase = bytes(passphrase)
            return VaultFile.isDamaged(sealed.span, beside: copy.span, passphrase: passphrase.span)
        }
        changed(sealed, in: 0..<(try headerCount(sealed))) { damaged, what in
            let error = refusal { () throws(VaultError) in _ = try open(damaged, "correct horse battery staple") }
            #expect(error != nil && (error != .noMatch || isDamaged(damaged)), "\(what)")
        }
        // Another passphrase is none of damage, be it one that was never right or one that was.
        #expect(!isDamaged(sealed, "third"))
        var other = vault
        let old = try #require(other.unlockMethods.first).id
        try other.put(try cheapWay("new"), at: 2000)
        try other.removeUnlockMethod(old, at: 2000)
        #expect(!isDamaged(try sealedWithoutSum(other)))
        #expect(!isDamaged(try VaultFile.seal(other)))
    }

    // MARK: - Passphrases

    /// A file whose header names these derivations.
    private func sealed(_ derivations: [(String, String)], salt: String? = nil) throws -> [UInt8] {
        let own = try X25519Identity.random()
        let salt = salt ?? String(repeating: "0f", count: 16)
        let stanzas = try derivations.map { try Stanza(type: "fob-passphrase", arguments: [salt, $0.0, $0.1]) }
        return try AgeWriter(to: [own.recipient], extraStanzas: stanzas).finish()
    }

    @Test(arguments: [
        ("0", "65536"), ("65", "65536"), ("4294967296", "65536"), ("18446744073709551615", "65536"), ("3", "0"),
        ("3", "8191"), ("3", "1048577"), ("3", "9223372036854775807"),
    ]) func `a cost outside the bounds is refused before any work`(_ operations: String, _ memory: String) throws {
        let sealed = try sealed([(operations, memory)])
        #expect(refusal { () throws(VaultError) in _ = try open(sealed, "any") } == .costOutOfBounds)
    }

    @Test func `a costly derivation behind a cheap one is refused before the cheap one is tried`() throws {
        let sealed = try sealed([("1", "8192"), ("65", "8192")])
        #expect(refusal { () throws(VaultError) in _ = try open(sealed, "any") } == .costOutOfBounds)
    }

    @Test func `more derivations than a vault has are refused before any work`() throws {
        let sealed = try sealed(.init(repeating: ("64", "1048576"), count: PassphraseDerivation.most + 1))
        #expect(refusal { () throws(VaultError) in _ = try open(sealed, "any") } == .costOutOfBounds)
    }

    @Test func `derivations that are each within the bounds are refused when they cost too much together`() throws {
        let costly = try sealed(.init(repeating: ("64", "1048576"), count: 2))
        #expect(refusal { () throws(VaultError) in _ = try open(costly, "any") } == .costOutOfBounds)
        // A file from elsewhere may ask for four times what the vault does that is open, or what new vaults have at most.
        let most = VaultFile.mostForeignWork(beside: vault)
        #expect(most == 4 * 32 * 65_536)
        let foreign = try sealed([("64", "131072"), ("1", "8192")])
        let passphrase = passphrase
        let error = refusal { () throws(VaultError) in
            _ = try VaultFile.identity(of: foreign.span, passphrase: passphrase.span, mostWork: most)
        }
        #expect(error == .costOutOfBounds)
    }

    @Test func `work that was given up ends before the next derivation`() throws {
        let sealed = try sealed([("1", "8192"), ("1", "8192"), ("1", "8192")])
        let passphrase = passphrase
        var asked = 0
        let error = refusal { () throws(VaultError) in
            _ = try VaultFile.identity(of: sealed.span, passphrase: passphrase.span) {
                asked += 1
                return asked == 2
            }
        }
        #expect(error == .cancelled && asked == 2)
    }

    @Test(arguments: [("03", "8192"), ("+3", "8192"), ("3", "-1"), ("3", "8192k"), ("three", "8192"), ("3", "08192")])
    func `a number in another spelling is damage`(_ operations: String, _ memory: String) throws {
        let sealed = try sealed([(operations, memory)])
        let error = refusal { () throws(VaultError) in _ = try open(sealed, "any") }
        #expect(isDamage(error) || (memory == "-1" && error == .costOutOfBounds))
    }

    @Test(arguments: ["00", String(repeating: "0F", count: 16), String(repeating: "0g", count: 16)])
    func `a salt that is not 16 bytes in lower-case digits is damage`(_ salt: String) throws {
        let sealed = try sealed([("1", "8192")], salt: salt)
        #expect(isDamage(refusal { () throws(VaultError) in _ = try open(sealed, "any") }))
    }

    @Test func `a file without a passphrase fits none`() throws {
        let sealed = try sealed([])
        #expect(refusal { () throws(VaultError) in _ = try open(sealed, "any") } == .noMatch)
    }

    @Test func `new vaults take at least three passes over 64 MiB`() throws {
        let derivation = try PassphraseDerivation.calibrated()
        #expect(derivation.memoryKiB >= 64 << 10)
        #expect((3...32).contains(derivation.operations))
    }

    // MARK: - Other programs

    private static let hasAge = program("age") != nil

    @Test(.enabled(if: hasAge, "the age program is not installed"))
    func `age opens a vault with the identity that its passphrase gives`() throws {
        let sealed = try VaultFile.seal(vault)
        let identity = try VaultFile.identity(of: sealed.span, passphrase: passphrase.span)
        let text = [UInt8](capacity: X25519Identity.textCount) { identity.appendText(to: &$0) }
        let scratch = try Scratch()
        try scratch.write("key", String(decoding: text, as: UTF8.self) + "\n")
        try Data(sealed).write(to: URL(fileURLWithPath: scratch.path("vault.age")))
        let opened = try run("age", ["-d", "-i", scratch.path("key"), scratch.path("vault.age")])
        #expect(opened.status == 0)
        #expect(opened.output == payload(vault))
    }

    @Test(.enabled(if: hasAge, "the age program is not installed"))
    func `a vault that age has written opens`() throws {
        let own = try X25519Identity.random()
        let scratch = try Scratch()
        try Data(payload(vault)).write(to: URL(fileURLWithPath: scratch.path("plain")))
        let sealed = try run("age", ["-r", own.recipient.text, scratch.path("plain")])
        #expect(sealed.status == 0)
        #expect(try payload(VaultFile.open(sealed.output.span, with: own)) == payload(vault))
    }

    // MARK: - Errors

    @Test(
        arguments: [
            .noMatch, .damaged("x"), .newerFormat, .costOutOfBounds, .notFound, .ambiguous([]), .exists("x"),
            .credentialIDTaken,
            .badValue("x"),
            .tooLarge("x"), .memory(.exhausted), .memory(.cannotLock(errno: 12)), .memory(.outOfMemory),
        ] as [VaultError]) func `each error says what is wrong and what to do, in one clause each`(_ error: VaultError)
    {
        for sentence in [error.message.text, error.remedy.text] {
            #expect(!sentence.isEmpty)
            #expect(sentence.last != ".")
            #expect(sentence.first?.isUppercase == false || sentence.hasPrefix("LimitMEMLOCK"))
        }
    }
}
