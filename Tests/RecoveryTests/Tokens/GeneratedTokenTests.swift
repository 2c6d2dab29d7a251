import CryptoP256
import Model
import Testing

@testable import Recovery

/// A provider of each kind, made for a test.
private struct Pair {
    let accountKey: [UInt8]
    let keeperKey: [UInt8]
    let account: Origin
    let keeper: Origin
    let published: [Origin: ProviderConfiguration]

    init(_ random: inout Seeded) throws {
        let (first, second) = (random.privateKey(), random.privateKey())
        let accountPublic = try PublicKey(of: first.span)
        let keeperPublic = try PublicKey(of: second.span)
        (accountKey, keeperKey) = (first, second)
        account = accountPublic.digest.origin
        keeper = keeperPublic.digest.origin
        published = [
            accountPublic.digest.origin: ProviderConfiguration(selfCertified: accountPublic),
            keeperPublic.digest.origin: ProviderConfiguration(selfCertified: keeperPublic),
        ]
    }

    func fields(_ random: inout Seeded) -> TokenFields {
        let id = random.bytes(16)
        var fields = TokenFields(
            kind: .recovery, id: Identifier(firstOf: id.span), issuer: account.text, audience: keeper.text,
            issuedTime: Timestamp.text(utc: now))
        fields.options = .init(rawValue: .random(in: 0...255, using: &random))
        fields.data = random.bytes(.random(in: 0...200, using: &random))
        fields.binding = random.bytes(.random(in: 0...40, using: &random))
        return fields
    }

    func save(_ text: String, at utc: UInt64 = now) throws(TokenError) -> Token {
        try RecoveryProvider(keeper).token(
            text, now: Timestamp(utc: utc), configuration: { published[$0] }, isAcceptable: { _ in true })
    }

    func recover(_ text: String, binding: [UInt8]? = nil, at utc: UInt64 = now) throws(TokenError) -> [UInt8] {
        let key: PublicKey
        do { key = try PublicKey(of: accountKey.span) } catch { throw .cannotSign }
        return try AccountProvider(account, keys: [key]).recovered(
            text, now: Timestamp(utc: utc), binding: binding, configuration: { published[$0] },
            isUsed: { _ in false }, open: { $0.token.fields.data })
    }
}

private let now: UInt64 = 1_795_000_000

@Suite struct GeneratedTokenTests {
    @Test func `what one side signs the other accepts, for any options, data and binding`() throws {
        var random = Seeded("tokens")
        for round in 0..<40 {
            let pair = try Pair(&random)
            let fields = pair.fields(&random)
            let token = try Token.signed(fields, privateKey: pair.accountKey.span)
            #expect(try pair.save(token.text) == token)
            #expect(try Token(token.text, kind: .recovery).fields == fields)
            let counter = RecoveryProvider.countersigned(
                token, id: identifier(UInt8(round)), by: pair.keeper, at: now, binding: [1, 2],
                isLowFriction: round % 2 == 0)
            let outer = try Token.signed(counter, privateKey: pair.keeperKey.span)
            #expect(try pair.recover(outer.text, binding: [1, 2]) == fields.data)
            let other = refusal { () throws(TokenError) in _ = try pair.recover(outer.text, binding: [1, 3]) }
            #expect(other == .countersignedInvalidBinding)
        }
    }

    @Test func `no changed bit, no missing and no further byte passes`() throws {
        var random = Seeded("bits")
        let pair = try Pair(&random)
        let token = try Token.signed(pair.fields(&random), privateKey: pair.accountKey.span)
        for place in token.bytes.indices {
            var bytes = token.bytes
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let (changed, cut) = (BaseEncodingText.text(bytes), BaseEncodingText.text(Array(token.bytes[..<place])))
            #expect(refusal { () throws(TokenError) in _ = try pair.save(changed) } != nil)
            #expect(refusal { () throws(TokenError) in _ = try pair.save(cut) } != nil)
        }
        let longer = BaseEncodingText.text(token.bytes + [0])
        #expect(refusal { () throws(TokenError) in _ = try pair.save(longer) } == .unableToVerifySignature)
    }

    @Test func `a countersigned token stands and falls with each of its fields`() throws {
        var random = Seeded("fields")
        let pair = try Pair(&random)
        let token = try Token.signed(pair.fields(&random), privateKey: pair.accountKey.span)
        let good = RecoveryProvider.countersigned(token, id: identifier(1), by: pair.keeper, at: now)
        let inner = try Token.signed(
            RecoveryProvider.countersigned(token, id: identifier(2), by: pair.keeper, at: now),
            privateKey: pair.keeperKey.span)
        let changes: [(TokenError?, (inout TokenFields) -> Void)] = [
            (nil, { _ in }),
            (.countersignedInvalidTokenType, { $0.kind = .recovery }),
            (.countersignedInvalidOptions, { $0.options = .statusRequested }),
            (nil, { $0.options = .init(rawValue: 0xfe) }),
            (.recoveryTokenInvalidIssuer, { $0.issuer = "https://other.example" }),
            (.recoveryTokenInvalidIssuer, { $0.issuer = "" }),
            (.countersignedInvalidAudience, { $0.audience = "https://other.example" }),
            (.countersignedInvalidAudience, { $0.audience += "/" }),
            (.staleToken, { $0.issuedTime = Timestamp.text(utc: now - 301) }),
            (.staleToken, { $0.issuedTime = Timestamp.text(utc: now + 301) }),
            (nil, { $0.issuedTime = Timestamp.text(utc: now + 300) }),
            (.invalidIssuedTime, { $0.issuedTime = "2026-13-01T00:00:00Z" }),
            (.recoveryTokenParseError, { $0.data = [] }),
            (.recoveryTokenParseError, { $0.data = Array($0.data.prefix(30)) }),
            (.recoveryTokenInvalidSignature, { $0.data.append(0) }),
            (.recoveryTokenInvalidTokenType, { $0.data = inner.bytes }),
        ]
        for (wanted, change) in changes {
            var fields = good
            change(&fields)
            let text = try Token.signed(fields, privateKey: pair.keeperKey.span).text
            #expect(refusal { () throws(TokenError) in _ = try pair.recover(text) } == wanted)
        }
        let forged = try Token.signed(good, privateKey: pair.accountKey.span).text
        #expect(refusal { () throws(TokenError) in _ = try pair.recover(forged) } == .countersignedInvalidSignature)
    }

    @Test func `signatures have the lower s, and the higher one is accepted`() throws {
        var random = Seeded("signatures")
        for _ in 0..<40 {
            let privateKey = random.privateKey()
            let key = try PublicKey(of: privateKey.span)
            let message = random.bytes(50)
            let signature = try PublicKey.signature(of: message.span, privateKey: privateKey.span)
            let found = ECDSASignature.pair(der: signature.span)
            let pair = try #require(found)
            let other = higher(pair)
            #expect(pair[32] < 0x80)
            #expect(hex(ECDSASignature.der(PublicKey.lowS(other).span)) == hex(signature))
            let isSigned = key.hasSigned(message.span, signature.span)
            let isSignedToo = key.hasSigned(message.span, ECDSASignature.der(other.span).span)
            #expect(isSigned && isSignedToo)
        }
    }

    /// The order less s.
    private func higher(_ pair: [64 of UInt8]) -> [64 of UInt8] {
        let order = bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        var (result, borrow) = (pair, 0)
        for index in (0..<32).reversed() {
            let difference = Int(order[index]) - Int(pair[32 + index]) - borrow
            borrow = difference < 0 ? 1 : 0
            result[32 + index] = UInt8(truncatingIfNeeded: difference)
        }
        return result
    }
}
