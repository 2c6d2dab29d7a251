import Age
import Platform
import Testing
import Vault
import Wire

@testable import Agent

/// To whom the keys of large blobs are told with a list of security keys: a client that lacks them removes the blobs.
@Suite struct ListedBlobTests {
    private let bench: AgentBench
    private let key: KeyCredential

    init() throws {
        try Memory.prepare()
        let derivation = PassphraseDerivation.cheapest()
        let recipient = try derivation.identity(Array("pass".utf8).span).recipient
        let way = UnlockMethod(source: .passphrase(derivation), label: "passphrase", recipient: recipient, at: 1000)
        var contents = try Contents(unlockMethod: way, at: 1000)
        var new = Vault.NewKey(relyingParty: "example.org", .synced, .edDSA, .ctap)
        (new.flags, new.userHandle, new.hasLargeBlobKey) = ([.discoverable], [1], true)
        let secret = [UInt8](repeating: 7, count: 32)
        key = try contents.addKey(new, privateKey: secret.span, publicKey: secret.span, at: 1000)
        bench = try AgentBench(contents)
    }

    /// What is told of the key: its large blobs' key, or why not.
    private func told() throws -> (type: MessageType?, body: [UInt8]) {
        var request = LargeBlobsRequest(.key)
        request.bytes = key.credentialID
        try bench.send(request)
        return try bench.reply()
    }

    /// What a client makes of an encrypted token.
    private static func tag(of message: [UInt8], _ sealed: [UInt8], _ agreed: AgreedKey) throws -> [UInt8] {
        let secret = try agreed.key.decrypted(sealed.span)
        let tag = Sodium.hmacSHA256(key: secret.bytes, message.span)
        return tag.indices.map { tag[$0] }
    }

    /// Lists the keys of a site with a new token.
    private func list(_ site: String, isVerified: Bool = true) throws -> MessageType? {
        let (ours, theirs) = (try KeyAgreement(), try KeyAgreement())
        let point = theirs.publicKey
        let agreed = AgreedKey(try ours.sharedKey(with: point.span, .two))
        let token = try PinToken(
            .two, for: .credentialManagement, site: nil, isVerified: isVerified, at: bench.agent.now)
        let connection = bench.agent.server.all.first { _ in true }
        connection?.keys.token = token
        let message: [UInt8] = [4]
        let proof = PinAuthentication(.two, try Self.tag(of: message, token.encrypted(with: agreed), agreed))
        try bench.send(TokenVerifyRequest(.credentialManagement, site: site, message: message, authentication: proof))
        return try bench.reply().type
    }

    @Test func `who lists the keys of its site as a verified owner gets them`() throws {
        #expect(try told().type == .error)
        #expect(try list("example.org", isVerified: false) == .error)
        #expect(try told().type == .error)
        #expect(try list("example.org") == .ok)
        let wanted = key.withLargeBlobKey { key in key.indices.map { key[$0] } }
        for _ in 0..<2 {
            let found = try told()
            #expect(found.type == .largeBlobsReply && Array(found.body.suffix(32)) == wanted)
        }
    }

    @Test func `neither another site nor a later time does`() throws {
        #expect(try list("other.example") == .ok)
        #expect(try told().body.count < 32)
        #expect(try list("example.org") == .ok)
        let connection = bench.agent.server.all.first { _ in true }
        connection?.keys.listing = KeyListing(site: "example.org", until: bench.agent.now, givesLargeBlobKeys: true)
        #expect(try told().type == .error)
    }

    @Test func `the token for all connections gets none`() throws {
        bench.agent.server.all.first { _ in true }?.keys.listing = KeyListing(
            site: "example.org", until: bench.agent.now + 1_000_000, givesLargeBlobKeys: false)
        let found = try told()
        #expect(found.type == .largeBlobsReply && found.body.count < 32)
    }
}
