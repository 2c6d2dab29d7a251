import Age
import Encodings
import Foundation
import Model
import Platform
import Testing

@testable import Recovery

/// The examples of man/fob-recovery.7, which were computed by another program than this one.
private struct Manual {
    private let values: [String: String]

    init() throws {
        let page = try String(contentsOf: root.appending(path: "man/fob-recovery.7"), encoding: .utf8)
        let examples = try #require(page.range(of: ".Sh EXAMPLES\n"))
        var values: [String: String] = [:]
        for block in page[examples.upperBound...].components(separatedBy: ".Bd -literal\n").dropFirst() {
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0 != ".Ed" }
            guard let name = lines.first else { continue }
            values[String(name)] = lines.dropFirst().joined(separator: name.hasPrefix("stanza") ? "\n" : "")
        }
        self.values = values
    }

    var names: [String] { values.keys.sorted() }

    func text(_ name: String) throws -> String { try #require(values[name]) }

    func bytes(_ name: String) throws -> [UInt8] {
        try #require(try BaseEncoding.base16.bytes(text(name)))
    }

    func identifier(_ name: String) throws -> Identifier {
        try #require(Identifier(hexadecimal: try text(name)))
    }
}

@Suite struct ManualTests {
    private let manual: Manual
    private let owner: [UInt8]
    private let keepers: [[UInt8]]
    private let cards: [KeeperCard]
    private let made: KeeperSetup.Made
    private static let now: UInt64 = 1_795_237_200

    init() throws {
        let manual = try Manual()
        let owner = try manual.bytes("owner-private-key")
        var (keepers, cards, random): ([[UInt8]], [KeeperCard], [UInt8]) = ([], [], [])
        random += try manual.bytes("coefficients")
        for number in 1...3 {
            let key = try manual.bytes("keeper-\(number)-private-key")
            keepers.append(key)
            let binding = try manual.bytes("keeper-\(number)-binding")
            cards.append(try KeeperCard(privateKey: key.span, binding: binding, name: number == 1 ? "Ada" : "x"))
            random += try manual.bytes("sealing-key-\(number)") + manual.bytes("salt-\(number)")
        }
        let secret = try manual.bytes("secret")
        var taken = 0
        made = try KeeperSetup.make(
            secret: secret.span, recipient: X25519Recipient(publicKey: Sodium.x25519PublicKey(of: secret.span)),
            id: manual.identifier("set"), privateKey: owner.span, cards: cards, threshold: 2, at: Self.now
        ) { output, count in
            for _ in 0..<count {
                output.append(random[taken])
                taken += 1
            }
        }
        (self.manual, self.owner, self.keepers, self.cards) = (manual, owner, keepers, cards)
    }

    @Test func `a plus-code, and the set that has one`() throws {
        let (code, secret) = (try manual.bytes("plus-code"), try manual.bytes("secret"))
        let id = try manual.identifier("set")
        #expect(hex(try PlusCode.commitment(to: code.span, set: id)) == (try manual.text("plus-commitment")))
        let scalar = try PlusCode.scalar(of: secret.span, code.span, set: id)
        #expect(hex(scalar.bytes.indices.map { scalar.bytes[$0] }) == (try manual.text("plus-scalar")))
        let set = try KeeperSetup.make(
            secret: secret.span, recipient: X25519Identity(scalar: scalar.bytes).recipient, id: id,
            privateKey: owner.span,
            keepers: cards.map { KeeperSetup.Recipient(publicKey: $0.publicKey, binding: $0.binding) }, threshold: 2,
            plusCode: code.span, at: Self.now
        ).set
        let identity = try X25519Identity.random()
        let writer = try AgeWriter(to: [identity.recipient], extraStanzas: try set.stanzas)
        let header = String(decoding: writer.finish().prefix { $0 < 0x80 }, as: UTF8.self)
        #expect(header.contains(try manual.text("stanza-plus") + "\n-> fob-keeper "))
        #expect(try KeeperSet.sets(in: set.stanzas) == [set])
    }

    @Test func `keys, origins and cards`() throws {
        let key = try PublicKey(of: owner.span)
        #expect(hex(key.der) == (try manual.text("owner-key")))
        #expect(key.digest.origin.text == (try manual.text("owner-origin")))
        #expect(String(decoding: cards[0].text, as: UTF8.self) == (try manual.text("card")))
        #expect(cards[0].words.description == (try manual.text("card-words")))
        #expect(try KeeperCard(parsing: Array(manual.text("card").utf8)) == cards[0])
    }

    @Test func `shares, and what stands in backups`() throws {
        var shares = try ShareCollection(secretBytes: 32)
        for number in [3, 1] {
            let share = try manual.bytes("share-\(number)")
            try shares.append(share.span)
        }
        let secret = try shares.secret(threshold: 2)
        #expect(hex(array(secret.bytes)) == (try manual.text("secret")))
        let first = made.set.keepers[0]
        #expect(hex(made.tokens[0].fields.data) == (try manual.text("sealed-share-1")))
        #expect(hex(first.commitment) == (try manual.text("commitment-1")))
        #expect(first.label.description == (try manual.text("label-1")))
        #expect(made.set.tokenID(of: first).description == (try manual.text("token-id-1")))
        let identity = try X25519Identity.random()
        let writer = try AgeWriter(to: [identity.recipient], extraStanzas: try made.set.stanzas)
        let header = String(decoding: writer.finish().prefix { $0 < 0x80 }, as: UTF8.self)
        #expect(header.contains(try manual.text("stanza") + "\n" + manual.text("stanza-1") + "\n-> "))
        for number in 1...3 {
            let share = try manual.bytes("share-\(number)")
            let place = made.set.place(of: made.set.keepers[number - 1], cards[number - 1].publicKey.digest)
            let key = made.set.keepers[number - 1].key
            let sealed = made.tokens[number - 1].fields.data
            let opened = try ShareSealing.open(sealed.span, in: place, key: key.span)
            #expect(array(opened.bytes) == share)
        }
    }

    @Test func `tokens and deposits`() throws {
        #expect(made.tokens[0].text == (try manual.text("token-1")))
        let card = try KeeperCard(
            privateKey: owner.span, binding: try manual.bytes("owner-binding"), name: "Grace")
        let deposit = try Deposit(
            card: card, token: made.tokens[0], obsolete: [identifier(0x77)], privateKey: owner.span)
        #expect(deposit.text == (try manual.text("deposit-1")))
        var kept = KeptTokens(publicKey: cards[0].publicKey)
        kept.expect(binding: cards[0].binding)
        try kept.accept(try Deposit(manual.text("deposit-1")), now: Self.now)
        #expect(kept.tokens.count == 1)
    }

    @Test func `requests and answers`() throws {
        let transport = try manual.bytes("transport-private-key")
        var session = try RecoverySession(
            made.set, id: try manual.bytes("session"), transport: try X25519Identity(scalar: transport.span))
        let request = session.request(to: made.set.keepers[0])
        #expect(request.text == (try manual.text("request-1")))
        #expect(request.words.description == (try manual.text("request-words-1")))
        #expect(hex(request.binding) == (try manual.text("session-binding")))
        let kept = KeptTokens.Kept(
            token: made.tokens[0], owner: made.set.owner, ownerName: "Grace", since: Self.now)
        let fields = RecoveryProvider.countersigned(
            kept.token, id: try manual.identifier("countersigned-id"), by: cards[0].origin, at: Self.now,
            binding: request.binding, isLowFriction: true)
        let key = keepers[0]
        let countersigned = try Token.signed(fields, privateKey: key.span)
        #expect(countersigned.text == (try manual.text("countersigned-1")))
        let answer = try RecoveryAnswer.text(
            kept, to: request, id: identifier(0x33), privateKey: key.span, at: Self.now, isLowFriction: true)
        let accepted = try session.accept(answer, now: Self.now)
        #expect(accepted == .init(keeper: 1, isLowFriction: true, isLate: false))
    }
}
