import Age
import Foundation
import OneTimePassword
import Platform
import TestSupport
import Testing

@testable import Vault

/// man/fob-vault.5 is right, and enough.
@Suite struct ManualTests {
    private let lines: [Substring]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        lines = try String(contentsOf: root.appending(path: "man/fob-vault.5"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The lines of the literal block that begins with `name`.
    private func block(_ name: String) throws -> ArraySlice<Substring> {
        let start = try #require(lines.firstIndex(of: name[...]))
        return lines[(start + 1)...].prefix { $0 != ".Ed" }
    }

    private func hexadecimal(_ digits: some StringProtocol) throws -> [UInt8] {
        let digits = Array(digits)
        try #require(digits.count.isMultiple(of: 2))
        return try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(digits[$0..<($0 + 2)]), radix: 16))
        }
    }

    private func payloadOfManual() throws -> [UInt8] {
        let bytes = try hexadecimal(try block("PAYLOAD").map { $0.prefix { $0 != "#" }.filter { $0 != " " } }.joined())
        return bytes + [UInt8](repeating: 0, count: 4096 - bytes.count)
    }

    @Test func `the payload is read, and written again byte by byte`() throws {
        let wanted = try payloadOfManual()
        let vault = try Contents(parse(wanted))
        #expect(payload(vault) == wanted)
        #expect(vault.generation == 41)
        #expect(vault.auditSequence == 7)
        #expect(vault.settings == Settings())
        #expect(vault.unlockMethods.map(\.label) == ["passphrase", ""])
        #expect(vault.unlockMethods.last?.source == .code(set: 2, place: 7))
        #expect(vault.access.set == 2 && vault.access.made == 16 && vault.codesLeft == 1)
        #expect(vault.access.endedAt == 0x70db_d880 && vault.access.endedAfter == 40)
        let account = try vault.find("Example/alice")
        #expect(
            account.details
                == AccountDetails(issuer: "Example", name: "alice", tags: ["work"], confirm: true, lifetime: 0))
        #expect(account.credential?.parameters == (try Parameters(kind: .totp)))
        #expect(vault.key(of: account.id) == bytes("12345678901234567890"))
        #expect(vault.note(of: account.id) == "spare key: safe")
        #expect(account.extras.isFavourite && account.extras.icon == "github")
        #expect(account.extras.uses == 12 && account.extras.lastUsed == 0x70da_8700)
        let imported = try #require(vault.lastImport)
        #expect(imported.source == "Aegis" && imported.added == 1 && imported.time == 0x70db_ca70)
        #expect(account.batch == imported.batch)
        #expect(vault.records.values.filter { $0.kind == 0 }.count == 1)
        let codes = try #require(vault.recoverySet(of: account.id))
        #expect(codes.texts == ["ca75c-98c07", "0e44a-58131"])
        #expect((codes.service, codes.left, codes.imported) == ("github", 1, 0x70db_ca70))
        let key = try #require(vault.keys.first)
        #expect(key.account == account.id && key.flags == [.discoverable, .hmacSecret, .backedUp])
        #expect((key.kind, key.algorithm, key.transport, key.protection) == (.synced, .edDSA, .ctap, 2))
        #expect((key.relyingParty, key.relyingPartyName, key.userName) == ("example.com", "Example", "alice"))
        #expect((key.label, key.userHandle, key.blob) == ("desk", [1, 2, 3, 4, 5], bytes("blob")))
        #expect((key.created, key.lastUsed, key.order) == (0x70db_ca70, 0x70db_d880, 1))
        let publicKey = key.withPrivateKey { Sodium.signingPublicKey(seed: $0) }
        #expect(publicKey.indices.map { publicKey[$0] } == key.publicKey)
        #expect(key.seed(isVerified: true).first == 0xa5 && key.seed(isVerified: false).first == 0x5a)
        #expect(vault.pin.isSet && vault.pin.retries == 8)
    }

    @Test func `each record is what is written anew for the same content`() throws {
        let vault = try Contents(parse(try payloadOfManual()))
        var again = vault
        let account = try vault.find("alice")
        try again.edit(account.id, details: account.details, note: "spare key: safe", at: account.modified)
        try again.set(vault.settings, at: 0)
        let imported = try #require(vault.lastImport)
        try again.noteImport(imported.batch, from: imported.source, added: Int(imported.added), at: imported.time)
        try again.prepareSave(auditSequence: 7, auditHash: vault.auditHash, at: 0)
        for (id, old) in vault.records where [RecordKind.account.rawValue, 3, 7].contains(old.kind) {
            let new = try #require(again.records[id])
            // Behind them stands how many revisions the stamps tell of.
            let written = try fields(of: new).filter { $0.tag < 61 }
            #expect(try written.map(\.tag) == fields(of: old).map(\.tag))
            #expect(try written.map(\.value) == fields(of: old).map(\.value))
            #expect(new.revision == old.revision + 1)
        }
        let codes = try #require(vault.recoverySet(of: account.id))
        let record = try #require(vault.records[codes.id])
        let codesAgain = try codes.body.withBytes { (text: Span<UInt8>) throws(VaultError) in
            try codes.record(text, over: nil, at: 0)
        }
        #expect(try fields(of: codesAgain).map(\.value) == fields(of: record).map(\.value))
        let key = try #require(vault.keys.first)
        let keyRecord = try #require(vault.records[key.id])
        let keyAgain = try key.record(over: keyRecord, at: 0)
        #expect(try fields(of: keyAgain).map(\.tag).sorted() == fields(of: keyRecord).map(\.tag).sorted())
        #expect(Set(try fields(of: keyAgain).map(\.value)) == Set(try fields(of: keyRecord).map(\.value)))
        let pinRecord = try #require(vault.records[.single(.pin)])
        let pinAgain = try vault.pin.record(over: pinRecord, hash: nil, at: 0)
        #expect(try fields(of: pinAgain).map(\.value) == fields(of: pinRecord).map(\.value))
        for way in vault.unlockMethods {
            let written = try way.record(at: 0)
            let old = try #require(vault.records[way.id])
            #expect(try fields(of: written).map(\.value) == fields(of: old).map(\.value))
        }
        let access = try #require(vault.records[.single(.access)])
        let written = try vault.access.record(over: access, at: 0)
        #expect(try fields(of: written).map(\.value) == fields(of: access).map(\.value))
    }

    @Test func `the recovery code gives the identity`() throws {
        var values: [String: String] = [:]
        var last = ""
        for line in try block("CODE") {
            if let name = line.split(separator: " ").first, !line.hasPrefix(" ") { last = String(name) }
            values[last, default: ""] += line.drop { $0 != " " }.drop { $0 == " " }
        }
        let code = try KitCode(text: try #require(values["text"]).utf8Span.span)
        let wanted = try hexadecimal(try #require(values["code"]))
        #expect(code.withBytes { array($0) } == wanted)
        let recipient = try code.identity().recipient
        #expect(recipient.text == values["recipient"])
        let scalar = try hexadecimal(try #require(values["scalar"]))
        #expect(try X25519Identity(scalar: scalar.span).recipient == recipient)
        // It is the one of the payload below.
        let way = try #require(try Contents(parse(try payloadOfManual())).unlockMethods.last)
        #expect(way.recipient == recipient)
    }

    @Test func `the passphrase gives the identity`() throws {
        var values: [String: String] = [:]
        var last = ""
        for line in try block("DERIVATION") {
            if let name = line.split(separator: " ").first, !line.hasPrefix(" ") { last = String(name) }
            let value = line.drop { $0 != " " }.drop { $0 == " " }
            values[last, default: ""] += value
        }
        let salt = try hexadecimal(try #require(values["salt"]))
        var sixteen: [16 of UInt8] = .init(repeating: 0)
        for index in 0..<16 { sixteen[index] = salt[index] }
        let derivation = PassphraseDerivation(
            salt: sixteen, operations: try #require(values["operations"].flatMap(UInt64.init)),
            memoryKiB: try #require(values["KiB"].flatMap(Int.init)))
        let passphrase = bytes(try #require(values["passphrase"]))
        let identity = try derivation.identity(passphrase.span)
        #expect(identity.recipient.text == values["recipient"])
        let scalar = try hexadecimal(try #require(values["scalar"]))
        #expect(try X25519Identity(scalar: scalar.span).recipient.text == values["recipient"])
        // It is the one of the payload below.
        let way = try #require(try Contents(parse(try payloadOfManual())).unlockMethods.first)
        #expect(way.recipient == identity.recipient)
        #expect(way.source == .passphrase(derivation))
    }

    @Test(.enabled(if: program("mandoc") != nil, "mandoc is not installed"))
    func `the page has no fault of form`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "man/fob-vault.5").path
        let lint = try run("mandoc", ["-T", "lint", "-W", "warning", page])
        #expect(lint.status == 0)
        #expect(String(decoding: lint.output, as: UTF8.self) == "")
    }
}
