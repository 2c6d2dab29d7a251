import Age
import Encodings
import Model
import Platform
import Testing

@testable import Recovery

/// An owner and keepers who have its shares.
private struct Circle {
    static let now: UInt64 = 1_795_237_200

    var owner: Agent
    var keepers: [Agent]
    let kept: [KeptTokens]
    let identity: [UInt8]
    let set: KeeperSet
    let deposits: [Deposit]

    init(_ count: Int, threshold: Int, seed: String = "circle", id: UInt8 = 1) throws {
        var owner = try Agent("owner of \(seed)")
        var keepers: [Agent] = []
        var kept: [KeptTokens] = []
        var cards: [KeeperCard] = []
        for number in 1...count {
            var keeper = try Agent("keeper \(number) of \(seed)")
            cards.append(try keeper.card())
            keepers.append(keeper)
        }
        let secret = owner.random.bytes(32)
        let key = owner.privateKey
        let recipient = X25519Recipient(publicKey: Sodium.x25519PublicKey(of: secret.span))
        let made = try KeeperSetup.make(
            secret: secret.span, recipient: recipient, id: identifier(id), privateKey: key.span, cards: cards,
            threshold: threshold, at: Self.now)
        let ownerCard = try owner.card()
        var deposits: [Deposit] = []
        for token in made.tokens {
            deposits.append(try Deposit(card: ownerCard, token: token, obsolete: [], privateKey: key.span))
        }
        for (number, keeper) in keepers.enumerated() {
            var tokens = KeptTokens(publicKey: keeper.publicKey)
            tokens.expect(binding: cards[number].binding)
            try tokens.accept(try Deposit(deposits[number].text), now: Self.now + 60)
            kept.append(tokens)
        }
        self.owner = owner
        self.keepers = keepers
        self.kept = kept
        identity = secret
        set = made.set
        self.deposits = deposits
    }

    /// What a keeper answers to a request's text.
    func answer(
        _ place: Int, _ request: RecoveryRequest, at utc: UInt64 = now, isLowFriction: Bool = false
    ) throws -> String {
        let read = try RecoveryRequest(request.text)
        let key = keepers[place].privateKey
        return try RecoveryAnswer.text(
            try kept[place].token(for: read), to: read, id: identifier(UInt8(place)), privateKey: key.span, at: utc,
            isLowFriction: isLowFriction)
    }
}

/// What a session says to an answer; nil if it takes it.
private func failure(_ session: inout RecoverySession, _ answer: String, at utc: UInt64 = Circle.now) -> AnswerFailure?
{
    do { _ = try session.accept(answer, now: utc) } catch { return error }
    return nil
}

private func missing(_ session: borrowing RecoverySession) -> ShareError? {
    refusal { () throws(ShareError) in _ = try session.identity() }
}

@Suite struct RecoverySessionTests {
    @Test func `any k keepers in any order give the key that opens the backup`() throws {
        var random = Seeded("recovery")
        for (count, threshold) in [(2, 2), (3, 2), (5, 3), (16, 16), (16, 9)] {
            let circle = try Circle(count, threshold: threshold)
            var writer = try AgeWriter(to: [circle.set.recipient], extraStanzas: try circle.set.stanzas)
            writer.write("everything".utf8Span.span)
            let backup = writer.finish()
            let header = try AgeHeader(parsing: backup.span)
            let set = try #require(try KeeperSet.sets(in: header.stanzas).first)
            var session = try RecoverySession(set)
            for (done, place) in (0..<count).shuffled(using: &random).prefix(threshold).enumerated() {
                #expect(session.missing == threshold - done)
                #expect(missing(session) == .tooFew(missing: threshold - done))
                let keeper = set.keepers[place]
                let accepted = try session.accept(
                    try circle.answer(place, session.request(to: keeper)), now: Circle.now)
                #expect(accepted == .init(keeper: place + 1, isLowFriction: false, isLate: false))
            }
            let identity = try session.identity()
            let reader = try AgeReader(backup.span, header: header, key: try header.fileKey(for: identity))
            let text = try reader.readAll(of: backup.span)
            #expect(array(text.bytes) == Array("everything".utf8))
        }
    }

    @Test func `a keeper who gives a wrong share is named, and the others are enough`() throws {
        var random = Seeded("liar")
        let circle = try Circle(4, threshold: 3)
        // The keeper's own token is signed by the owner; only the owner could lie about the share, or the set's key be wrong.
        let liar = circle.set.keepers[1]
        var keepers = circle.set.keepers
        keepers[1] = KeeperSet.Keeper(
            index: 2, label: liar.label, commitment: random.bytes(32), key: liar.key)
        let committed = try #require(
            KeeperSet(
                id: circle.set.id, threshold: 3, owner: circle.set.owner, recipient: circle.set.recipient,
                keepers: keepers))
        var session = try RecoverySession(committed)
        let answer = try circle.answer(1, session.request(to: liar))
        #expect(failure(&session, answer) == AnswerFailure(keeper: 2, reason: .share(.wrongShare(index: 2))))
        // A token that the keeper has made up.
        let request = session.request(to: circle.set.keepers[0])
        let kept = try circle.kept[0].token(for: request)
        let key = circle.keepers[0].privateKey
        let forged = try Token.signed(kept.token.fields, privateKey: key.span)
        let madeUp = try RecoveryAnswer.text(
            KeptTokens.Kept(token: forged, owner: kept.owner, ownerName: "", since: 0), to: request, id: identifier(0),
            privateKey: key.span, at: Circle.now, isLowFriction: false)
        #expect(
            failure(&session, madeUp) == AnswerFailure(keeper: 1, reason: .token(.recoveryTokenInvalidSignature)))
        #expect(session.answered == [])
        for place in [3, 2, 0] {
            let answer = try circle.answer(place, session.request(to: committed.keepers[place]))
            #expect(failure(&session, answer) == nil)
        }
        #expect(missing(session) == nil)
    }

    @Test func `an answer is for one session and counts once`() throws {
        let circle = try Circle(3, threshold: 2)
        var session = try RecoverySession(circle.set)
        let other = try RecoverySession(circle.set)
        let keeper = circle.set.keepers[0]
        let foreign = try circle.answer(0, other.request(to: keeper))
        #expect(failure(&session, foreign) == AnswerFailure(keeper: nil, reason: .anotherSession))
        // The same recipient, another session: what somebody in between could send on.
        let own = session.request(to: keeper)
        let bent = RecoveryRequest(
            token: own.token, session: other.id, recipient: own.recipient, owner: own.owner)
        let bound = try circle.answer(0, bent)
        #expect(
            failure(&session, bound) == AnswerFailure(keeper: 1, reason: .token(.countersignedInvalidBinding)))
        let answer = try circle.answer(0, own)
        #expect(failure(&session, answer) == nil)
        #expect(failure(&session, answer) == AnswerFailure(keeper: 1, reason: .token(.recoveryTokenAlreadyUsed)))
        let again = try circle.answer(0, own, at: Circle.now + 1)
        #expect(failure(&session, again) == AnswerFailure(keeper: 1, reason: .token(.recoveryTokenAlreadyUsed)))
        #expect(session.answered == [1])
    }

    @Test func `clocks may be apart, which is told, but not for ever`() throws {
        let circle = try Circle(4, threshold: 2)
        var session = try RecoverySession(circle.set)
        let week: UInt64 = 7 * 86_400
        for (place, utc, wanted) in [
            (0, Circle.now - 301, true), (1, Circle.now + 300, false), (2, Circle.now + week, true),
            (3, Circle.now - week - 1, nil),
        ] as [(Int, UInt64, Bool?)] {
            let answer = try circle.answer(place, session.request(to: circle.set.keepers[place]), at: utc)
            if let wanted {
                #expect(try session.accept(answer, now: Circle.now).isLate == wanted)
            } else {
                #expect(failure(&session, answer) == AnswerFailure(keeper: 4, reason: .token(.staleToken)))
            }
        }
    }

    @Test func `weak evidence is told`() throws {
        let circle = try Circle(2, threshold: 2)
        var session = try RecoverySession(circle.set)
        let answer = try circle.answer(0, session.request(to: circle.set.keepers[0]), isLowFriction: true)
        #expect(try session.accept(answer, now: Circle.now).isLowFriction)
    }

    @Test func `strangers, other sets and damage give nothing`() throws {
        let circle = try Circle(3, threshold: 2)
        let older = try Circle(3, threshold: 2, id: 2)
        let strangers = try Circle(3, threshold: 2, seed: "strangers")
        var session = try RecoverySession(circle.set)
        let request = session.request(to: circle.set.keepers[0])
        func forwarded(_ from: Circle, _ key: Agent) throws -> String {
            let kept = try #require(from.kept[0].tokens.values.first)
            return try RecoveryAnswer.text(
                kept, to: request, id: identifier(3), privateKey: key.privateKey.span, at: Circle.now,
                isLowFriction: false)
        }
        let stranger = try forwarded(strangers, strangers.keepers[0])
        #expect(failure(&session, stranger) == AnswerFailure(keeper: nil, reason: .unknownKeeper))
        let stolen = try forwarded(strangers, circle.keepers[0])
        #expect(
            failure(&session, stolen) == AnswerFailure(keeper: 1, reason: .token(.recoveryTokenInvalidIssuer)))
        let old = try forwarded(older, circle.keepers[0])
        #expect(failure(&session, old) == AnswerFailure(keeper: 1, reason: .anotherSet))
        let answer = try circle.answer(0, request)
        for text in ["", "x", "fob-answer:", "fob-answer:AAAA", request.text, String(answer.dropLast()), answer + "AA"]
        {
            #expect(failure(&session, text)?.reason == .malformed)
        }
        var random = Seeded("damage")
        let bytes = try ExchangeText.bytes(.answer, answer)
        for _ in 0..<100 {
            var changed = bytes
            changed[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(failure(&session, ExchangeText.text(.answer, changed)) != nil)
        }
        #expect(session.answered == [])
        #expect(missing(session) == .tooFew(missing: 2))
    }

    /// Section 2.6 of the threat model: neither k keepers without the backup, nor the backup with k - 1 of them, nor one
    /// keeper with the backup.
    @Test func `neither side alone opens anything`() throws {
        let circle = try Circle(5, threshold: 3)
        for (kept, keeper) in zip(circle.kept, circle.set.keepers) {
            let token = try #require(kept.tokens.values.first).token
            // Without the sealing key, every other key of the backup fails, too.
            for other in circle.set.keepers {
                let digest = try #require(Origin(token.fields.audience).flatMap { KeyDigest($0) })
                let share = refusal { () throws(ShareError) in
                    _ = try ShareSealing.open(
                        token.fields.data.span, in: circle.set.place(of: keeper, digest), key: other.key.span)
                }
                #expect((share == nil) == (other.index == keeper.index))
            }
            // What a keeper holds has neither the sealing key nor the set's id in it.
            #expect(!hex(token.bytes).contains(hex(keeper.key)))
            #expect(!hex(token.bytes).contains(circle.set.id.description))
        }
        var session = try RecoverySession(circle.set)
        for place in 0..<2 {
            let answer = try circle.answer(place, session.request(to: circle.set.keepers[place]))
            #expect(failure(&session, answer) == nil)
        }
        #expect(missing(session) == .tooFew(missing: 1))
    }
}

@Suite struct RecoveryRequestTests {
    @Test func `a request is read as it was made, with spaces and line ends that came on the way`() throws {
        let circle = try Circle(2, threshold: 2)
        let session = try RecoverySession(circle.set)
        let request = session.request(to: circle.set.keepers[1])
        #expect(request.text.utf8.count == 163)
        #expect(try RecoveryRequest(request.text) == request)
        let folded = request.text.prefix(70) + "\r\n  " + request.text.dropFirst(70) + "\n"
        #expect(try RecoveryRequest(String(folded)) == request)
        #expect(request.words != session.request(to: circle.set.keepers[0]).words)
    }

    /// Somebody in between who puts in a key of his own cannot keep the words.
    @Test func `whatever changes, the words change with it`() throws {
        let circle = try Circle(2, threshold: 2)
        let request = try RecoverySession(circle.set).request(to: circle.set.keepers[0])
        for place in request.bytes.indices.dropFirst() {
            var changed = request.bytes
            changed[place] ^= 1
            let other = try RecoveryRequest(ExchangeText.text(.request, changed))
            #expect(other.words != request.words)
        }
        for text in [
            "", "fob-request", "fob-request:", "fob-answer:" + request.text.dropFirst(12),
            ExchangeText.text(.request, request.bytes + [0]),
            ExchangeText.text(.request, [2] + request.bytes.dropFirst()),
            ExchangeText.text(.request, Array(request.bytes.dropLast())), request.text + "=", request.text + "!",
        ] {
            #expect(refusal { () throws(ExchangeError) in _ = try RecoveryRequest(text) } == .malformed)
        }
    }
}

@Suite struct DepositTests {
    private func refusalOf(_ kept: inout KeptTokens, _ deposit: Deposit, at utc: UInt64 = Circle.now) -> ExchangeError?
    {
        do { try kept.accept(deposit, now: utc) } catch { return error }
        return nil
    }

    @Test func `a deposit is read as it was made, and no changed bit passes`() throws {
        let circle = try Circle(2, threshold: 2)
        let deposit = circle.deposits[0]
        #expect(try Deposit(deposit.text) == deposit)
        var random = Seeded("deposit")
        for place in deposit.bytes.indices {
            var changed = deposit.bytes
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let text = ExchangeText.text(.deposit, changed)
            #expect(refusal { () throws(ExchangeError) in _ = try Deposit(text) } != nil)
        }
        for length in stride(from: 0, to: deposit.bytes.count, by: 7) {
            let text = ExchangeText.text(.deposit, Array(deposit.bytes.prefix(length)))
            #expect(refusal { () throws(ExchangeError) in _ = try Deposit(text) } != nil)
        }
    }

    @Test func `a binding is good for one token, and a token for one keeper`() throws {
        let circle = try Circle(3, threshold: 2)
        var kept = circle.kept[0]
        #expect(kept.bindings == [])
        #expect(refusalOf(&kept, circle.deposits[0]) == .alreadyKept)
        #expect(refusalOf(&kept, circle.deposits[1]) == .token(.unacceptableAudience))
        // The right keeper, who did not give this card.
        var empty = KeptTokens(publicKey: circle.keepers[0].publicKey)
        #expect(refusalOf(&empty, circle.deposits[0]) == .token(.unacceptableBinding))
        let binding = try #require(circle.deposits[0].token).fields.binding
        empty.expect(binding: binding)
        #expect(
            refusalOf(&empty, circle.deposits[0], at: Circle.now + 7 * 86_400 + 1) == .token(.issuedTooFarInThePast))
        #expect(refusalOf(&empty, circle.deposits[0], at: Circle.now - 3601) == .token(.issuedInTheFuture))
        #expect(empty.bindings == [binding] && empty.tokens.isEmpty)
        #expect(refusalOf(&empty, circle.deposits[0], at: Circle.now + 7 * 86_400) == nil)
        #expect(empty.bindings == [])
    }

    @Test func `a token that somebody else issued is not kept`() throws {
        let circle = try Circle(2, threshold: 2)
        var other = try Agent("somebody else")
        let token = try #require(circle.deposits[0].token)
        let card = try other.card()
        let deposit = try Deposit(card: card, token: token, obsolete: [], privateKey: other.privateKey.span)
        var kept = KeptTokens(publicKey: circle.keepers[0].publicKey)
        kept.expect(binding: token.fields.binding)
        #expect(refusalOf(&kept, deposit) == .token(.couldNotDetermineProvider))
        let foreignKey = refusal { () throws(ExchangeError) in
            _ = try Deposit(card: card, token: token, obsolete: [], privateKey: circle.owner.privateKey.span)
        }
        #expect(foreignKey == .cannotSign)
    }

    @Test func `a renewal ends the old token in the same step, for ever`() throws {
        var circle = try Circle(2, threshold: 2)
        var kept = circle.kept[0]
        let old = try #require(kept.tokens.keys.first)
        let request = try RecoverySession(circle.set).request(to: circle.set.keepers[0])
        let card = try circle.keepers[0].card()
        var fields = try #require(circle.deposits[0].token).fields
        fields.id = identifier(0x77)
        fields.binding = card.binding
        let token = try Token.signed(fields, privateKey: circle.owner.privateKey.span)
        let renewal = try Deposit(
            card: try circle.owner.card(), token: token, obsolete: [old.id], privateKey: circle.owner.privateKey.span)
        // Without a card for it nothing happens: the old one stays.
        let before = kept
        #expect(refusalOf(&kept, renewal) == .token(.unacceptableBinding))
        #expect(kept == before)
        kept.expect(binding: card.binding)
        #expect(refusalOf(&kept, try Deposit(renewal.text)) == nil)
        #expect(kept.tokens.keys.map(\.id) == [identifier(0x77)])
        #expect(refusal { () throws(ExchangeError) in _ = try kept.token(for: request) } == .ended)
        // The old deposit does not bring it back, not even with its binding.
        kept.expect(binding: try #require(circle.deposits[0].token).fields.binding)
        #expect(refusalOf(&kept, circle.deposits[0]) == .ended)
    }

    @Test func `only the owner of a token ends it`() throws {
        var circle = try Circle(2, threshold: 2)
        var kept = circle.kept[0]
        let name = try #require(kept.tokens.keys.first)
        var other = try Agent("somebody else")
        let attack = try Deposit(
            card: try other.card(), token: nil, obsolete: [name.id], privateKey: other.privateKey.span)
        #expect(refusalOf(&kept, attack) == .unknownToken)
        #expect(kept == circle.kept[0])
        let end = try Deposit(
            card: try circle.owner.card(), token: nil, obsolete: [name.id], privateKey: circle.owner.privateKey.span)
        #expect(refusalOf(&kept, try Deposit(end.text)) == nil)
        #expect(kept.tokens.isEmpty && kept.ended == [name])
        #expect(refusalOf(&kept, end) == .unknownToken)
        let nothing = refusal { () throws(ExchangeError) in
            _ = try Deposit(card: end.card, token: nil, obsolete: [], privateKey: circle.owner.privateKey.span)
        }
        #expect(nothing == .malformed)
    }

    @Test func `what is kept has bounds`() throws {
        var kept = KeptTokens(publicKey: try Agent("keeper").publicKey)
        for number in 0..<100 {
            kept.expect(binding: [UInt8(number)])
            kept.expect(binding: [UInt8(number)])
        }
        #expect(kept.bindings == (36..<100).map { [UInt8($0)] })
    }
}
