/// A set of recovery codes as everybody may see it: how many, never which.
package struct RecoverySet: Field, Equatable, Sendable {
    /// Whose codes they are.
    package var account = Identifier.zero
    /// `issuer/name` of the account.
    package var label = ""
    /// The service that gave them, as a word; empty when it is not known.
    package var service = ""
    /// The service takes them only in their order.
    package var isInOrder = false
    /// When they came in.
    package var imported: UInt64 = 0
    /// Codes in the set.
    package var total: UInt16 = 0
    /// Codes that are not used.
    package var left: UInt16 = 0
    /// Codes of those that were handed out.
    package var shown: UInt16 = 0
    /// When the set that this one replaced is wiped, or, if it was replaced itself, when this one is; 0 for neither.
    package var supersededUntil: UInt64 = 0
    /// The account's one-time password is in the vault too.
    package var isBesidePassword = false

    package init() {}

    /// A summary that can always be sent: the label is clipped to its limit.
    package init(
        account: Identifier, label: String, service: String, isInOrder: Bool, imported: UInt64, total: Int, left: Int,
        shown: Int, supersededUntil: UInt64, isBesidePassword: Bool
    ) {
        self.account = account
        self.label = Text.clipped(label, to: Limits.label)
        self.service = Text.clipped(service, to: Limits.recoveryService)
        (self.isInOrder, self.imported) = (isInOrder, imported)
        self.total = UInt16(clamping: total)
        self.left = UInt16(clamping: left)
        self.shown = UInt16(clamping: shown)
        (self.supersededUntil, self.isBesidePassword) = (supersededUntil, isBesidePassword)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&account)
        try coder.string(&label, Limits.label)
        try coder.string(&service, Limits.recoveryService)
        try coder.bool(&isInOrder)
        try coder.integer(&imported)
        try coder.integer(&total)
        try coder.integer(&left)
        try coder.integer(&shown)
        try coder.integer(&supersededUntil)
        try coder.bool(&isBesidePassword)
    }

    /// Bytes of one, for who fills pages.
    package var encodedCount: Int { Sizer.count(of: self) }
}

extension Coder where Self: ~Copyable & ~Escapable {
    /// One code at least.
    @_lifetime(text: copy text, copy self)
    mutating func codes(_ codes: inout [NewRecoveryCode], in text: inout Span<UInt8>) throws(WireError) {
        for index in 0..<(try count(codes.count, Limits.recoveryCodes)) {
            if Self.isReader { codes.append(NewRecoveryCode(text: 0..<0, isUsed: false)) }
            try part(&codes[index].text, of: &text, 1...Limits.recoveryCode)
            try bool(&codes[index].isUsed)
        }
        try check(!codes.isEmpty)
    }
}

/// RECOVERY_SET: an account's recovery codes, in place of those that it had.
package struct RecoverySetRequest: Message, Request, ~Escapable {
    package typealias Reply = RecoveryCountsReply
    package static var type: MessageType { .recoverySet }
    /// Whose they are.
    package var selector: Selector
    /// The service that gave them.
    package var service: String
    /// The service takes them only in their order.
    package var isInOrder: Bool
    /// They may take the place of others.
    package var replaces: Bool
    /// The codes, in their order.
    package var codes: [NewRecoveryCode]
    /// What the codes are parts of.
    package var text: Span<UInt8>

    @_lifetime(immortal)
    package init() {
        (selector, service, isInOrder, replaces) = (Selector(), "", false, false)
        (codes, text) = ([], Span())
    }

    @_lifetime(copy text)
    package init(
        _ selector: Selector, service: String, isInOrder: Bool, replaces: Bool, codes: [NewRecoveryCode],
        in text: Span<UInt8>
    ) {
        (self.selector, self.service, self.isInOrder, self.replaces) = (selector, service, isInOrder, replaces)
        (self.codes, self.text) = (codes, text)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        try coder.string(&service, Limits.recoveryService)
        try coder.bool(&isInOrder)
        try coder.bool(&replaces)
        try coder.codes(&codes, in: &text)
    }
}

/// RECOVERY_COUNTS: the reply to RECOVERY_SET and RECOVERY_USED.
package struct RecoveryCountsReply: PlainMessage {
    package static var type: MessageType { .recoveryCounts }
    /// The set as it is now.
    package var set = RecoverySet()

    package init() {}

    package init(_ set: RecoverySet) { self.set = set }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&set)
    }
}

/// RECOVERY_LIST: one page of the accounts that have recovery codes, in the user's order.
package struct RecoveryListRequest: PlainMessage, Request {
    package typealias Reply = RecoverySetsReply
    package static var type: MessageType { .recoveryList }
    /// 0 for the first page, else `next` of the page before.
    package var start: UInt32 = 0

    package init() {}

    package init(start: UInt32 = 0) { self.start = start }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&start)
    }
}

/// RECOVERY_SETS: the reply to RECOVERY_LIST.
package struct RecoverySetsReply: PlainMessage {
    package static var type: MessageType { .recoverySets }
    /// Number of the last change; when it differs between two pages, start again.
    package var revision: UInt64 = 0
    /// Start of the next page; 0 at the end.
    package var next: UInt32 = 0
    /// The sets of this page.
    package var sets: [RecoverySet] = []

    package init() {}

    package init(revision: UInt64, next: UInt32, sets: [RecoverySet]) {
        (self.revision, self.next, self.sets) = (revision, next, sets)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&revision)
        try coder.integer(&next)
        try coder.list(&sets, Limits.pageEntries)
    }
}

/// What recovery codes are asked for; the audit log tells.
package enum RecoveryUse: UInt8, CaseIterable, Sendable {
    /// To be read.
    case view = 0
    /// To the clipboard or into a file.
    case copy = 1
    /// On paper.
    case print = 2
}

/// RECOVERY_NEXT: the code to be used next, which is marked as shown.
package struct RecoveryNextRequest: PlainMessage {
    package static var type: MessageType { .recoveryNext }
    /// Whose code.
    package var selector = Selector()
    /// What for.
    package var use = RecoveryUse.view

    package init() {}

    package init(_ selector: Selector, for use: RecoveryUse) {
        (self.selector, self.use) = (selector, use)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        try coder.choice(&use)
    }
}

/// RECOVERY_CODE: the reply to RECOVERY_NEXT.
package struct RecoveryCodeReply: Message, ~Escapable {
    package static var type: MessageType { .recoveryCode }
    /// The set as it is now.
    package var set: RecoverySet
    /// Which of its codes this is, from 1.
    package var number: UInt16
    /// The code.
    package var code: Span<UInt8>

    @_lifetime(immortal)
    package init() { (set, number, code) = (RecoverySet(), 0, Span()) }

    @_lifetime(copy code)
    package init(_ set: RecoverySet, number: UInt16, code: Span<UInt8>) {
        (self.set, self.number, self.code) = (set, number, code)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&set)
        try coder.integer(&number)
        try coder.lent(&code, 1...Limits.recoveryCode)
    }
}

/// RECOVERY_USED: a code was used up.
package struct RecoveryUsedRequest: Message, Request, ~Escapable {
    package typealias Reply = RecoveryCountsReply
    package static var type: MessageType { .recoveryUsed }
    /// Whose code.
    package var selector: Selector
    /// The code; empty for the one that was shown last.
    package var code: Span<UInt8>

    @_lifetime(immortal)
    package init() { (selector, code) = (Selector(), Span()) }

    @_lifetime(copy code)
    package init(_ selector: Selector, code: Span<UInt8>) { (self.selector, self.code) = (selector, code) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        try coder.lent(&code, 0...Limits.recoveryCode)
    }
}

/// RECOVERY_SHOW: all codes of an account.
package struct RecoveryShowRequest: PlainMessage {
    package static var type: MessageType { .recoveryShow }
    /// Whose codes.
    package var selector = Selector()
    /// What for.
    package var use = RecoveryUse.view
    /// Those of the set that was replaced last, as long as it is kept.
    package var isSuperseded = false

    package init() {}

    package init(_ selector: Selector, for use: RecoveryUse, isSuperseded: Bool = false) {
        (self.selector, self.use, self.isSuperseded) = (selector, use, isSuperseded)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        try coder.choice(&use)
        try coder.bool(&isSuperseded)
    }
}

/// A recovery code with what became of it.
package struct ShownRecoveryCode: Equatable, Sendable {
    /// Where it is: in the body of its message, or in the text that goes with it.
    package var text: Range<Int>
    /// When it was handed out on its own; 0 when it was not.
    package var shown: UInt64
    /// When it was used; 0 when it was not.
    package var used: UInt64

    package init(text: Range<Int>, shown: UInt64, used: UInt64) {
        self.text = text
        self.shown = shown
        self.used = used
    }
}

/// RECOVERY_CODES: the reply to RECOVERY_SHOW.
package struct RecoveryCodesReply: Message, ~Escapable {
    package static var type: MessageType { .recoveryCodes }
    /// The set.
    package var set: RecoverySet
    /// Its codes, in their order.
    package var codes: [ShownRecoveryCode]
    /// What the codes are parts of.
    package var text: Span<UInt8>

    @_lifetime(immortal)
    package init() { (set, codes, text) = (RecoverySet(), [], Span()) }

    @_lifetime(copy text)
    package init(_ set: RecoverySet, codes: [ShownRecoveryCode], in text: Span<UInt8>) {
        (self.set, self.codes, self.text) = (set, codes, text)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&set)
        for index in 0..<(try coder.count(codes.count, Limits.recoveryCodes)) {
            if C.isReader { codes.append(ShownRecoveryCode(text: 0..<0, shown: 0, used: 0)) }
            try coder.part(&codes[index].text, of: &text, 1...Limits.recoveryCode)
            try coder.integer(&codes[index].shown)
            try coder.integer(&codes[index].used)
        }
    }
}
