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
package struct ListRequest: PlainMessage, Request {
    package typealias Reply = AccountsReply
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

/// FIND: one account without its note, which nobody is asked about.
package struct FindRequest: SelectorMessage {
    package static var type: MessageType { .find }
    /// Which account.
    package var selector = Selector()

    package init() {}
}

/// SHOW: one account with its note. The note of one that is marked `confirm` needs a yes.
package struct ShowRequest: SelectorMessage {
    package static var type: MessageType { .show }
    /// Which account.
    package var selector = Selector()

    package init() {}
}

/// ACCOUNT: the reply to SHOW and FIND.
package struct AccountReply: Message, ~Escapable {
    package static var type: MessageType { .account }
    /// The account.
    package var account: Account
    /// The note; UTF-8.
    package var note: Span<UInt8>

    @_lifetime(immortal)
    package init() { (account, note) = (Account(), Span()) }

    @_lifetime(copy note)
    package init(_ account: Account, note: Span<UInt8>) { (self.account, self.note) = (account, note) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&account)
        try coder.lent(&note, 0...Limits.note)
    }
}
