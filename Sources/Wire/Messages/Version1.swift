// What a client of version 1 of the protocol gets in place of messages that have another layout since then. The types of
// the messages are the same.

/// A challenge of version 1: one sentence, which is composed here of the parts.
package struct Version1Challenge: Field, Equatable, Sendable {
    private var id = Identifier.zero
    private var kind = ChallengeKind.code
    private var question = ""
    private var account = ""
    private var processID: UInt32 = 0
    private var executable = ""
    private var terminal = ""
    private var unit = ""
    private var created: UInt64 = 0
    private var deadline: UInt64 = 0
    private var needsPassphrase = false

    package init() {}

    /// The challenge as version 1 has it.
    package init(_ challenge: Challenge) {
        id = challenge.id
        // Version 1 asked whether a protection is taken away as it asked for codes.
        kind = challenge.kind == .protection ? .code : challenge.kind
        let details = challenge.details.isEmpty ? "" : " (\(challenge.details.joined(separator: ", ")))"
        question = Text.clipped(challenge.sentence + details)
        account = challenge.account
        if let program = challenge.programs.first {
            processID = program.processID
            // A script is told by its name; what no more than its own word is known of, by who has started it too.
            let parent = challenge.programs.dropFirst().first?.name ?? ""
            let isProgram = program.executable.hasSuffix("/\(program.name)")
            executable = Text.clipped(
                isProgram
                    ? program.executable : program.executable.isEmpty ? "\(program.name) of \(parent)" : program.name)
        }
        (terminal, unit) = (challenge.terminal, challenge.unit)
        (created, deadline) = (challenge.created, challenge.deadline)
        needsPassphrase = challenge.needsPassphrase
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

/// CHALLENGES_REPLY of version 1.
package struct Version1ChallengesReply: PlainMessage {
    package static var type: MessageType { .challengesReply }
    private var challenges: [Version1Challenge] = []

    package init() {}

    package init(_ challenges: [Challenge]) { self.challenges = challenges.map { Version1Challenge($0) } }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&challenges, Limits.challenges)
    }
}

/// CHALLENGE of version 1.
package struct Version1ChallengeEvent: PlainMessage {
    package static var type: MessageType { .challengeEvent }
    private var challenge = Version1Challenge()

    package init() {}

    package init(_ challenge: Challenge) { self.challenge = Version1Challenge(challenge) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&challenge)
    }
}

/// A security key of version 1.
package struct Version1KeyEntry: Field, Equatable, Sendable {
    private var key = KeyEntry()

    package init() {}

    package init(_ key: KeyEntry) { self.key = key }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try key.fieldsOfVersion1(&coder)
    }
}

/// KEYS of version 1.
package struct Version1KeysReply: PlainMessage {
    package static var type: MessageType { .keys }
    private var revision: UInt64 = 0
    private var next: UInt32 = 0
    private var keys: [Version1KeyEntry] = []

    package init() {}

    package init(_ reply: KeysReply) {
        (revision, next, keys) = (reply.revision, reply.next, reply.keys.map { Version1KeyEntry($0) })
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&revision)
        try coder.integer(&next)
        try coder.list(&keys, Limits.pageEntries)
    }
}

/// ACCESS_REPLY of version 1.
package struct Version1AccessReply: PlainMessage {
    package static var type: MessageType { .accessReply }
    private var reply = AccessReply()

    package init() {}

    package init(_ reply: AccessReply) {
        self.reply = reply
        // Version 1 knows four kinds.
        for index in self.reply.ways.indices where self.reply.ways[index].kind == .hardware {
            self.reply.ways[index].kind = .recipient
        }
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try reply.version1Fields(&coder)
    }
}
