import Age
import Model
import Platform
import Testing

@testable import Recovery

@Suite struct KeeperSetTests {
    private static func made(_ count: Int, threshold: Int, id: UInt8 = 9) throws -> KeeperSetup.Made {
        var random = Seeded("set \(count) \(threshold)")
        let owner = try Agent("owner")
        let secret = random.bytes(32)
        var cards: [KeeperCard] = []
        for number in 0..<count {
            var keeper = try Agent("keeper \(number)")
            cards.append(try keeper.card())
        }
        return try KeeperSetup.make(
            secret: secret.span, recipient: X25519Recipient(publicKey: Sodium.x25519PublicKey(of: secret.span)),
            id: identifier(id), privateKey: owner.privateKey.span, cards: cards, threshold: threshold,
            at: 1_795_237_200)
    }

    @Test func `a set comes out of a backup's header as it went in, of two as well`() throws {
        for count in [2, 5, 16] {
            let first = try Self.made(count, threshold: 2, id: 1).set
            let second = try Self.made(count, threshold: count, id: 2).set
            let foreign = try Stanza(type: "fob-passphrase", arguments: ["x"])
            #expect(try KeeperSet.sets(in: [foreign]) == [])
            #expect(try KeeperSet.sets(in: [foreign] + first.stanzas + [foreign] + second.stanzas) == [first, second])
            // Through a file.
            let identity = try X25519Identity.random()
            var writer = try AgeWriter(to: [identity.recipient], extraStanzas: try first.stanzas)
            writer.write("text".utf8Span.span)
            let file = writer.finish()
            #expect(try KeeperSet.sets(in: AgeHeader(parsing: file.span).stanzas) == [first])
        }
    }

    @Test func `every other spelling is refused`() throws {
        let set = try Self.made(3, threshold: 2).set
        let stanzas = try set.stanzas
        func refuses(_ other: [Stanza]) -> Bool {
            refusal { () throws(ShareError) in _ = try KeeperSet.sets(in: other) } == .malformedStanzas
        }
        for missing in stanzas.indices {
            var fewer = stanzas
            fewer.remove(at: missing)
            #expect(refuses(fewer))
        }
        #expect(refuses(stanzas + [stanzas[3]]))
        #expect(refuses(stanzas + stanzas))
        #expect(refuses([stanzas[0], stanzas[2], stanzas[1], stanzas[3]]))
        let third = try Self.made(2, threshold: 2, id: 1).set.stanzas + Self.made(2, threshold: 2, id: 2).set.stanzas
        #expect(refuses(stanzas + third))
        for place in stanzas.indices {
            let stanza = stanzas[place]
            for argument in stanza.arguments.indices {
                for text in [stanza.arguments[argument] + "0", "0" + stanza.arguments[argument], "-1", "17", "x"] {
                    var arguments = stanza.arguments
                    arguments[argument] = text
                    var other = stanzas
                    other[place] = try Stanza(type: stanza.type, arguments: arguments, body: stanza.body)
                    #expect(refuses(other))
                }
            }
            for body in [[], Array(stanza.body.dropLast()), stanza.body + [0]] {
                var other = stanzas
                other[place] = try Stanza(type: stanza.type, arguments: stanza.arguments, body: body)
                #expect(refuses(other))
            }
            var other = stanzas
            other[place] = try Stanza(type: stanza.type, arguments: stanza.arguments + ["x"], body: stanza.body)
            #expect(refuses(other))
        }
    }

    @Test func `two cards of one agent, a foreign secret and too few cards make no set`() throws {
        var random = Seeded("setup")
        let owner = try Agent("owner")
        var keeper = try Agent("keeper")
        let card = try keeper.card()
        let again = try keeper.card()
        var other = try Agent("other")
        let third = try other.card()
        let secret = random.bytes(32)
        let own = X25519Recipient(publicKey: Sodium.x25519PublicKey(of: secret.span))
        let foreign = try X25519Identity.random().recipient
        func error(_ recipient: X25519Recipient, _ cards: [KeeperCard]) -> ShareError? {
            refusal { () throws(ShareError) in
                _ = try KeeperSetup.make(
                    secret: secret.span, recipient: recipient, id: identifier(1), privateKey: owner.privateKey.span,
                    cards: cards, threshold: 2, at: 0)
            }
        }
        #expect(error(own, [card, third]) == nil)
        #expect(error(own, [card, third, again]) == .duplicate(index: 3))
        #expect(error(foreign, [card, third]) == .wrongSecret)
        #expect(error(own, [card]) == .badThreshold)
        let none = [UInt8](repeating: 0, count: 32)
        let badKey = refusal { () throws(ShareError) in
            _ = try KeeperSetup.make(
                secret: secret.span, recipient: own, id: identifier(1), privateKey: none.span, cards: [card, third],
                threshold: 2, at: 0)
        }
        #expect(badKey == .badKey)
    }
}
