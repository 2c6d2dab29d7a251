import Encodings
import Testing

@testable import Recovery

@Suite struct KeeperCardTests {
    private static func reads(_ text: [UInt8]) -> ExchangeError? {
        refusal { () throws(ExchangeError) in _ = try KeeperCard(parsing: text) }
    }

    @Test func `a card is read as it was made, and is a configuration of both kinds`() throws {
        for name in ["a", "Ada's laptop", "Büro 🗝", "\"\\", String(repeating: "x", count: 128)] {
            var agent = try Agent(name)
            let card = try agent.card()
            #expect(try KeeperCard(parsing: card.text) == card)
            #expect(try KeeperCard(parsing: card.text + [0x0a]) == card)
            #expect(card.name == name && card.publicKey == agent.publicKey)
            let read = try ProviderConfiguration(parsing: card.text, at: card.origin)
            #expect(read == card.configuration)
            #expect(card.origin == agent.publicKey.digest.origin)
            #expect(card.words == (try agent.card()).words)
        }
    }

    @Test func `no changed byte and no other spelling is a card`() throws {
        var agent = try Agent("card")
        let card = try agent.card()
        for place in card.text.indices {
            var changed = card.text
            changed[place] ^= 1
            #expect(Self.reads(changed) != nil)
            #expect(Self.reads(Array(card.text[..<place])) != nil)
        }
        for text in [[0x20] + card.text, card.text + [0x20], card.text + [0x0a, 0x0a], card.text + card.text, []] {
            #expect(Self.reads(text) == .malformedCard)
        }
        let spaced = String(decoding: card.text, as: UTF8.self).replacing(":", with: ": ", maxReplacements: 1)
        #expect(Self.reads(Array(spaced.utf8)) == .malformedCard)
    }

    /// Everything in it is what its key makes of it, so a signature over other members is worth nothing.
    @Test func `a card that says more or other things is refused, whoever signed it`() throws {
        var agent = try Agent("honest")
        let other = try Agent("other")
        let card = try agent.card()
        guard case .object(let members) = try JSONValue(parsing: card.text) else { return }
        func signed(_ change: (inout [String: JSONValue]) -> Void) throws -> [UInt8] {
            var changed = members
            changed["fob-signature"] = nil
            change(&changed)
            let bytes = JSONValue.object(changed).canonical
            let signature = try PublicKey.signature(of: bytes.span, privateKey: agent.privateKey.span)
            changed["fob-signature"] = .string(BaseEncoding.base64.text(signature.span, isPadded: true))
            return JSONValue.object(changed).canonical
        }
        #expect(Self.reads(try signed { _ in }) == nil)
        #expect(Self.reads(try signed { $0["fob-name"] = .string("another") }) == nil)
        let changes: [(inout [String: JSONValue]) -> Void] = [
            { $0["issuer"] = .string(other.publicKey.digest.origin.text) },
            { $0["issuer"] = .string("https://vault.example") },
            { $0["countersign-pubkeys-secp256r1"] = .array([.string(other.publicKey.text)]) },
            {
                $0["tokensign-pubkeys-secp256r1"] = .array([
                    .string(agent.publicKey.text), .string(other.publicKey.text),
                ])
            },
            { $0["save-token"] = .string("https://vault.example/save-token") },
            { $0["token-max-size"] = .integer(65535) },
            { $0["extra"] = .bool(true) }, { $0["icon-152px"] = .string("https://vault.example/i.png") },
            { $0["fob-binding"] = .string("00") }, { $0["fob-binding"] = .string(String(repeating: "A", count: 32)) },
            { $0["fob-name"] = .string("") }, { $0["fob-name"] = .string("a\nb") }, { $0["fob-name"] = .integer(1) },
            { $0["fob-name"] = .string("a\u{202e}b") },
            { $0["fob-name"] = .string(String(repeating: "x", count: 129)) },
        ]
        for change in changes { #expect(Self.reads(try signed(change)) == .malformedCard) }
        let forged = refusal { () throws(ExchangeError) in
            _ = try KeeperCard(
                publicKey: other.publicKey, binding: card.binding, name: "honest",
                signature: [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01])
        }
        #expect(forged == .forgedCard)
    }

    @Test func `words are proquints`() {
        // The examples of the proposal: 127.0.0.1 is lusab-babad, 63.84.220.193 is gutih-tugad.
        for (value, word) in [(0x7f00, "lusab"), (0x0001, "babad"), (0x3f54, "gutih"), (0xdcc1, "tugad")]
            as [(UInt16, _)]
        {
            #expect(ComparedWords.word(value) == word)
        }
        #expect(Set((UInt16.min...UInt16.max).map { ComparedWords.word($0) }).count == 65536)
        #expect(ComparedWords("a", []) != ComparedWords("b", []))
    }
}
