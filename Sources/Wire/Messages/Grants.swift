/// A remembered confirmation: what a session need not ask for again.
package struct GrantEntry: Field, Equatable, Sendable {
    /// Its random id.
    package var id = Identifier.zero
    /// What is granted.
    package var kind = ChallengeKind.code
    /// `issuer/name` of the account, or the site of the security key.
    package var label = ""
    /// Path of the program that asked first, for display like the next one.
    package var executable = ""
    /// Terminal or unit of the session.
    package var session = ""
    /// First second (UTC) at which it is over.
    package var end: UInt64 = 0

    package init() {}

    /// A grant that can always be sent: texts are clipped to their limits.
    package init(
        id: Identifier, kind: ChallengeKind, label: String, executable: String, session: String, end: UInt64
    ) {
        (self.id, self.kind) = (id, kind)
        self.label = Text.clipped(label, to: Limits.label)
        self.executable = Text.clipped(executable)
        self.session = Text.clipped(session)
        self.end = end
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
        try coder.choice(&kind)
        try coder.string(&label, Limits.label)
        try coder.string(&executable, Limits.text)
        try coder.string(&session, Limits.text)
        try coder.integer(&end)
    }
}

/// GRANTS: one page of what is remembered.
package struct GrantsRequest: PlainMessage, Request {
    package typealias Reply = GrantsReply
    package static var type: MessageType { .grants }
    /// 0 for the first page, else `next` of the page before.
    package var start: UInt32 = 0

    package init() {}

    package init(start: UInt32 = 0) { self.start = start }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&start)
    }
}

/// GRANTS_REPLY.
package struct GrantsReply: PlainMessage {
    package static var type: MessageType { .grantsReply }
    /// Start of the next page; 0 at the end.
    package var next: UInt32 = 0
    /// The grants of this page, those that end first in front.
    package var grants: [GrantEntry] = []

    package init() {}

    package init(next: UInt32, grants: [GrantEntry]) {
        (self.next, self.grants) = (next, grants)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&next)
        try coder.list(&grants, Limits.grants)
    }
}

/// GRANT_REVOKE: it is asked for again.
package struct GrantRevokeRequest: PlainMessage, Request {
    package static var type: MessageType { .grantRevoke }
    /// Which one; nil for all.
    package var grant: Identifier?

    package init() {}

    package init(_ grant: Identifier?) { self.grant = grant }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&grant)
    }
}
