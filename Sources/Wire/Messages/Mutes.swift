/// Those of whom nothing is asked for a while.
package struct MuteEntry: Field, Equatable, Sendable {
    /// Its random id, by which GRANT_REVOKE ends it.
    package var id = Identifier.zero
    /// Path of the program whose question was denied, for display like the next one.
    package var executable = ""
    /// The control group that is muted; empty for all processes of the user that are in none.
    package var slice = ""
    /// First second (UTC) at which it is over.
    package var end: UInt64 = 0

    package init() {}

    /// A mute that can always be sent: texts are clipped to their limits.
    package init(id: Identifier, executable: String, slice: String, end: UInt64) {
        self.id = id
        self.executable = Text.clipped(executable)
        self.slice = Text.clipped(slice)
        self.end = end
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
        try coder.string(&executable, Limits.text)
        try coder.string(&slice, Limits.text)
        try coder.integer(&end)
    }
}

/// MUTES: one page of those who are muted.
package struct MutesRequest: PlainMessage, Request {
    package typealias Reply = MutesReply
    package static var type: MessageType { .mutes }
    /// 0 for the first page, else `next` of the page before.
    package var start: UInt32 = 0

    package init() {}

    package init(start: UInt32 = 0) { self.start = start }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&start)
    }
}

/// MUTES_REPLY.
package struct MutesReply: PlainMessage {
    package static var type: MessageType { .mutesReply }
    /// Start of the next page; 0 at the end.
    package var next: UInt32 = 0
    /// The mutes of this page, those that end first in front.
    package var mutes: [MuteEntry] = []

    package init() {}

    package init(next: UInt32, mutes: [MuteEntry]) { (self.next, self.mutes) = (next, mutes) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&next)
        try coder.list(&mutes, Limits.grants)
    }
}
