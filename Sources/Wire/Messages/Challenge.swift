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
package struct Challenge: Equatable, Sendable {
    /// Its random id.
    package let id: Identifier
    /// What is asked for.
    package let kind: ChallengeKind
    /// What is asked, one sentence.
    package let question: String
    /// `issuer/name` of the account; empty when it is about more than one.
    package let account: String
    /// Process id of the caller, for display only, like the next three.
    package let processID: UInt32
    /// Path of the caller's program.
    package let executable: String
    /// Controlling terminal of the caller.
    package let terminal: String
    /// systemd unit.
    package let unit: String
    /// Seconds of UTC.
    package let created: UInt64
    /// First second (UTC) at which it is over.
    package let deadline: UInt64
    /// Whether APPROVE must carry the passphrase.
    package let needsPassphrase: Bool

    /// A challenge that can always be sent: texts are clipped to their limits.
    package init(
        id: Identifier, kind: ChallengeKind, question: String, account: String, processID: UInt32, executable: String,
        terminal: String, unit: String, created: UInt64, deadline: UInt64, needsPassphrase: Bool
    ) {
        self.id = id
        self.kind = kind
        self.question = Text.clipped(question)
        self.account = Text.clipped(account, to: Limits.label)
        self.processID = processID
        self.executable = Text.clipped(executable)
        self.terminal = Text.clipped(terminal)
        self.unit = Text.clipped(unit)
        self.created = created
        self.deadline = deadline
        self.needsPassphrase = needsPassphrase
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        id = try Identifier(&cursor, body)
        kind = try cursor.choice(body)
        question = try cursor.string(body, Limits.text)
        account = try cursor.string(body, Limits.label)
        processID = try cursor.u32(body)
        executable = try cursor.string(body, Limits.text)
        terminal = try cursor.string(body, Limits.text)
        unit = try cursor.string(body, Limits.text)
        created = try cursor.u64(body)
        deadline = try cursor.u64(body)
        needsPassphrase = try cursor.bool(body)
    }

    var encodedCount: Int {
        Identifier.count + 22 + Count.string(question) + Count.string(account) + Count.string(executable)
            + Count.string(terminal) + Count.string(unit)
    }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        id.encode(into: &output)
        output.append(kind.rawValue)
        try output.appendString(question, Limits.text)
        try output.appendString(account, Limits.label)
        output.appendU32(processID)
        try output.appendString(executable, Limits.text)
        try output.appendString(terminal, Limits.text)
        try output.appendString(unit, Limits.text)
        output.appendU64(created)
        output.appendU64(deadline)
        output.appendBool(needsPassphrase)
    }
}

/// CHALLENGES: which challenges are pending?
package struct ChallengesRequest: EmptyMessage {
    package static var type: MessageType { .challenges }
    package init() {}
}

/// CHALLENGES_REPLY.
package struct ChallengesReply: PlainMessage {
    package static var type: MessageType { .challengesReply }
    /// The pending ones, oldest first.
    package let challenges: [Challenge]

    /// With those fields.
    package init(_ challenges: [Challenge]) { self.challenges = challenges }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        challenges = try cursor.list(body, Limits.challenges) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in try Challenge(&cursor, body)
        }
    }

    package var encodedCount: Int { challenges.reduce(2) { $0 + $1.encodedCount } }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendCount(challenges.count, Limits.challenges)
        for challenge in challenges { try challenge.encode(into: &output) }
    }
}

/// APPROVE: yes.
package struct ApproveRequest: Message {
    package static var type: MessageType { .approve }
    /// Which challenge.
    package let challenge: Identifier
    /// The passphrase, in the body; empty when the challenge does not need it.
    package let passphrase: Range<Int>
    /// Seconds for which the same caller need not ask again for this account; 0 is this once.
    package let rememberSeconds: UInt32

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        challenge = try Identifier(&cursor, body)
        passphrase = try cursor.bytes(body, 0...Limits.passphrase)
        rememberSeconds = try cursor.u32(body)
    }

    /// Bytes of the body.
    package static func encodedCount(passphrase: Int) -> Int { Identifier.count + Count.bytes(passphrase) + 4 }

    /// Appends the body.
    package static func encode(
        _ challenge: Identifier, passphrase: Span<UInt8>, rememberSeconds: UInt32,
        into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        challenge.encode(into: &output)
        try output.appendBytes(passphrase, 0...Limits.passphrase)
        output.appendU32(rememberSeconds)
    }

    /// Appends the whole frame.
    package static func appendFrame(
        id: UInt32, _ challenge: Identifier, passphrase: Span<UInt8>, rememberSeconds: UInt32,
        into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try Frame.append(type, id: id, bodyCount: encodedCount(passphrase: passphrase.count), into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try encode(challenge, passphrase: passphrase, rememberSeconds: rememberSeconds, into: &output)
        }
    }
}

/// DENY: no.
package struct DenyRequest: PlainMessage {
    package static var type: MessageType { .deny }
    /// Which challenge.
    package let challenge: Identifier
    /// Seconds for which the same caller is denied without a question; 0 is this once.
    package let muteSeconds: UInt32

    /// With those fields.
    package init(_ challenge: Identifier, muteSeconds: UInt32 = 0) {
        self.challenge = challenge
        self.muteSeconds = muteSeconds
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        challenge = try Identifier(&cursor, body)
        muteSeconds = try cursor.u32(body)
    }

    package var encodedCount: Int { Identifier.count + 4 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        challenge.encode(into: &output)
        output.appendU32(muteSeconds)
    }
}
