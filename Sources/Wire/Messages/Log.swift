/// LOG: is the audit log what the agent wrote?
package struct LogRequest: EmptyMessage, Request {
    package typealias Reply = LogReply
    package static var type: MessageType { .log }
    package init() {}
}

/// A part of the audit log, as the vault remembers it and as the agent found it.
package struct LogState: Field, Equatable, Sendable {
    /// The last line that the vault remembers; 0 for none.
    package var anchor: UInt64 = 0
    /// Its hash.
    package var hash = Digest(.init(repeating: 0))
    /// The first line that has a tag.
    package var firstTagged: UInt64 = 0
    /// Lines whose tags are right.
    package var verified: UInt64 = 0
    /// The first line that does not follow the one before or has a wrong tag; 0 for none.
    package var forged: UInt64 = 0

    package init() {}

    package init(anchor: UInt64, hash: Digest, firstTagged: UInt64, verified: UInt64, forged: UInt64) {
        (self.anchor, self.hash, self.firstTagged) = (anchor, hash, firstTagged)
        (self.verified, self.forged) = (verified, forged)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&anchor)
        try coder.field(&hash)
        try coder.integer(&firstTagged)
        try coder.integer(&verified)
        try coder.integer(&forged)
    }
}

/// LOG_REPLY: first `audit.log`, then `codes.log`; nothing before the vault remembers any of them.
package struct LogReply: PlainMessage {
    package static var type: MessageType { .logReply }
    /// The parts of the log.
    package var logs: [LogState] = []

    package init() {}

    package init(_ logs: [LogState]) { self.logs = logs }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&logs, Limits.logs)
    }
}
