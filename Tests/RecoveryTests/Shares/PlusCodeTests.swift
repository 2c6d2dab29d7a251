import Age
import Model
import Platform
import Testing

@testable import Recovery

@Suite struct PlusCodeTests {
    private static let id = identifier(7)

    private static func made(
        _ count: Int, _ threshold: Int, _ code: [UInt8], _ random: inout Seeded
    ) throws -> KeeperSetup.Made {
        let owner = try Agent("owner")
        let secret = random.bytes(32)
        var recipients: [KeeperSetup.Recipient] = []
        for number in 0..<count {
            var keeper = try Agent("keeper \(number)")
            let card = try keeper.card()
            recipients.append(KeeperSetup.Recipient(publicKey: card.publicKey, binding: card.binding))
        }
        let scalar = try PlusCode.scalar(of: secret.span, code.span, set: id)
        return try KeeperSetup.make(
            secret: secret.span, recipient: X25519Identity(scalar: scalar.bytes).recipient, id: id,
            privateKey: owner.privateKey.span, keepers: recipients, threshold: threshold, plusCode: code.span,
            at: 1_795_237_200)
    }

    /// The shares of a set, opened by its sealing keys.
    private static func shares(_ made: KeeperSetup.Made) throws -> ShareCollection {
        var shares = try ShareCollection(secretBytes: 32)
        for (keeper, token) in zip(made.set.keepers, made.tokens) {
            let digest = try Agent("keeper \(keeper.index - 1)").publicKey.digest
            let share = try ShareSealing.open(
                token.fields.data.span, in: made.set.place(of: keeper, digest), key: keeper.key.span)
            try shares.append(share.bytes)
        }
        return shares
    }

    @Test(arguments: 1...40) func `all shares without the code give no key, and with it the one of the set`(
        _ seed: Int
    ) throws {
        var random = Seeded("plus \(seed)")
        let count = 2 + seed % 6
        let code = random.bytes(PlusCode.bytes)
        let made = try Self.made(count, 2 + seed % (count - 1), code, &random)
        let secret = try Self.shares(made).secret(threshold: made.set.threshold)
        #expect(try X25519Identity(scalar: secret.bytes).recipient != made.set.recipient)
        let scalar = try PlusCode.scalar(of: secret.bytes, code.span, set: Self.id)
        #expect(try X25519Identity(scalar: scalar.bytes).recipient == made.set.recipient)
        var other = code
        other[seed % other.count] ^= UInt8(1 << (seed % 8))
        let wrong = try PlusCode.scalar(of: secret.bytes, other.span, set: Self.id)
        #expect(try X25519Identity(scalar: wrong.bytes).recipient != made.set.recipient)
        #expect(try PlusCode.commitment(to: other.span, set: Self.id) != made.set.plus)
        #expect(try PlusCode.commitment(to: code.span, set: identifier(8)) != made.set.plus)
    }

    @Test func `a session tells a missing code, a wrong one and too few keepers apart`() throws {
        var random = Seeded("plus session")
        let made = try Self.made(3, 2, random.bytes(PlusCode.bytes), &random)
        let session = try RecoverySession(made.set)
        #expect(refusal { () throws(ShareError) in _ = try session.identity() } == .tooFew(missing: 2))
        #expect(try !session.isPlusCode(random.bytes(PlusCode.bytes).span))
        #expect(refusal { () throws(ShareError) in _ = try session.isPlusCode(Span()) } == .badLength)
    }

    @Test func `the stanza of a set without a code is as it was, and an empty or short one is refused`() throws {
        var random = Seeded("plus stanza")
        let set = try Self.made(2, 2, random.bytes(PlusCode.bytes), &random).set
        let stanzas = try set.stanzas
        #expect(stanzas[0].arguments.count == 5)
        for text in ["", "00", String(repeating: "0", count: 62), String(repeating: "A", count: 64)] {
            guard
                let head = try? Stanza(
                    type: KeeperSet.setType, arguments: Array(stanzas[0].arguments.dropLast()) + [text],
                    body: stanzas[0].body)
            else { continue }
            #expect(
                refusal { () throws(ShareError) in _ = try KeeperSet.sets(in: [head] + stanzas.dropFirst()) }
                    == .malformedStanzas)
        }
    }
}
