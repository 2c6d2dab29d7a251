/// What a challenge asks for.
package enum ChallengeKind: UInt8, CaseIterable, Sendable {
    case code = 1
    case export = 2
    /// A signature of a security key: a sign-in.
    case signature = 3
    /// A new security key: a registration.
    case registration = 4
    /// A human act that signs nothing.
    case presence = 5
    /// That the owner is verified, for what a listener asks for next.
    case verification = 6
    /// The end of all security keys.
    case reset = 7
}

/// A pending question to the owner: what is asked, for whom, by whom, until when.
package struct Challenge: Field, Equatable, Sendable {
    /// Its random id.
    package var id = Identifier.zero
    /// What is asked for.
    package var kind = ChallengeKind.code
    /// What is asked, one sentence.
    package var question = ""
    /// `issuer/name` of the account; empty when it is about more than one.
    package var account = ""
    /// Process id of the caller, for display only, like the next three.
    package var processID: UInt32 = 0
    /// Path of the caller's program.
    package var executable = ""
    /// Controlling terminal of the caller.
    package var terminal = ""
    /// systemd unit.
    package var unit = ""
    /// Seconds of UTC.
    package var created: UInt64 = 0
    /// First second (UTC) at which it is over.
    package var deadline: UInt64 = 0
    /// Whether APPROVE must carry the passphrase.
    package var needsPassphrase = false

    package init() {}

    /// A challenge that can always be sent: texts are clipped to their limits.
    package init(
        id: Identifier, kind: ChallengeKind, question: String, account: String, processID: UInt32, executable: String,
        terminal: String, unit: String, created: UInt64, deadline: UInt64, needsPassphrase: Bool
    ) {
        (self.id, self.kind) = (id, kind)
        self.question = Text.clipped(question)
        self.account = Text.clipped(account, to: Limits.label)
        self.processID = processID
        self.executable = Text.clipped(executable)
        self.terminal = Text.clipped(terminal)
        self.unit = Text.clipped(unit)
        (self.created, self.deadline, self.needsPassphrase) = (created, deadline, needsPassphrase)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
        try coder.choice(&kind)
        try coder.string(&question, Limits.text)
        try coder.string(&account, Limits.label)
        try coder.integer(&processID)
        try coder.string(&executable, Limits.text)
        try coder.string(&terminal, Limits.text)
        try coder.string(&unit, Limits.text)
        try coder.integer(&created)
        try coder.integer(&deadline)
        try coder.bool(&needsPassphrase)
    }
}

/// CHALLENGES: which challenges are pending?
package struct ChallengesRequest: EmptyMessage, Request {
    package typealias Reply = ChallengesReply
    package static var type: MessageType { .challenges }
    package init() {}
}

/// CHALLENGES_REPLY.
package struct ChallengesReply: PlainMessage {
    package static var type: MessageType { .challengesReply }
    /// The pending ones, oldest first.
    package var challenges: [Challenge] = []

    package init() {}

    package init(_ challenges: [Challenge]) { self.challenges = challenges }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&challenges, Limits.challenges)
    }
}

/// APPROVE: yes.
package struct ApproveRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .approve }
    /// Which challenge.
    package var challenge: Identifier
    /// The passphrase; empty when the challenge does not need it.
    package var passphrase: Span<UInt8>
    /// Seconds for which the same caller need not ask again for this account; 0 is this once.
    package var rememberSeconds: UInt32

    @_lifetime(immortal)
    package init() { (challenge, passphrase, rememberSeconds) = (.zero, Span(), 0) }

    @_lifetime(copy passphrase)
    package init(_ challenge: Identifier, passphrase: Span<UInt8>, rememberSeconds: UInt32) {
        (self.challenge, self.passphrase, self.rememberSeconds) = (challenge, passphrase, rememberSeconds)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&challenge)
        try coder.lent(&passphrase, 0...Limits.passphrase)
        try coder.integer(&rememberSeconds)
    }
}

/// DENY: no.
package struct DenyRequest: PlainMessage, Request {
    package static var type: MessageType { .deny }
    /// Which challenge.
    package var challenge = Identifier.zero
    /// Seconds for which the same caller is denied without a question; 0 is this once.
    package var muteSeconds: UInt32 = 0

    package init() {}

    package init(_ challenge: Identifier, muteSeconds: UInt32 = 0) {
        (self.challenge, self.muteSeconds) = (challenge, muteSeconds)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&challenge)
        try coder.integer(&muteSeconds)
    }
}
