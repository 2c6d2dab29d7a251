// What stands in cards, requests and tokens is taken out of them, and put into them, by clients: fob-recovery(7). Only a
// deposit goes to the agent as it is: its signature decides what ends.

/// KEEPER_CARD: a new card of this vault, good for one token.
package struct KeeperCardRequest: PlainMessage, Request {
    package typealias Reply = KeeperCardReply
    package static var type: MessageType { .keeperCard }
    /// What the owner is called on it from now on; empty for the name of before.
    package var name = ""

    package init() {}

    package init(name: String) { self.name = name }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&name, Limits.keeperName)
    }
}

/// KEEPER_CARD_REPLY: the parts of a card.
package struct KeeperCardReply: PlainMessage {
    package static var type: MessageType { .keeperCardReply }
    /// The vault's key for tokens: x and y.
    package var point: [UInt8] = []
    /// What the token must carry.
    package var binding: [UInt8] = []
    /// The name on it.
    package var name = ""
    /// The signature in DER.
    package var signature: [UInt8] = []

    package init() {}

    package init(point: [UInt8], binding: [UInt8], name: String, signature: [UInt8]) {
        (self.point, self.binding, self.name, self.signature) = (point, binding, name, signature)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&point, 0...Limits.agreementKey)
        try coder.bytes(&binding, 0...Identifier.count)
        try coder.string(&name, Limits.keeperName)
        try coder.bytes(&signature, 0...Limits.signature)
    }
}

/// Somebody who is to keep a share.
package struct NewKeeper: Field, Equatable, Sendable {
    /// The owner's word for them.
    package var name = ""
    /// Their key: x and y.
    package var point: [UInt8] = []
    /// The binding of their card.
    package var binding: [UInt8] = []

    package init() {}

    package init(name: String, point: [UInt8], binding: [UInt8]) {
        (self.name, self.point, self.binding) = (name, point, binding)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&name, Limits.keeperName)
        try coder.bytes(&point, 0...Limits.agreementKey)
        try coder.bytes(&binding, 0...Identifier.count)
    }
}

/// KEEPER_MAKE: splits a new key among keepers, in the place of the set before; without any, only ends that.
package struct KeeperMakeRequest: Message, Request, ~Escapable {
    package typealias Reply = KeepersMadeReply
    package static var type: MessageType { .keeperMake }
    /// The passphrase.
    package var passphrase: Span<UInt8>
    /// How many of them must answer; 0 without any.
    package var threshold: UInt8
    /// All keepers of the new set.
    package var keepers: [NewKeeper]

    @_lifetime(immortal)
    package init() { (passphrase, threshold, keepers) = (Span(), 0, []) }

    @_lifetime(copy passphrase)
    package init(passphrase: Span<UInt8>, threshold: UInt8, keepers: [NewKeeper]) {
        (self.passphrase, self.threshold, self.keepers) = (passphrase, threshold, keepers)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&passphrase, 1...Limits.passphrase)
        try coder.integer(&threshold)
        try coder.list(&keepers, Limits.keepers.upperBound)
    }
}

/// KEEPER_MAKE_PLUS: the same with a plus-code, without which the shares give no key; or without one, in the place of a set that
/// has one.
package struct KeeperMakePlusRequest: Message, Request, ~Escapable {
    package typealias Reply = KeepersMadeReply
    package static var type: MessageType { .keeperMakePlus }
    /// The passphrase.
    package var passphrase: Span<UInt8>
    /// How many of them must answer.
    package var threshold: UInt8
    /// All keepers of the new set.
    package var keepers: [NewKeeper]
    /// The 15 bytes of the code; none for a set without one.
    package var code: Span<UInt8>

    @_lifetime(immortal)
    package init() { (passphrase, threshold, keepers, code) = (Span(), 0, [], Span()) }

    @_lifetime(copy passphrase, copy code)
    package init(passphrase: Span<UInt8>, threshold: UInt8, keepers: [NewKeeper], code: Span<UInt8>) {
        (self.passphrase, self.threshold, self.keepers, self.code) = (passphrase, threshold, keepers, code)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&passphrase, 1...Limits.passphrase)
        try coder.integer(&threshold)
        try coder.list(&keepers, Limits.keepers.upperBound)
        try coder.lent(&code, 0...Limits.kitCode)
    }
}

/// What is to be sent to a keeper.
package struct KeeperDeposit: Field, Equatable, Sendable {
    /// Whom.
    package var name = ""
    /// It only ends the token that they have.
    package var isEnd = false
    /// The deposit of fob-recovery(7).
    package var deposit: [UInt8] = []

    package init() {}

    package init(name: String, isEnd: Bool, deposit: [UInt8]) {
        (self.name, self.isEnd, self.deposit) = (name, isEnd, deposit)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&name, Limits.keeperName)
        try coder.bool(&isEnd)
        try coder.bytes(&deposit, 0...Limits.token)
    }
}

/// KEEPERS_MADE: what is to be sent to each keeper, this once: tokens are not kept here.
package struct KeepersMadeReply: PlainMessage {
    package static var type: MessageType { .keepersMade }
    /// The set; zeros for none.
    package var set = Identifier.zero
    /// For those of the new set in their order, then for those that are none any more.
    package var deposits: [KeeperDeposit] = []

    package init() {}

    package init(set: Identifier, deposits: [KeeperDeposit]) { (self.set, self.deposits) = (set, deposits) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&set)
        try coder.list(&deposits, 2 * Limits.keepers.upperBound)
    }
}

/// KEEPERS: who keeps for this vault, and for whom it keeps.
package struct KeepersRequest: EmptyMessage, Request {
    package typealias Reply = KeepersReply
    package static var type: MessageType { .keepers }
    package init() {}
}

/// A keeper of this vault.
package struct KeeperState: Field, Equatable, Sendable {
    /// The owner's word for them, their key and the binding of their card.
    package var keeper = NewKeeper()
    /// The id of their token.
    package var token = Identifier.zero
    /// When they have last given back the right share of this set, in seconds of UTC; 0 for never.
    package var proven: UInt64 = 0

    package init() {}

    package init(_ keeper: NewKeeper, token: Identifier, proven: UInt64) {
        (self.keeper, self.token, self.proven) = (keeper, token, proven)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&keeper)
        try coder.field(&token)
        try coder.integer(&proven)
    }
}

/// A token that is kept here for somebody.
package struct KeptToken: Field, Equatable, Sendable {
    /// The id of its record.
    package var id = Identifier.zero
    /// What its owner is called.
    package var name = ""
    /// Its owner's key: x and y.
    package var point: [UInt8] = []
    /// Its id.
    package var token = Identifier.zero
    /// When it came.
    package var since: UInt64 = 0
    /// Seconds that a request for it waits.
    package var wait: UInt32 = 0
    /// Somebody has asked, and waits.
    package var isAsked = false

    package init() {}

    package init(
        id: Identifier, name: String, point: [UInt8], token: Identifier, since: UInt64, wait: UInt32, isAsked: Bool
    ) {
        (self.id, self.name, self.point, self.token) = (id, name, point, token)
        (self.since, self.wait, self.isAsked) = (since, wait, isAsked)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
        try coder.string(&name, Limits.keeperName)
        try coder.bytes(&point, 0...Limits.agreementKey)
        try coder.field(&token)
        try coder.integer(&since)
        try coder.integer(&wait)
        try coder.bool(&isAsked)
    }
}

/// KEEPERS_REPLY.
package struct KeepersReply: PlainMessage {
    package static var type: MessageType { .keepersReply }
    /// The vault's key for tokens, x and y; empty before its first card.
    package var point: [UInt8] = []
    /// What its owner is called on cards.
    package var name = ""
    /// The set of its keepers; zeros for none.
    package var set = Identifier.zero
    /// How many must answer.
    package var threshold: UInt8 = 0
    /// When it was made.
    package var made: UInt64 = 0
    /// When it has opened a backup, and should have been made anew; 0 for never.
    package var used: UInt64 = 0
    /// The keepers, by the numbers of their shares.
    package var keepers: [KeeperState] = []
    /// The tokens that are kept for others, the oldest first.
    package var kept: [KeptToken] = []
    /// Whether its keepers open nothing without the plus-code.
    package var hasPlusCode = false

    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&point, 0...Limits.agreementKey)
        try coder.string(&name, Limits.keeperName)
        try coder.field(&set)
        try coder.integer(&threshold)
        try coder.integer(&made)
        try coder.integer(&used)
        try coder.list(&keepers, Limits.keepers.upperBound)
        try coder.list(&kept, Limits.tokens)
        try coder.bool(&hasPlusCode)
    }
}

/// KEEPER_KEEP: keeps the token of a deposit, and ends others of its owner, who has signed it.
package struct KeeperKeepRequest: PlainMessage, Request {
    package static var type: MessageType { .keeperKeep }
    /// The deposit of fob-recovery(7).
    package var deposit: [UInt8] = []
    /// What its owner is called here; empty for the name of their card.
    package var name = ""
    /// Seconds that a request for the token waits; at least those of one that it ends.
    package var wait: UInt32 = 0

    package init() {}

    package init(deposit: [UInt8], name: String, wait: UInt32) {
        (self.deposit, self.name, self.wait) = (deposit, name, wait)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&deposit, 0...2 * Limits.token)
        try coder.string(&name, Limits.keeperName)
        try coder.integer(&wait)
    }
}

/// KEEPER_ANSWER: gives a kept token back to a machine that asks, sealed to it.
package struct KeeperAnswerRequest: Message, Request, ~Escapable {
    package typealias Reply = KeeperAnsweredReply
    package static var type: MessageType { .keeperAnswer }
    /// The keeper's passphrase or PIN.
    package var secret: Span<UInt8>
    /// The token's id.
    package var token: Identifier
    /// SHA-256 of its owner's key in DER.
    package var owner: Digest
    /// The session that asks.
    package var session: Digest
    /// To whom the answer is sealed: an X25519 public key.
    package var recipient: Digest

    @_lifetime(immortal)
    package init() { (secret, token, owner, session, recipient) = (Span(), .zero, Digest(), Digest(), Digest()) }

    @_lifetime(copy secret)
    package init(secret: Span<UInt8>, token: Identifier, owner: Digest, session: Digest, recipient: Digest) {
        (self.secret, self.token, self.owner) = (secret, token, owner)
        (self.session, self.recipient) = (session, recipient)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&secret, 1...Limits.passphrase)
        try coder.field(&token)
        try coder.field(&owner)
        try coder.field(&session)
        try coder.field(&recipient)
    }
}

/// KEEPER_ANSWERED.
package struct KeeperAnsweredReply: PlainMessage {
    package static var type: MessageType { .keeperAnswered }
    /// The answer's text.
    package var text = ""

    package init() {}

    package init(_ text: String) { self.text = text }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&text, 2 * Limits.token)
    }
}

/// KEEPER_PROVEN: a keeper has given back a share. Nothing is noted unless it is the right one of the present set.
package struct KeeperProvenRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .keeperProven }
    /// Whose it is, by the id of their token.
    package var token: Identifier
    /// The share.
    package var share: Span<UInt8>

    @_lifetime(immortal)
    package init() { (token, share) = (.zero, Span()) }

    @_lifetime(copy share)
    package init(token: Identifier, share: Span<UInt8>) { (self.token, self.share) = (token, share) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&token)
        try coder.lent(&share, 0...Limits.share)
    }
}

/// KEEPER_FORGET: forgets a token that is kept for somebody, for ever.
package struct KeeperForgetRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .keeperForget }
    /// The passphrase.
    package var passphrase: Span<UInt8>
    /// The id of its record.
    package var id: Identifier

    @_lifetime(immortal)
    package init() { (passphrase, id) = (Span(), .zero) }

    @_lifetime(copy passphrase)
    package init(passphrase: Span<UInt8>, id: Identifier) { (self.passphrase, self.id) = (passphrase, id) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&passphrase, 1...Limits.passphrase)
        try coder.field(&id)
    }
}
