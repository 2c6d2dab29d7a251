import Age
import Foundation
import Model
import Platform
import TestSupport
import Testing

@testable import Recovery

/// Other programs find the same in what this module writes.
@Suite struct ForeignToolTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = scratch.path(name)
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    @Test(.enabled(if: program("openssl") != nil, "openssl is not installed"))
    func `OpenSSL verifies a token, and no changed one`() throws {
        var random = Seeded("openssl")
        for round in 0..<4 {
            let privateKey = random.privateKey()
            let key = try PublicKey(of: privateKey.span)
            var fields = TokenFields(
                kind: .recovery, id: identifier(UInt8(round)), issuer: key.digest.origin.text,
                audience: "https://keeper.example", issuedTime: "2026-11-21T05:00:00Z")
            fields.data = random.bytes(66)
            let token = try Token.signed(fields, privateKey: privateKey.span)
            let pem = "-----BEGIN PUBLIC KEY-----\n\(key.text)\n-----END PUBLIC KEY-----\n"
            let keyPath = try write("key", Array(pem.utf8))
            let signaturePath = try write("signature", token.signature)
            for change in [UInt8(0), 1] {
                var signed = try fields.signedBytes()
                signed[30] ^= change
                let path = try write("signed", signed)
                let result = try run(
                    "openssl", ["dgst", "-sha256", "-verify", keyPath, "-signature", signaturePath, path])
                #expect((result.status == 0) == (change == 0))
            }
        }
    }

    @Test(.enabled(if: program("age") != nil, "age is not installed"))
    func `age opens a backup with the stanzas of a set`() throws {
        var random = Seeded("age")
        let owner = try Agent("owner")
        var cards: [KeeperCard] = []
        for number in 0..<16 {
            var keeper = try Agent("keeper \(number)")
            cards.append(try keeper.card())
        }
        let secret = random.bytes(32)
        let identity = try X25519Identity(scalar: secret.span)
        let made = try KeeperSetup.make(
            secret: secret.span, recipient: identity.recipient, id: identifier(1), privateKey: owner.privateKey.span,
            cards: cards, threshold: 9, at: 0)
        var writer = try AgeWriter(to: [identity.recipient], extraStanzas: try made.set.stanzas)
        writer.write("everything".utf8Span.span)
        let file = try write("backup.age", writer.finish())
        let text = [UInt8](capacity: X25519Identity.textCount) { identity.appendText(to: &$0) }
        let result = try run("age", ["-d", "-i", try write("identity", text), file])
        #expect(result.status == 0)
        #expect(result.output == Array("everything".utf8))
    }
}
