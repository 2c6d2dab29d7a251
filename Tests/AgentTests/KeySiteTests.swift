import Platform
import Testing
import Vault
import Wire

@testable import Agent

/// Which sites each transport may name, and what a token is good for.
@Suite struct KeySiteTests {
    init() throws { try Memory.prepare() }

    private func isAllowed(_ name: String, at transport: KeyTransport) -> Bool {
        do throws(Refusal) {
            _ = try KeySite(name, at: transport)
            return true
        } catch { return false }
    }

    private static let hash = String(repeating: "0a", count: 32)

    @Test(arguments: [
        ("example.org", [KeyTransport.ctap]), ("ssh:", [.ctap, .ssh]), ("ssh:work", [.ctap, .ssh]),
        ("fob:deploy", [.script]), ("fob:", []), ("", []), (hash, [.ctap, .u2f]), ("u2f:" + hash, []),
        ("SSH:", [.ctap]), ("Fob:x", [.ctap]),
    ])
    func `a transport names its own sites`(name: String, services: [KeyTransport]) {
        for transport in KeyTransport.allCases {
            #expect(isAllowed(name, at: transport) == services.contains(transport), "\(name) at \(transport)")
        }
    }

    @Test(arguments: ["", "0a", hash + "0", String(hash.dropLast()) + "g", hash.uppercased(), hash + "\0"])
    func `U2F names a hash and nothing else`(name: String) {
        #expect(!isAllowed(name, at: .u2f))
    }

    @Test func `what U2F names by a hash is that hash, and the same digits at another transport are not`() throws {
        let named = try KeySite(Self.hash, at: .u2f)
        let web = try KeySite(Self.hash, at: .ctap)
        let (first, second) = (named.hash, web.hash)
        #expect(first.indices.allSatisfy { first[$0] == 0x0A })
        #expect(!first.indices.allSatisfy { first[$0] == second[$0] })
        #expect(named.kind == .web && web.kind == .web)
        let known = Sodium.sha256("example.org".utf8Span.span)
        let digits = known.indices.map { (known[$0] < 16 ? "0" : "") + String(known[$0], radix: 16) }.joined()
        let (ofName, ofHash) = (try KeySite("example.org", at: .ctap).hash, try KeySite(digits, at: .u2f).hash)
        #expect(ofName.indices.allSatisfy { ofName[$0] == ofHash[$0] })
    }

    // MARK: Tokens

    private func token(_ permissions: TokenPermissions, site: String? = nil) throws -> PinToken {
        try PinToken(.two, for: permissions, site: site, isVerified: true, at: 1000)
    }

    @Test func `a token is for its permissions, its site and its time`() throws {
        let token = try token([.makeCredential, .getAssertion], site: "a")
        #expect(token.allows(.makeCredential, site: "a", at: 1000) && token.allows(.getAssertion, site: "a", at: 1000))
        #expect(!token.allows(.credentialManagement, site: "a", at: 1000))
        #expect(!token.allows(.makeCredential, site: "b", at: 1000))
        #expect(token.allows(.getAssertion, site: "a", at: 999 + AgentLimits.tokenMilliseconds))
        #expect(!token.allows(.getAssertion, site: "a", at: 1000 + AgentLimits.tokenMilliseconds))
    }

    @Test func `the first site is the only one, and one human act is the last`() throws {
        let token = try token(.getAssertion)
        #expect(token.allows(.getAssertion, site: "a", at: 1000) && token.allows(.getAssertion, site: "b", at: 1000))
        token.bind(to: "a")
        token.bind(to: "b")
        #expect(token.allows(.getAssertion, site: "a", at: 1000) && !token.allows(.getAssertion, site: "b", at: 1000))
        token.spend()
        #expect(!token.allows(.getAssertion, site: "a", at: 1000))
        // CTAP 2.0's has no permissions of its own, and lasts.
        let old = try self.token([])
        old.spend()
        #expect(old.allows(.makeCredential, site: "a", at: 1000))
        #expect(!old.allows(.credentialManagement, site: "", at: 1000))
    }

    @Test func `a token that is bound to a site manages no others, nor all of them`() throws {
        let one = try token(.credentialManagement, site: "a")
        #expect(one.allows(.credentialManagement, site: "a", at: 1000))
        #expect(!one.allows(.credentialManagement, site: "", at: 1000))
        let all = try token(.credentialManagement)
        #expect(all.allows(.credentialManagement, site: "", at: 1000))
        #expect(all.allows(.credentialManagement, site: "a", at: 1000))
    }

    @Test func `nothing but its own HMAC is a token's`() throws {
        let token = try token(.getAssertion)
        let message: [UInt8] = [1, 2, 3]
        let zeros = [UInt8](repeating: 0, count: 32)
        for recentUnlock in [PinAuthentication(.two, zeros), PinAuthentication(.one, Array(zeros.prefix(16)))] {
            let isIts = token.hasAuthenticated(message.span, as: recentUnlock)
            #expect(!isIts)
        }
    }
}
