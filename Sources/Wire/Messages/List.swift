/// Flags of LIST.
package struct ListFlags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Accounts in the trash too.
    package static let trash = ListFlags(rawValue: 1)
    /// All flags of this version.
    static let known = trash
}

/// LIST: one page of accounts, in the user's order.
package struct ListRequest: PlainMessage {
    package static var type: MessageType { .list }
    /// What to do differently.
    package var flags: ListFlags = []
    /// 0 for the first page, else `next` of the page before.
    package var start: UInt32 = 0

    package init() {}

    package init(flags: ListFlags = [], start: UInt32 = 0) {
        (self.flags, self.start) = (flags, start)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.flags(&flags, known: .known)
        try coder.integer(&start)
    }
}

/// ACCOUNTS: the reply to LIST.
package struct AccountsReply: PlainMessage {
    package static var type: MessageType { .accounts }
    /// Number of the last change; when it differs between two pages, start again.
    package var revision: UInt64 = 0
    /// Start of the next page; 0 at the end.
    package var next: UInt32 = 0
    /// The accounts of this page.
    package var accounts: [Account] = []

    package init() {}

    package init(revision: UInt64, next: UInt32, accounts: [Account]) {
        (self.revision, self.next, self.accounts) = (revision, next, accounts)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&revision)
        try coder.integer(&next)
        try coder.list(&accounts, Limits.pageEntries)
    }
}

/// SHOW: one account with its note.
package struct ShowRequest: SelectorMessage {
    package static var type: MessageType { .show }
    /// Which account.
    package var selector = Selector()

    package init() {}
}

/// ACCOUNT: the reply to SHOW.
package struct AccountReply: SecretMessage {
    package static var type: MessageType { .account }
    /// The account.
    package let account: Account
    /// The note, in the body; UTF-8.
    package let note: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        account = try Account(&cursor, body)
        note = try cursor.bytes(body, 0...Limits.note)
    }

    /// Bytes of the body.
    package static func encodedCount(_ account: Account, note: Int) -> Int { account.encodedCount + Count.bytes(note) }

    /// Appends the body.
    package static func encode(
        _ account: Account, note: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try account.encode(into: &output)
        try output.appendBytes(note, 0...Limits.note)
    }

    /// Appends the whole frame.
    package static func appendFrame(
        id: UInt32, _ account: Account, note: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        let count = encodedCount(account, note: note.count)
        try Frame.append(type, id: id, bodyCount: count, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in try encode(account, note: note, into: &output)
        }
    }
}
