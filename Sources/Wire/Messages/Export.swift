/// What an export hands out.
package enum ExportKind: UInt8, CaseIterable, Sendable {
    /// Accounts with their secrets.
    case entries = 0
    /// One sealed age file.
    case sealed = 1
    /// Accounts and passkeys with their secrets: KEY_EXPORT_PAGE gives the passkeys.
    case passkeys = 2
}

/// EXPORT: the one way by which secrets leave the agent; becomes a challenge.
package struct ExportRequest: PlainMessage, Request {
    package typealias Reply = ExportReadyReply
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

/// One account of an export, with where its secrets are.
package struct ExportEntry: Equatable, Sendable {
    /// The account.
    package var account = Account()
    /// Its secrets.
    package var secrets = AccountSecrets()

    @_lifetime(text: copy text, copy coder)
    mutating func fields<C: Coder & ~Copyable & ~Escapable>(
        _ coder: inout C, in text: inout Span<UInt8>
    ) throws(WireError) {
        try coder.field(&account)
        try secrets.fields(&coder, in: &text)
    }

    /// Bytes of one entry.
    package static func encodedCount(_ account: Account, note: Int, key: Int, pin: Int) -> Int {
        account.encodedCount + AccountSecrets.encodedCount(note: note, key: key, pin: pin)
    }

    /// Appends one entry whose secrets are here and there.
    package static func encode(
        _ account: Account, note: Span<UInt8>, key: Span<UInt8>, pin: Span<UInt8>,
        into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        var account = account
        try output.field(&account)
        try AccountSecrets.encode(note: note, key: key, pin: pin, into: &output)
    }
}

/// EXPORT_ENTRIES: a page of an export of entries.
///
/// An agent writes one piece by piece: it adds up `ExportEntry.encodedCount` of what goes on the page and `headCount`,
/// and gives `Frame.append(_:id:bodyCount:into:body:)` a closure that writes the head and then each entry.
package struct ExportEntriesReply: Message, ~Escapable {
    package static var type: MessageType { .exportEntries }
    /// Start of the next page; 0 at the end.
    package var next: UInt32
    /// The accounts of this page.
    package var entries: [ExportEntry]
    /// What their secrets are parts of.
    package var text: Span<UInt8>

    @_lifetime(immortal)
    package init() { (next, entries, text) = (0, [], Span()) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&next)
        for index in 0..<(try coder.count(entries.count, Limits.pageEntries)) {
            if C.isReader { entries.append(ExportEntry()) }
            try entries[index].fields(&coder, in: &text)
        }
    }

    /// Bytes in front of the entries.
    package static var headCount: Int { 6 }

    /// Appends what stands in front of the entries.
    package static func encodeHead(
        next: UInt32, entries: Int, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        output.appendInteger(next)
        _ = try output.count(entries, Limits.pageEntries)
    }
}

/// EXPORT_BYTES: a part of a sealed export.
package struct ExportBytesReply: Message, ~Escapable {
    package static var type: MessageType { .exportBytes }
    /// Start of the next part; 0 at the end.
    package var next: UInt32
    /// The bytes.
    package var bytes: Span<UInt8>

    @_lifetime(immortal)
    package init() { (next, bytes) = (0, Span()) }

    @_lifetime(copy bytes)
    package init(next: UInt32, bytes: Span<UInt8>) { (self.next, self.bytes) = (next, bytes) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&next)
        try coder.lent(&bytes, 0...Limits.body, wide: true)
    }
}
