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
    /// A protection is taken away.
    case protection = 8

    /// A listener asks, for a program that cannot ask its person anything itself.
    package var isAboutKeys: Bool {
        switch self {
        case .code, .export, .protection: false
        case .signature, .registration, .presence, .verification, .reset: true
        }
    }
}

/// A host that a signature is for, or that a request has come through. For display.
package struct ChallengeHost: Field, Equatable, Sendable {
    /// How it is known which host that is.
    package enum Standing: UInt8, CaseIterable, Sendable {
        /// It is not known.
        case unknown = 0
        /// The client says so.
        case claimed = 1
        /// Its key is in what is signed, or has signed the session that the request belongs to.
        case proved = 2
    }

    /// How it is known.
    package var standing = Standing.unknown
    /// The fingerprint of its key, as ssh-keygen(1) prints it; empty when it has none.
    package var fingerprint = ""
    /// What the user's known_hosts calls the key, as the client says; empty when that is not known.
    package var name = ""

    /// A host that is not known.
    package init() {}

    /// A host whose texts are clipped to their limits.
    package init(_ standing: Standing, fingerprint: String, name: String) {
        self.standing = standing
        self.fingerprint = Text.clipped(fingerprint, to: Limits.fingerprint)
        self.name = Text.clipped(name, to: Limits.hostName)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&standing)
        try coder.string(&fingerprint, Limits.fingerprint)
        try coder.string(&name, Limits.hostName)
    }
}

/// One of the programs behind a request. For display: its owner can forge all of it.
package struct ChallengeProgram: Field, Equatable, Sendable {
    /// Its process.
    package var processID: UInt32 = 0
    /// What it is called: a script by its file, else the program's file or, in brackets, what the process calls itself.
    package var name = ""
    /// Path of the program; empty where the system keeps that to itself.
    package var executable = ""

    package init() {}

    /// A program whose texts are clipped to their limits.
    package init(processID: UInt32, name: String, executable: String) {
        self.processID = processID
        self.name = Text.clipped(name, to: Limits.programName)
        self.executable = Text.clipped(executable, to: Limits.programPath)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&processID)
        try coder.string(&name, Limits.programName)
        try coder.string(&executable, Limits.programPath)
    }
}

/// What a yes takes.
package enum ChallengeProof: UInt8, CaseIterable, Sendable {
    /// APPROVE alone.
    case consent = 0
    /// APPROVE with the passphrase.
    case passphrase = 1
    /// APPROVE with the passphrase, or with the PIN of the security keys in its place.
    case passphraseOrPin = 2

    /// The word in the audit log and in JSON.
    package var text: String {
        switch self {
        case .consent: "yes"
        case .passphrase: "passphrase"
        case .passphraseOrPin: "passphrase_or_pin"
        }
    }
}

/// A pending question to the owner. `question` is the agent's own words; whatever others have chosen is a field of its own,
/// so that none of it can pass for another part.
package struct Challenge: Field, Equatable, Sendable {
    /// Its random id.
    package var id = Identifier.zero
    /// What is asked for.
    package var kind = ChallengeKind.code
    /// What is asked, in words of the agent.
    package var question = ""
    /// It was asked for over a forwarded agent, or a shared socket.
    package var isForwarded = false
    /// `issuer/name` of the account; empty when it is about more than one.
    package var account = ""
    /// The site of a security key, which the agent's words lead up to; empty for none.
    package var site = ""
    /// The host of a login; nil where there is no login.
    package var host: ChallengeHost?
    /// Hosts that the request came through, the nearest to the owner first; at most `Limits.hops` of them.
    package var hops: [ChallengeHost] = []
    /// Further hosts on the way.
    package var moreHops: UInt8 = 0
    /// The user at the site or host; empty when there is none.
    package var user = ""
    /// What the caller calls the data that is signed: a file, or the namespace of an ssh signature; empty for none.
    package var dataName = ""
    /// SHA-256 of the data that is signed, where that is all there is to say of it.
    package var dataHash: Digest?
    /// Protections that a yes takes away, and what else is to be known, in words of the agent.
    package var details: [String] = []
    /// The programs that ask: the caller, its parent, and so on.
    package var programs: [ChallengeProgram] = []
    /// Controlling terminal of the caller.
    package var terminal = ""
    /// systemd unit of the caller.
    package var unit = ""
    /// Seconds of UTC.
    package var created: UInt64 = 0
    /// First second (UTC) at which it is over.
    package var deadline: UInt64 = 0
    /// What APPROVE must carry.
    package var proof = ChallengeProof.consent
    /// Whether a yes can be remembered, for exactly this.
    package var isRememberable = false

    package init() {}

    /// Clips all texts to their limits, so that it can be sent.
    package mutating func clip() {
        question = Text.clipped(question, to: Limits.questionText)
        account = Text.clipped(account, to: Limits.label)
        site = Text.clipped(site, to: Limits.site)
        user = Text.clipped(user, to: Limits.keyName)
        dataName = Text.clipped(dataName, to: Limits.keyName)
        moreHops = UInt8(clamping: Int(moreHops) + max(hops.count - Limits.hops, 0))
        hops = Array(hops.prefix(Limits.hops))
        details = details.prefix(Limits.challengeDetails).map { Text.clipped($0, to: Limits.challengeDetail) }
        programs = Array(programs.prefix(Limits.programs))
        terminal = Text.clipped(terminal, to: Limits.terminal)
        unit = Text.clipped(unit, to: Limits.unit)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
        try coder.choice(&kind)
        try coder.string(&question, Limits.questionText)
        try coder.bool(&isForwarded)
        try coder.string(&account, Limits.label)
        try coder.string(&site, Limits.site)
        var hosts = host.map { [$0] } ?? []
        try coder.list(&hosts, 1)
        host = hosts.first
        try coder.list(&hops, Limits.hops)
        try coder.integer(&moreHops)
        try coder.string(&user, Limits.keyName)
        try coder.string(&dataName, Limits.keyName)
        var hashes = dataHash.map { [$0] } ?? []
        try coder.list(&hashes, 1)
        dataHash = hashes.first
        try coder.strings(&details, Limits.challengeDetails, each: Limits.challengeDetail)
        try coder.list(&programs, Limits.programs)
        try coder.string(&terminal, Limits.terminal)
        try coder.string(&unit, Limits.unit)
        try coder.integer(&created)
        try coder.integer(&deadline)
        try coder.choice(&proof)
        try coder.bool(&isRememberable)
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
    /// The passphrase, or the PIN where that is taken too; empty when the challenge needs neither.
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
