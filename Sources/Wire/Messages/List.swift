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
    package let flags: ListFlags
    /// 0 for the first page, else `next` of the page before.
    package let start: UInt32

    /// With those fields.
    package init(flags: ListFlags = [], start: UInt32 = 0) {
        self.flags = flags
        self.start = start
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        flags = try cursor.flags(body, known: .known)
        start = try cursor.u32(body)
    }

    package var encodedCount: Int { 5 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        guard flags.isSubset(of: .known) else { throw .unknownValue }
        output.append(flags.rawValue)
        output.appendU32(start)
    }
}

/// ACCOUNTS: the reply to LIST.
package struct AccountsReply: PlainMessage {
    package static var type: MessageType { .accounts }
    /// Number of the last change; when it differs between two pages, start again.
    package let revision: UInt64
    /// Start of the next page; 0 at the end.
    package let next: UInt32
    /// The accounts of this page.
    package let accounts: [Account]

    /// With those fields.
    package init(revision: UInt64, next: UInt32, accounts: [Account]) {
        self.revision = revision
        self.next = next
        self.accounts = accounts
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        revision = try cursor.u64(body)
        next = try cursor.u32(body)
        accounts = try cursor.list(body, Limits.pageEntries) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in try Account(&cursor, body)
        }
    }

    package var encodedCount: Int { accounts.reduce(14) { $0 + $1.encodedCount } }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendU64(revision)
        output.appendU32(next)
        try output.appendCount(accounts.count, Limits.pageEntries)
        for account in accounts { try account.encode(into: &output) }
    }
}

/// SHOW: one account with its note.
package struct ShowRequest: SelectorMessage {
    package static var type: MessageType { .show }
    /// Which account.
    package let selector: Selector
    /// With those fields.
    package init(selector: Selector) { self.selector = selector }
}

/// ACCOUNT: the reply to SHOW.
package struct AccountReply: Message {
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
