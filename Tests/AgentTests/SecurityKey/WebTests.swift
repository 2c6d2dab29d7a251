import Age
import Platform
import Testing
import Vault
import Wire

@testable import Agent

/// What the agent writes for pages of the web, and for whom.
@Suite struct WebTests {
    init() throws { try Memory.prepare() }

    private static let origin = "https://login.example.org"

    private func page(_ origin: String = origin, _ site: String = "example.org", top: String = "") -> WebPage {
        WebPage(origin: origin, topOrigin: top, site: site)
    }

    private func refusal(_ page: WebPage) -> ErrorCode? {
        do throws(Refusal) {
            _ = try WebCeremony(page)
            return nil
        } catch { return error.code }
    }

    /// The two texts are those of WebAuthn Level 3, section 5.8.1.1, for these values.
    @Test func `the client data is written as WebAuthn has it`() throws {
        let challenge: [UInt8] = [0, 0xFB, 0xFF]
        let alone = try WebCeremony(page()).clientData(.create, challenge: challenge)
        #expect(
            String(decoding: alone, as: UTF8.self)
                == #"{"type":"webauthn.create","challenge":"APv_","origin":"https://login.example.org","crossOrigin":false}"#
        )
        let framed = try WebCeremony(page(top: "https://shop.example.com:8443")).clientData(.get, challenge: [])
        let wanted =
            #"{"type":"webauthn.get","challenge":"","origin":"https://login.example.org","crossOrigin":true,"#
            + #""topOrigin":"https://shop.example.com:8443"}"#
        #expect(String(decoding: framed, as: UTF8.self) == wanted)
    }

    @Test func `nothing that JSON would escape gets into it`() {
        for text in ["https://a\"b", "https://a\\b", "https://a\u{7f}b", "https://a\u{2028}b", "https://a,b"] {
            #expect(refusal(page(text, text)) == .badInput && refusal(page(top: text)) == .badInput)
        }
        #expect(refusal(page()) == nil && refusal(page(Self.origin, "example.com")) == .badInput)
    }

    @Test func `a question names the origin, the site and the page around a frame`() throws {
        var question = Question(.signature, "sign in at the site")
        try WebCeremony(page(top: "https://shop.example.com")).describe(&question)
        #expect(question.site == Self.origin)
        #expect(question.details == ["with a key for all of example.org", "in a frame of https://shop.example.com"])
        question = Question(.signature, "sign in at the site")
        try WebCeremony(page(Self.origin, "login.example.org")).describe(&question)
        #expect(question.details.isEmpty)
    }

    @Test func `a page without a key asks nobody`() throws {
        let derivation = PassphraseDerivation.cheapest()
        let recipient = try derivation.identity(Array("pass".utf8).span).recipient
        let way = UnlockMethod(source: .passphrase(derivation), label: "passphrase", recipient: recipient, at: 1000)
        let bench = try AgentBench(Contents(unlockMethod: way, at: 1000))
        try bench.send(WebAssertRequest(page(), challenge: [1]))
        try bench.send(WebSignalRequest(page(), .unknownKey, keys: [KeyID([1])]))
        try bench.send(WebKeysRequest(page("https://evil.example")))
        #expect(bench.questions.isEmpty)
        var wanted = WebCreateRequest(page(), challenge: [1], algorithms: [.es256])
        wanted.userHandle = [1]
        try bench.send(wanted)
        #expect(bench.questions.map(\.challenge.site) == [Self.origin])
        #expect(bench.questions.first?.challenge.proof == .consent)
        wanted.prf = [PRFInput([1])]
        try bench.send(wanted)
        #expect(bench.questions.count == 2 && bench.questions.contains { $0.challenge.proof == .passphrase })
    }
}
