import CryptoP256
import Platform
import Testing

@testable import Agent

/// The vectors of WebAuthn Level 3 for PRF, mapped to hmac-secret, and what no vector says.
@Suite struct PinProtocolTests {
    struct Vector: Sendable {
        let number: PinProtocol
        let shared: String
        let salts: String
        let sealedSalts: String
        let outputs: String
        let sealedOutputs: String
    }

    private static let seed = bytes("437e065e723a98b2f08f39d8baf7c53ecb3c363c5e5104bdaaf5d5ca2e028154")
    private static let agentKey = bytes("a184532a52717c1719ed7f8a5c0bdbc0489a79fc2076b9a0b020ecda0ea585b5")
    private static let clientKey = bytes("0971bc7fb1be48270adcd3d9a5fc15d5fb0f335b3071ff36a54c007fa6c76514")
    private static let agentPoint = bytes(
        "a30522c2de402b561965c3cf949a1cab020c6f6ea36fcf7e911ac1a0f1515300"
            + "9961a929abdb2f42e6566771887d41484d889e735e3248518a53112d2b915f00")

    private static let vectors = [
        Vector(
            number: .two,
            shared:
                "0c63083de8170101d38bcf8bd72309568ddb4550867e23404b35d85712f7c20d8bc911ee23c06034cbc14290b9669bec07739053c5a416e313ef905c79955876",
            salts: "527413ebb48293772df30f031c5ac4650c7de14bf9498671ae163447b6a772b3",
            sealedSalts:
                "23dde5e3462daf36559b85c4ac5f9656aa9bfd81c1dc2bf8533c8b9f3882854786b4f500e25b4e3d81f7fc7c74236229",
            outputs: "3c33e07d202c3b029cc21f1722767021bf27d595933b3d2b6a1b9d5dddc77fae",
            sealedOutputs:
                "3bfaa48f7952330d63e35ff8cd5bca48d2a12823828915749287256ab146272f9fb437bf65691243c3f504bd7ea6d5e6"),
        Vector(
            number: .one, shared: "23e5ed7157c25892b77732fb9c8a107e3518800db2af4142f9f4adfacb771d39",
            salts: "527413ebb48293772df30f031c5ac4650c7de14bf9498671ae163447b6a772b3",
            sealedSalts: "ab8c878bb05d04700f077ed91845ec9c503c925cb12b327ddbeb4243c397f913",
            outputs: "3c33e07d202c3b029cc21f1722767021bf27d595933b3d2b6a1b9d5dddc77fae",
            sealedOutputs: "15d4e4f3f04109b492b575c1b38c28585b6719cf8d61304215108d939f37ccfb"),
    ]

    @Test(arguments: vectors) func `hmac-secret is that of the vectors, byte by byte`(_ vector: Vector) throws {
        let agent = try KeyAgreement(privateKey: Self.agentKey.span)
        #expect(agent.publicKey.indices.map { agent.publicKey[$0] } == Self.agentPoint)
        let client = try publicKey(of: Self.clientKey)
        let shared = try agent.sharedKey(with: client.span, vector.number)
        let keys = shared.bytes.indices.map { shared.bytes[$0] }
        #expect(keys == bytes(vector.shared))
        let sealed = bytes(vector.sealedSalts)
        let salts = try shared.decrypted(sealed.span)
        let opened = salts.bytes.indices.map { salts.bytes[$0] }
        #expect(opened == bytes(vector.salts))
        let outputs = try HMACSecret.outputs(seed: Self.seed.span, salts: salts.bytes)
        let found = outputs.bytes.indices.map { outputs.bytes[$0] }
        #expect(found == bytes(vector.outputs))
        let wanted = bytes(vector.sealedOutputs)
        let iv = vector.number == .two ? Array(wanted.prefix(16)) : [UInt8](repeating: 0, count: 16)
        let sealedOutputs = try shared.encrypted(outputs.bytes, iv: iv.span)
        #expect(sealedOutputs == wanted)
    }

    @Test(arguments: PinProtocol.allCases) func `both sides agree, and open what the other sealed`(
        _ number: PinProtocol
    ) throws {
        let one = try KeyAgreement()
        let other = try KeyAgreement()
        let here = try one.sharedKey(with: other.publicKey.span, number)
        let there = try other.sharedKey(with: one.publicKey.span, number)
        let text = [UInt8](0..<64)
        let sealed = try here.encrypted(text.span)
        #expect(sealed.count == 64 + number.overhead)
        let opened = try there.decrypted(sealed.span)
        let found = opened.bytes.indices.map { opened.bytes[$0] }
        #expect(found == text)
        let tag = here.tag(of: text.span)
        #expect(tag.count == number.tagBytes)
        try there.check(tag.span, of: text.span)
        for index in [0, tag.count - 1] {
            var wrong = tag
            wrong[index] ^= 1
            #expect(throws: SecurityKeyError.notAuthentic) { try there.check(wrong.span, of: text.span) }
        }
        for wrong in [[], Array(tag.dropLast()), tag + [0]] {
            #expect(throws: SecurityKeyError.notAuthentic) { try there.check(wrong.span, of: text.span) }
        }
    }

    @Test(arguments: PinProtocol.allCases, [0, 1, 15, 17, 31, 33]) func `parts of blocks are refused`(
        _ number: PinProtocol, _ count: Int
    ) throws {
        let shared = try KeyAgreement().sharedKey(with: KeyAgreement().publicKey.span, number)
        let sealed = [UInt8](repeating: 1, count: count)
        do {
            _ = try shared.decrypted(sealed.span)
            Issue.record("opened")
        } catch { #expect(error == .badLength) }
    }

    @Test func `a point off the curve is no client's key`() throws {
        let point = [UInt8](repeating: 1, count: 64)
        do {
            _ = try KeyAgreement().sharedKey(with: point.span, .two)
            Issue.record("agreed")
        } catch { #expect(error == .badKey) }
    }

    @Test func `two salts give two outputs, each as alone`() throws {
        let salts = [UInt8](0..<64)
        let both = try HMACSecret.outputs(seed: Self.seed.span, salts: salts.span)
        let found = both.bytes.indices.map { both.bytes[$0] }
        for start in [0, 32] {
            let alone = try HMACSecret.outputs(
                seed: Self.seed.span, salts: salts.span.extracting(start..<(start + 32)))
            let one = alone.bytes.indices.map { alone.bytes[$0] }
            #expect(one == Array(found[start..<(start + 32)]))
        }
        do {
            _ = try HMACSecret.outputs(seed: Self.seed.span, salts: salts.span.extracting(0..<48))
            Issue.record("half a salt")
        } catch { #expect(error == .badLength) }
    }
}
