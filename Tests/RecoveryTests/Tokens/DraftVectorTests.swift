import ForeignLibraries
import Foundation
import Model
import Testing

@testable import Recovery

/// Both providers as the vectors have them, which judge each at its moment.
private struct Judges {
    let vectors: DraftVectors
    let now: Timestamp
    let published: [Origin: ProviderConfiguration]
    let provider: RecoveryProvider
    let account: AccountProvider

    init(_ vectors: DraftVectors) throws {
        self.vectors = vectors
        now = try #require(Timestamp(vectors.now))
        let issuer = try #require(Origin(vectors.account_provider.issuer))
        let keeper = try #require(Origin(vectors.recovery_provider.issuer))
        let accountConfiguration = try ProviderConfiguration(
            parsing: DraftVectors.configuration("account_provider"), at: issuer)
        let recoveryConfiguration = try ProviderConfiguration(
            parsing: DraftVectors.configuration("recovery_provider"), at: keeper)
        published = [issuer: accountConfiguration, keeper: recoveryConfiguration]
        let skew = vectors.clock_skew_seconds
        let freshness = Freshness(past: skew, future: skew)
        let limit = try #require(recoveryConfiguration.recovery).tokenLimit
        provider = RecoveryProvider(keeper, tokenLimit: limit, freshness: freshness)
        account = AccountProvider(
            issuer, keys: try #require(accountConfiguration.account).keys, freshness: freshness)
    }

    func save(_ text: String, isAcceptable: ([UInt8]) -> Bool = { _ in true }) throws(TokenError) -> Token {
        try provider.token(text, now: now, configuration: { published[$0] }, isAcceptable: isAcceptable)
    }

    /// What was in the token.
    func recover(_ text: String, isUsed: (TokenName) -> Bool = { _ in false }) throws(TokenError) -> String {
        try account.recovered(
            text, now: now, binding: nil, configuration: { published[$0] }, isUsed: isUsed,
            open: { open($0.token.fields.data) })
    }

    /// The other library's format: a version, the tag, the nonce, AES-256-GCM.
    private func open(_ data: [UInt8]) -> String? {
        guard data.count >= 29, data[0] == 0 else { return nil }
        let key = bytes(vectors.account_provider.opaque_data_key_hex ?? "")
        let (tag, nonce, text) = (Array(data[1..<17]), Array(data[17..<29]), Array(data[29...]))
        var isOpened = false
        let opened = [UInt8](capacity: text.count) { output in
            do {
                try Cipher.openGCM(text.span, tag: tag.span, key: key.span, nonce: nonce.span, into: &output)
                isOpened = true
            } catch { isOpened = false }
        }
        return isOpened ? String(decoding: opened, as: UTF8.self) : nil
    }
}

@Suite(.enabled(if: DraftVectors.all != nil, "../shared/fixtures is not beside the repository"))
struct DraftVectorTests {
    private let judges: Judges

    init() throws { judges = try Judges(try #require(DraftVectors.all)) }

    @Test func `all are read`() throws {
        let vectors = try #require(DraftVectors.all).vectors
        #expect(vectors.count == 68)
        #expect(vectors.filter(\.isAccepted).count == 18)
    }

    @Test(arguments: DraftVectors.all?.vectors.filter(\.isSave) ?? [])
    func `a recovery provider judges as the draft does`(vector: DraftVectors.Vector) throws {
        let token = try? judges.save(vector.token)
        #expect((token != nil) == vector.isAccepted)
        guard let token, let fields = vector.fields else { return }
        #expect(token.fields.id.description == fields.token_id)
        #expect(token.fields.options.rawValue == fields.options)
        #expect(token.fields.issuer == fields.issuer)
        #expect(token.fields.audience == fields.audience)
        #expect(token.fields.issuedTime == fields.issued_time)
        #expect(hex(token.fields.data) == fields.data_hex)
        #expect(hex(token.fields.binding) == fields.binding_hex ?? "")
        #expect(try token.fields.signedBytes().count == fields.internals_len)
        #expect(token.text == vector.token)
    }

    @Test(arguments: DraftVectors.all?.vectors.filter { !$0.isSave } ?? [])
    func `an account's provider judges as the draft does`(vector: DraftVectors.Vector) throws {
        let data = try? judges.recover(vector.token)
        #expect((data != nil) == vector.isAccepted)
        if vector.isAccepted { #expect(data == vector.peer.data) }
    }

    /// The other library looks at a nested type only after the signature, which its nested tokens of type 1 lack.
    @Test(arguments: DraftVectors.all?.vectors.filter { $0.peer.key != nil && $0.name != "counter-double" } ?? [])
    func `errors have the names that implementations share`(vector: DraftVectors.Vector) throws {
        let error = refusal { () throws(TokenError) in _ = try judges.recover(vector.token) }
        #expect(error?.rawValue == vector.peer.key)
    }

    @Test(arguments: [
        ("save-too-large", TokenError.tokenTooLarge), ("save-max-data-65535", .tokenTooLarge),
        ("save-stale-301s", .issuedTooFarInThePast), ("save-future-1day", .issuedInTheFuture),
        ("save-bad-time", .invalidIssuedTime), ("save-wrong-audience", .unacceptableAudience),
        ("save-unknown-issuer", .couldNotDetermineProvider), ("save-issuer-http", .couldNotDetermineProvider),
        ("save-issuer-trailing-slash", .couldNotDetermineProvider), ("save-version-1", .versionMustBe0),
        ("save-type-1", .typeMustBe0), ("save-wrong-key", .unableToVerifySignature),
        ("save-raw-sig", .unableToVerifySignature), ("save-zero-sig", .unableToVerifySignature),
        ("save-no-sig", .unableToVerifySignature), ("save-trunc-body", .tokenParseError),
        ("save-base64url", .tokenParseError), ("save-base64-newline", .tokenParseError),
    ])
    func `a refused token has its reason`(name: String, wanted: TokenError) throws {
        let vector = try #require(judges.vectors.vectors.first { $0.name == name })
        #expect(refusal { () throws(TokenError) in _ = try judges.save(vector.token) } == wanted)
    }

    @Test(arguments: [
        ("counter-wrong-audience", TokenError.countersignedInvalidAudience),
        ("counter-option-bit0", .countersignedInvalidOptions), ("counter-future", .staleToken),
        ("counter-inner-type-1", .recoveryTokenInvalidTokenType), ("counter-double", .recoveryTokenInvalidTokenType),
        ("counter-undecryptable", .recoveryTokenInvalidData), ("counter-type-0", .countersignedInvalidTokenType),
    ])
    func `what the other library lets pass has its reason, too`(name: String, wanted: TokenError) throws {
        let vector = try #require(judges.vectors.vectors.first { $0.name == name })
        #expect(refusal { () throws(TokenError) in _ = try judges.recover(vector.token) } == wanted)
    }

    @Test func `one token has two signatures and one name`() throws {
        let other = try #require(judges.vectors.vectors.first { $0.name == "save-malleated-s" })
        let plain = try #require(judges.vectors.vectors.first { $0.name == "save-ok" })
        let (first, second) = (try judges.save(plain.token), try judges.save(other.token))
        #expect(first.bytes != second.bytes)
        #expect(first.name == second.name)
    }

    @Test func `a token that was used is not used again`() throws {
        for vector in judges.vectors.vectors {
            guard let first = judges.vectors.vectors.first(where: { $0.name == vector.replays }) else { continue }
            var used: Set<TokenName> = []
            for (text, wanted) in [(first.token, nil), (vector.token, TokenError.recoveryTokenAlreadyUsed)] {
                let name = try Token(Token(text, kind: .countersigned).fields.data, kind: .recovery).name
                let error = refusal { () throws(TokenError) in
                    _ = try judges.recover(text, isUsed: { used.contains($0) })
                }
                #expect(error == wanted)
                used.insert(name)
            }
        }
        #expect(judges.vectors.vectors.contains { $0.replays != nil })
    }

    @Test func `a binding is the provider's own or none`() throws {
        let vector = try #require(judges.vectors.vectors.first { $0.name == "save-ok-binding" })
        let binding = bytes(vector.fields?.binding_hex ?? "")
        #expect(refusal { () throws(TokenError) in _ = try judges.save(vector.token) { $0 == binding } } == nil)
        let error = refusal { () throws(TokenError) in _ = try judges.save(vector.token) { $0.isEmpty } }
        #expect(error == .unacceptableBinding)
    }
}
