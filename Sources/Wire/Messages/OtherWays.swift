/// A way into an account that lies elsewhere, with the account.
package struct AccountOtherWay: Field, Equatable, Sendable {
    /// The account.
    package var account = Identifier()
    /// The way.
    package var way = OtherWay()

    package init() {}

    package init(_ way: OtherWay, of account: Identifier) { (self.way, self.account) = (way, account) }

    /// Bytes of it in a message.
    package var encodedCount: Int { Sizer.count(of: self) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&account)
        try coder.choice(&way.kind)
        try coder.string(&way.text, Limits.otherWay)
        try coder.integer(&way.verified)
    }
}

/// OTHER_WAYS: one page of the numbers and hardware keys that are noted of accounts.
package struct OtherWaysRequest: PlainMessage, Request {
    package typealias Reply = OtherWaysReply
    package static var type: MessageType { .otherWays }
    /// 0 for the first page, else `next` of the page before.
    package var start: UInt32 = 0

    package init() {}

    package init(start: UInt32) { self.start = start }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&start)
    }
}

/// OTHER_WAYS_REPLY: the ways, in the order of the accounts.
package struct OtherWaysReply: PlainMessage {
    package static var type: MessageType { .otherWaysReply }
    /// Number of the last change; when it differs between two pages, start again.
    package var revision: UInt64 = 0
    /// Start of the next page; 0 at the end.
    package var next: UInt32 = 0
    /// The ways of this page.
    package var ways: [AccountOtherWay] = []

    package init() {}

    package init(revision: UInt64, next: UInt32, ways: [AccountOtherWay]) {
        (self.revision, self.next, self.ways) = (revision, next, ways)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&revision)
        try coder.integer(&next)
        try coder.list(&ways, Limits.pageEntries)
    }
}

/// OTHER_WAY: notes a number or a hardware key of an account, that it works, or that it is gone.
package struct OtherWayRequest: PlainMessage, Request {
    package static var type: MessageType { .otherWay }
    /// Which account.
    package var selector = Selector()
    /// What becomes of the way.
    package var change = OtherWayChange.add
    /// What it is.
    package var kind = OtherWayKind.number
    /// The number, or the name of the key.
    package var text = ""

    package init() {}

    package init(_ change: OtherWayChange, _ kind: OtherWayKind, _ text: String, of selector: Selector) {
        (self.selector, self.change, self.kind, self.text) = (selector, change, kind, text)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        try coder.choice(&change)
        try coder.choice(&kind)
        try coder.string(&text, Limits.otherWay)
    }
}
