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

/// UNDO_IMPORT: what the last import added goes to the trash.
package struct UndoImportRequest: PlainMessage, Request {
    package typealias Reply = ImportUndoneReply
    package static var type: MessageType { .undoImport }
    /// Only tell what would be done.
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
    /// Those of them that went to the trash now, or would.
    package var removed: UInt32 = 0

    package init() {}

    package init(source: String, time: UInt64, added: UInt32, removed: UInt32) {
        (self.source, self.time, self.added, self.removed) = (source, time, added, removed)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&source, Limits.text)
        try coder.integer(&time)
        try coder.integer(&added)
        try coder.integer(&removed)
    }
}
