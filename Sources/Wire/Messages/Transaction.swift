/// BEGIN: what this connection adds from here on is staged.
package struct BeginRequest: EmptyMessage {
    package static var type: MessageType { .begin }
    package init() {}
}

/// COMMIT: everything staged becomes durable in one save, or nothing does.
package struct CommitRequest: PlainMessage {
    package static var type: MessageType { .commit }
    /// Where the accounts came from, for a transaction that UNDO_IMPORT can take back; empty for another one.
    package let source: String

    /// An import from that source, or no import.
    package init(source: String = "") { self.source = source }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        source = try cursor.string(body, Limits.text)
    }

    package var encodedCount: Int { Count.string(source) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(source, Limits.text)
    }
}

/// ABORT: everything staged is forgotten.
package struct AbortRequest: EmptyMessage {
    package static var type: MessageType { .abort }
    package init() {}
}

/// UNDO_IMPORT: what the last import added goes to the trash.
package struct UndoImportRequest: PlainMessage {
    package static var type: MessageType { .undoImport }
    /// Only tell what would be done.
    package let dryRun: Bool

    /// With those fields.
    package init(dryRun: Bool = false) { self.dryRun = dryRun }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) { dryRun = try cursor.bool(body) }

    package var encodedCount: Int { 1 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { output.appendBool(dryRun) }
}

/// IMPORT_UNDONE: the reply to UNDO_IMPORT.
package struct ImportUndoneReply: PlainMessage {
    package static var type: MessageType { .importUndone }
    /// Where the accounts came from, as COMMIT said.
    package let source: String
    /// Seconds of UTC of the import.
    package let time: UInt64
    /// Accounts that it added.
    package let added: UInt32
    /// Those of them that went to the trash now, or would.
    package let removed: UInt32

    /// With those fields.
    package init(source: String, time: UInt64, added: UInt32, removed: UInt32) {
        (self.source, self.time, self.added, self.removed) = (source, time, added, removed)
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        source = try cursor.string(body, Limits.text)
        time = try cursor.u64(body)
        added = try cursor.u32(body)
        removed = try cursor.u32(body)
    }

    package var encodedCount: Int { Count.string(source) + 16 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(source, Limits.text)
        output.appendU64(time)
        output.appendU32(added)
        output.appendU32(removed)
    }
}
