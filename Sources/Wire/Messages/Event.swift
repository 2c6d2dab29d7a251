/// A set of events: bit n stands for the event of type 0xE0 + n.
package struct EventMask: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// LOCKED.
    package static let locked = EventMask(rawValue: 1)
    /// UNLOCKED.
    package static let unlocked = EventMask(rawValue: 2)
    /// CHANGED.
    package static let changed = EventMask(rawValue: 4)
    /// CHALLENGE.
    package static let challenge = EventMask(rawValue: 8)
    /// CHALLENGE_ENDED.
    package static let challengeEnded = EventMask(rawValue: 16)
    /// BACKUP_DUE.
    package static let backupDue = EventMask(rawValue: 32)
    /// BACKUP_HEALTH.
    package static let backupHealth = EventMask(rawValue: 64)
    /// NUMBER.
    package static let number = EventMask(rawValue: 128)
    /// All events of this version.
    package static let all: EventMask = [
        .locked, .unlocked, .changed, .challenge, .challengeEnded, .backupDue, .backupHealth, .number,
    ]

    /// The event of that type; empty when the type is not an event.
    package init(_ type: MessageType) {
        self.init(rawValue: type.isEvent ? 1 << UInt32(type.rawValue & 0x0F) : 0)
    }
}

/// SUBSCRIBE: which events this connection wants, in place of what it wanted before.
package struct SubscribeRequest: PlainMessage, Request {
    package static var type: MessageType { .subscribe }
    /// The events wanted.
    package var events = EventMask()

    package init() {}

    package init(_ events: EventMask) { self.events = events }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.flags(&events, known: .all)
    }
}

/// Why the vault was locked.
package enum LockReason: UInt8, CaseIterable, Sendable {
    case request = 0
    case idle = 1
    case absolute = 2
    case signal = 3
    case shutdown = 4
}

/// LOCKED.
package struct LockedEvent: PlainMessage {
    package static var type: MessageType { .lockedEvent }
    /// Why.
    package var reason = LockReason.request

    package init() {}

    package init(_ reason: LockReason) { self.reason = reason }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&reason)
    }
}

/// UNLOCKED.
package struct UnlockedEvent: EmptyMessage {
    package static var type: MessageType { .unlockedEvent }
    package init() {}
}

/// CHANGED: the vault has another content.
package struct ChangedEvent: PlainMessage {
    package static var type: MessageType { .changedEvent }
    /// Number of the last change.
    package var revision: UInt64 = 0

    package init() {}

    package init(revision: UInt64) { self.revision = revision }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&revision)
    }
}

/// CHALLENGE: a new challenge is pending.
package struct ChallengeEvent: PlainMessage {
    package static var type: MessageType { .challengeEvent }
    /// Which challenge.
    package var challenge = Challenge()

    package init() {}

    package init(_ challenge: Challenge) { self.challenge = challenge }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&challenge)
    }
}

/// How a challenge ended.
package enum ChallengeOutcome: UInt8, CaseIterable, Sendable {
    case approved = 0
    case denied = 1
    case expired = 2
    /// The caller went away, or the vault was locked.
    case withdrawn = 3
}

/// CHALLENGE_ENDED.
package struct ChallengeEndedEvent: PlainMessage {
    package static var type: MessageType { .challengeEndedEvent }
    /// Which challenge.
    package var challenge = Identifier.zero
    /// How it ended.
    package var outcome = ChallengeOutcome.approved

    package init() {}

    package init(_ challenge: Identifier, _ outcome: ChallengeOutcome) {
        (self.challenge, self.outcome) = (challenge, outcome)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&challenge)
        try coder.choice(&outcome)
    }
}

/// BACKUP_DUE: a finished backup waits to be uploaded.
package struct BackupDueEvent: EmptyMessage {
    package static var type: MessageType { .backupDueEvent }
    package init() {}
}
