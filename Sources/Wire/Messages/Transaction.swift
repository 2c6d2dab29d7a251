/// BEGIN: what this connection adds from here on is staged.
package struct BeginRequest: EmptyMessage, Request {
    package static var type: MessageType { .begin }
    package init() {}
}

/// COMMIT: everything staged becomes durable in one save, or nothing does.
package struct CommitRequest: PlainMessage, Request {
    package static var type: MessageType { .commit }
    /// Where the accounts came from, for a transaction that UNDO_IMPORT can take back; empty for another one.
    package var source = ""

    package init() {}

    /// An import from that source, or no import.
    package init(source: String = "") { self.source = source }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&source, Limits.text)
    }
}

/// ABORT: everything staged is forgotten.
package struct AbortRequest: EmptyMessage, Request {
    package static var type: MessageType { .abort }
    package init() {}
}

/// What UNDO_IMPORT takes back.
package enum UndoneKind: UInt8, CaseIterable, Sendable {
    /// An import: what it added goes to the trash.
    case accounts = 0
    /// A restore: the state before comes back.
    case restore = 1
    /// A sync: the state before comes back.
    case sync = 2
}

/// UNDO_IMPORT: the last import, restore or sync is taken back.
package struct UndoImportRequest: PlainMessage, Request {
    package typealias Reply = ImportUndoneReply
    package static var type: MessageType { .undoImport }
    /// Only show what would be done.
    package var dryRun = false

    package init() {}

    package init(dryRun: Bool = false) { self.dryRun = dryRun }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bool(&dryRun)
    }
}

/// IMPORT_UNDONE: the reply to UNDO_IMPORT.
package struct ImportUndoneReply: PlainMessage {
    package static var type: MessageType { .importUndone }
    /// Where the accounts came from, as COMMIT said.
    package var source = ""
    /// Seconds of UTC of the import.
    package var time: UInt64 = 0
    /// Accounts that it added.
    package var added: UInt32 = 0
    /// Those of them that are gone now, or would be: in the trash, but for what a restore or a sync added and nobody
    /// has changed since.
    package var removed: UInt32 = 0
    /// What it was.
    package var kind = UndoneKind.accounts
    /// Records that are as they were before.
    package var back: UInt32 = 0
    /// Records that were changed since, and stay as they are.
    package var kept: UInt32 = 0
    /// Protections that are less then: which, of what. The owner is asked.
    package var weakened: [String] = []

    package init() {}

    package init(source: String, time: UInt64, added: UInt32, removed: UInt32) {
        (self.source, self.time, self.added, self.removed) = (source, time, added, removed)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&source, Limits.text)
        try coder.integer(&time)
        try coder.integer(&added)
        try coder.integer(&removed)
        try coder.choice(&kind)
        try coder.integer(&back)
        try coder.integer(&kept)
        try coder.strings(&weakened, Limits.weakened, each: Limits.text)
    }
}
