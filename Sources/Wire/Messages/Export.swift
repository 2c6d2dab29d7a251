/// What an export hands out.
package enum ExportKind: UInt8, CaseIterable, Sendable {
    /// Accounts with their secrets.
    case entries = 0
    /// One sealed age file.
    case sealed = 1
}

/// EXPORT: the one way by which secrets leave the agent; becomes a challenge.
package struct ExportRequest: PlainMessage {
    package static var type: MessageType { .export }
    /// What to hand out.
    package var kind = ExportKind.entries
    /// Which accounts; empty is all that are not in the trash.
    package var accounts: [Identifier] = []
    /// age recipients to seal to, only for `sealed`; empty is the vault's own unlock methods.
    package var recipients: [String] = []

    package init() {}

    package init(_ kind: ExportKind, accounts: [Identifier] = [], recipients: [String] = []) {
        (self.kind, self.accounts, self.recipients) = (kind, accounts, recipients)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&kind)
        try coder.list(&accounts, Limits.exportAccounts)
        try coder.strings(&recipients, Limits.recipients, each: Limits.recipient)
        try coder.check(kind == .sealed || recipients.isEmpty, .contradiction)
    }
}

/// EXPORT_READY: the reply to EXPORT once it was approved.
package struct ExportReadyReply: PlainMessage {
    package static var type: MessageType { .exportReady }
    /// Names the export in EXPORT_PAGE, on this connection.
    package var handle: UInt32 = 0
    /// Accounts in it.
    package var entries: UInt32 = 0
    /// Bytes of the sealed file; 0 for entries.
    package var bytes: UInt64 = 0

    package init() {}

    package init(handle: UInt32, entries: UInt32, bytes: UInt64) {
        (self.handle, self.entries, self.bytes) = (handle, entries, bytes)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&handle)
        try coder.integer(&entries)
        try coder.integer(&bytes)
    }
}

/// EXPORT_PAGE: a part of an export.
package struct ExportPageRequest: PlainMessage {
    package static var type: MessageType { .exportPage }
    /// The handle of EXPORT_READY.
    package var handle: UInt32 = 0
    /// 0 for the first page, else `next` of the page before.
    package var start: UInt32 = 0

    package init() {}

    package init(handle: UInt32, start: UInt32) {
        (self.handle, self.start) = (handle, start)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&handle)
        try coder.integer(&start)
    }
}

/// One account of an export, with its secrets.
package struct ExportEntry: Equatable, Sendable {
    /// The account.
    package let account: Account
    /// The note, in the body of the message; UTF-8.
    package let note: Range<Int>
    /// The key, in the body of the message.
    package let key: Range<Int>
    /// The PIN, in the body of the message.
    package let pin: Range<Int>

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        account = try Account(&cursor, body)
        note = try cursor.bytes(body, 0...Limits.note)
        key = try cursor.bytes(body, 0...Limits.key)
        pin = try cursor.bytes(body, 0...Limits.pin)
    }

    /// Bytes of one entry.
    package static func encodedCount(_ account: Account, note: Int, key: Int, pin: Int) -> Int {
        account.encodedCount + Count.bytes(note) + Count.bytes(key) + Count.bytes(pin)
    }

    /// Appends one entry.
    package static func encode(
        _ account: Account, note: Span<UInt8>, key: Span<UInt8>, pin: Span<UInt8>,
        into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try account.encode(into: &output)
        try output.appendBytes(note, 0...Limits.note)
        try output.appendBytes(key, 0...Limits.key)
        try output.appendBytes(pin, 0...Limits.pin)
    }
}

/// EXPORT_ENTRIES: a page of an export of entries.
///
/// To write one: add up `ExportEntry.encodedCount` of what goes on the page and `headCount`, and give
/// `Frame.append(_:id:bodyCount:into:body:)` a closure that writes the head and then each entry.
package struct ExportEntriesReply: SecretMessage {
    package static var type: MessageType { .exportEntries }
    /// Start of the next page; 0 at the end.
    package let next: UInt32
    /// The accounts of this page.
    package let entries: [ExportEntry]

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        next = try cursor.u32(body)
        entries = try cursor.list(body, Limits.pageEntries) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in try ExportEntry(&cursor, body)
        }
    }

    /// Bytes in front of the entries.
    package static var headCount: Int { 6 }

    /// Appends what stands in front of the entries.
    package static func encodeHead(
        next: UInt32, entries: Int, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        output.appendU32(next)
        try output.appendCount(entries, Limits.pageEntries)
    }
}

/// EXPORT_BYTES: a part of a sealed export.
package struct ExportBytesReply: SecretMessage {
    package static var type: MessageType { .exportBytes }
    /// Start of the next part; 0 at the end.
    package let next: UInt32
    /// The bytes, in the body.
    package let bytes: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        next = try cursor.u32(body)
        bytes = try cursor.blob(body)
    }

    /// Bytes of the body.
    package static func encodedCount(bytes: Int) -> Int { 4 + Count.blob(bytes) }

    /// Appends the body.
    package static func encode(
        next: UInt32, bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        output.appendU32(next)
        try output.appendBlob(bytes)
    }

    /// Appends the whole frame.
    package static func appendFrame(
        id: UInt32, next: UInt32, bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try Frame.append(type, id: id, bodyCount: encodedCount(bytes: bytes.count), into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try encode(next: next, bytes: bytes, into: &output)
        }
    }
}
