import Encodings
import Platform
import Testing
import Wire

@testable import Interchange

/// Keeps the passkeys of a file.
private final class PasskeySink: EntrySink {
    struct Found {
        let key: Passkey
        let privateKey: [UInt8]
        let seeds: ([UInt8], [UInt8])
        let lost: [String]
    }

    var found: [Found] = []
    var problems: [String] = []
    var entries: [String] = []

    func entry(_ entry: consuming Entry, at position: Int) throws(ConversionError) {
        entries.append(entry.label)
    }

    func passkey(_ passkey: consuming PasskeyItem, at position: Int) throws(ConversionError) {
        if let refusal = passkey.refusal() { return problems.append(refusal) }
        let (key, lost) = (passkey.key, passkey.lost)
        let found = passkey.withSecrets { secrets in
            Found(
                key: key, privateKey: secrets.privateKey.indices.map { secrets.privateKey[$0] },
                seeds: (
                    secrets.seedWithVerification.indices.map { secrets.seedWithVerification[$0] },
                    secrets.seedWithout.indices.map { secrets.seedWithout[$0] }
                ), lost: lost)
        }
        self.found.append(found)
    }

    func problem(_ label: String, _ reason: String, at position: Int) throws(ConversionError) {
        problems.append(reason)
    }

    func warning(_ text: String) throws(ConversionError) {}
}

/// Passkeys of other programs: their keys, and where they lie in files.
@Suite struct PasskeyTests {
    /// RFC 8410, section 7, without its PEM.
    private static let ed25519 = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
    /// The key of RFC 6979, A.2.5, as OpenSSL writes it.
    private static let p256 =
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg"
        + "/tS6JVqdMclh63TGNW1owEm4kjth+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ"

    private static func read(_ text: String) throws -> PasskeySink {
        let sink = PasskeySink()
        let passwords = FixedPasswords()
        let source = try Source([SourceFile(name: "file", text: LockedText(locked(Array(text.utf8))))])
        try Formats.reader(for: source).read(source, passwords, to: sink)
        return sink
    }

    private static func cxf(_ key: String, id: String = "AQID", more: String = "") -> String {
        """
        {"version":{"major":1,"minor":0},"exporterRpId":"a","accounts":[{"items":[{"id":"x","title":"Shop",
        "creationAt":1000,"credentials":[{"type":"passkey","credentialId":"\(id)","rpId":"shop.example",
        "username":"alice","userDisplayName":"Alice","userHandle":"AQ","key":"\(key)"\(more)}]}]}]}
        """
    }

    @Test func `keys of both curves are read and written alike`() throws {
        for (text, algorithm) in [(Self.p256, KeyAlgorithm.es256), (Self.ed25519, .edDSA)] {
            let sink = try Self.read(Self.cxf(text))
            let found = try #require(sink.found.first)
            #expect((found.key.algorithm, found.privateKey.count) == (algorithm, 32))
            #expect((found.key.issuer, found.key.name, found.key.site) == ("Shop", "alice", "shop.example"))
            #expect(found.key.credential == [1, 2, 3] && found.key.userHandle == [1] && found.key.created == 1000)
            #expect(found.key.publicKey.count == (algorithm == .es256 ? 64 : 0))
            let item = try PasskeyItem(found.key, privateKey: locked(found.privateKey))
            let written = try item.privateKeyInfo()
            let again = try Base64.decode(Array(text.utf8).span)
            #expect(written.bytes.indices.map { written.bytes[$0] } == again.bytes.indices.map { again.bytes[$0] })
        }
        let first = try #require(try Self.read(Self.cxf(Self.p256)).found.first)
        #expect(first.privateKey.prefix(4) == [0xC9, 0xAF, 0xA9, 0xD8])
        #expect(first.key.publicKey.prefix(4) == [0x60, 0xFE, 0xD4, 0xBA])
    }

    @Test func `what cannot be a passkey is told`() throws {
        #expect(try Self.read(Self.cxf("AAAA")).problems == ["its passkey: its private key cannot be read"])
        #expect(try Self.read(Self.cxf("")).problems == ["its passkey: it has no private key"])
        #expect(
            try Self.read(Self.cxf(Self.p256, id: "!")).problems == ["its passkey: its credential id cannot be read"])
        let long = String(repeating: "A", count: 344)
        #expect(try Self.read(Self.cxf(Self.p256, id: long)).problems == ["its credential id has 258 bytes"])
        // Cut short anywhere, a key is no key.
        for count in stride(from: 4, to: Self.p256.utf8.count - 4, by: 4) {
            let sink = try Self.read(Self.cxf(String(Self.p256.prefix(count))))
            #expect(sink.found.isEmpty && sink.problems.count == 1)
        }
    }

    @Test(
        arguments: [
            ("shop.example", "shop.example"), ("Shop.Example", "shop.example"), ("shop.example.", "shop.example"),
            ("https://Shop.Example", "shop.example"), ("HTTPS://shop.example:8443/a/b?c#d", "shop.example"),
            ("http://shop.example/login", "shop.example"), ("//shop.example", "shop.example"),
            ("shop.example/login", "shop.example"), ("shop.example:443", "shop.example"),
            ("https://localhost:8080", "localhost"), ("localhost", "localhost"), ("LOCALHOST", "localhost"),
            ("xn--Bcher-kva.example", "xn--bcher-kva.example"), ("https://a_b.example", "a_b.example"),
            // What other programs than browsers ask for.
            ("pam://Host", "pam://Host"), ("MyHost", "MyHost"), ("Some:Thing", "Some:Thing"), ("10.0.0.1", "10.0.0.1"),
            ("android:apk-key-hash:AbC", "android:apk-key-hash:AbC"),
            // What nobody asks for.
            ("b\u{FC}cher.example", nil), ("https://b\u{FC}cher.example", nil), ("https://10.0.0.1", nil),
            ("https://[::1]/", nil), ("https://", nil), ("https://alice@shop.example", nil), ("shop example", nil),
            ("\u{212A}elvin.example", nil), ("https://shop..example", nil),
        ] as [(String, String?)])
    func `a site is kept as browsers ask for it`(_ text: String, _ wanted: String?) throws {
        let sink = try Self.read(Self.cxf(Self.ed25519).replacing("shop.example", with: text))
        #expect(sink.found.first?.key.site == wanted)
        let reason = "its passkey: its site is no domain as browsers write it: only letters, digits, '-' and '.'"
        #expect(sink.problems == (wanted == nil ? [reason] : []))
    }

    @Test func `seeds of hmac-secret come along, and what has no place here is told`() throws {
        let seed = String(repeating: "B", count: 43)
        let more =
            #","fido2Extensions":{"hmacCredentials":{"algorithm":"hmac-sha256","credWithUV":"\#(seed)","#
            + #""credWithoutUV":"\#(seed)"},"largeBlob":{"data":"AA"},"payments":true}"#
        let found = try #require(try Self.read(Self.cxf(Self.p256, more: more)).found.first)
        #expect(found.seeds.0.count == 32 && found.seeds.1.count == 32)
        #expect(found.lost == ["large blob"] && found.key.signsPayments)
    }

    @Test func `Bitwarden's ids are UUIDs or base64, and counters stay behind`() throws {
        func file(_ id: String, counter: String) -> String {
            """
            {"encrypted":false,"items":[{"name":"Shop","login":{"username":"bob","fido2Credentials":[{"credentialId":"\(id)",
            "keyValue":"\(Self.p256)","rpId":"shop.example","userHandle":"AQ","userName":"bob","counter":"\(counter)",
            "discoverable":"false","creationDate":"2026-01-02T03:04:05.000Z"}]}}]}
            """
        }
        let found = try #require(
            try Self.read(file("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", counter: "0")).found.first)
        #expect(found.key.credential.count == 16 && found.key.credential.first == 0x0F && found.lost.isEmpty)
        #expect(!found.key.isDiscoverable && found.key.created == 1_767_323_045)
        let other = try #require(try Self.read(file("b64.AQID", counter: "7")).found.first)
        #expect(other.key.credential == [1, 2, 3] && other.lost == ["signature counter"])
    }

    @Test func `a file of KeePassXC is one passkey`() throws {
        let pem = "-----BEGIN PRIVATE KEY-----\\n\(Self.p256)\\n-----END PRIVATE KEY-----\\n"
        let file = """
            {"credentialId":"AQID","privateKey":"\(pem)","relyingParty":"kp.example","url":"https://kp.example",
            "userHandle":"AQ","username":"dave"}
            """
        let found = try #require(try Self.read(file).found.first)
        #expect((found.key.site, found.key.userName) == ("kp.example", "dave"))
        #expect(found.privateKey.prefix(4) == [0xC9, 0xAF, 0xA9, 0xD8])
    }

    @Test func `times are read as they are written`() {
        for seconds: UInt64 in [0, 951_782_399, 951_782_400, 1_767_323_045, 4_102_444_799] {
            #expect(DateText.seconds(DateText.text(seconds)) == seconds)
        }
        #expect(DateText.text(951_782_400) == "2000-02-29T00:00:00.000Z")
        #expect(DateText.seconds("yesterday") == 0)
        #expect(DateText.seconds("2026-01-02T9223372036854775807:00:00Z") == 0)
        #expect(DateText.seconds("2026-01-02T00:9223372036854775807:61Z") == 0)
    }
}
