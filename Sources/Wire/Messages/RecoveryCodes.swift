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
}

/// A recovery code that comes in, in the body of its message or another text.
package struct NewRecoveryCode: Equatable, Sendable {
    /// Where it is.
    package let text: Range<Int>
    /// Whether it is used already.
    package let isUsed: Bool

    /// With those fields.
    package init(text: Range<Int>, isUsed: Bool) {
        self.text = text
        self.isUsed = isUsed
    }
}

/// RECOVERY_SET: an account's recovery codes, in place of those that it had.
package struct RecoverySetRequest: SecretMessage {
    package static var type: MessageType { .recoverySet }
    /// Whose they are.
    package let selector: Selector
    /// The service that gave them.
    package let service: String
    /// The service takes them only in their order.
    package let isInOrder: Bool
    /// They may take the place of others.
    package let replaces: Bool
    /// The codes, in their order.
    package let codes: [NewRecoveryCode]

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        selector = try Selector(&cursor, body)
        service = try cursor.string(body, Limits.recoveryService)
        isInOrder = try cursor.bool(body)
        replaces = try cursor.bool(body)
        codes = try cursor.list(body, Limits.recoveryCodes) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in
            let text = try cursor.bytes(body, 1...Limits.recoveryCode)
            return NewRecoveryCode(text: text, isUsed: try cursor.bool(body))
        }
        guard !codes.isEmpty else { throw .outOfRange }
    }

    /// Bytes of the body.
    package static func encodedCount(_ selector: Selector, service: String, codes: [NewRecoveryCode]) -> Int {
        codes.reduce(selector.encodedCount + Count.string(service) + 4) { $0 + Count.bytes($1.text.count) + 1 }
    }

    /// Appends the body; the codes lie in `text`.
    package static func encode(
        _ selector: Selector, service: String, isInOrder: Bool, replaces: Bool, codes: [NewRecoveryCode],
        in text: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try selector.encode(into: &output)
        try output.appendString(service, Limits.recoveryService)
        output.appendBool(isInOrder)
        output.appendBool(replaces)
        guard !codes.isEmpty else { throw .outOfRange }
        try output.appendCount(codes.count, Limits.recoveryCodes)
        for code in codes {
            try output.appendBytes(text.extracting(code.text), 1...Limits.recoveryCode)
            output.appendBool(code.isUsed)
        }
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
package struct RecoveryListRequest: PlainMessage {
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
package struct RecoveryCodeReply: SecretMessage {
    package static var type: MessageType { .recoveryCode }
    /// The set as it is now.
    package let set: RecoverySet
    /// Which of its codes this is, from 1.
    package let number: UInt16
    /// The code, in the body.
    package let code: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        set = try RecoverySet(&cursor, body)
        number = try cursor.u16(body)
        code = try cursor.bytes(body, 1...Limits.recoveryCode)
    }

    /// Bytes of the body.
    package static func encodedCount(_ set: RecoverySet, code: Int) -> Int { set.encodedCount + 2 + Count.bytes(code) }

    /// Appends the body.
    package static func encode(
        _ set: RecoverySet, number: UInt16, code: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try set.encode(into: &output)
        output.appendU16(number)
        try output.appendBytes(code, 1...Limits.recoveryCode)
    }
}

/// RECOVERY_USED: a code was used up.
package struct RecoveryUsedRequest: SecretMessage {
    package static var type: MessageType { .recoveryUsed }
    /// Whose code.
    package let selector: Selector
    /// The code, in the body; empty for the one that was shown last.
    package let code: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        selector = try Selector(&cursor, body)
        code = try cursor.bytes(body, 0...Limits.recoveryCode)
    }

    /// Bytes of the body.
    package static func encodedCount(_ selector: Selector, code: Int) -> Int {
        selector.encodedCount + Count.bytes(code)
    }

    /// Appends the body.
    package static func encode(
        _ selector: Selector, code: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try selector.encode(into: &output)
        try output.appendBytes(code, 0...Limits.recoveryCode)
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
    package let text: Range<Int>
    /// When it was handed out on its own; 0 when it was not.
    package let shown: UInt64
    /// When it was used; 0 when it was not.
    package let used: UInt64

    /// With those fields.
    package init(text: Range<Int>, shown: UInt64, used: UInt64) {
        self.text = text
        self.shown = shown
        self.used = used
    }
}

/// RECOVERY_CODES: the reply to RECOVERY_SHOW.
package struct RecoveryCodesReply: SecretMessage {
    package static var type: MessageType { .recoveryCodes }
    /// The set.
    package let set: RecoverySet
    /// Its codes, in their order.
    package let codes: [ShownRecoveryCode]

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        set = try RecoverySet(&cursor, body)
        codes = try cursor.list(body, Limits.recoveryCodes) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in
            let text = try cursor.bytes(body, 1...Limits.recoveryCode)
            let shown = try cursor.u64(body)
            return ShownRecoveryCode(text: text, shown: shown, used: try cursor.u64(body))
        }
    }

    /// Bytes of the body.
    package static func encodedCount(_ set: RecoverySet, codes: [ShownRecoveryCode]) -> Int {
        codes.reduce(set.encodedCount + 2) { $0 + Count.bytes($1.text.count) + 16 }
    }

    /// Appends the body; the codes lie in `text`.
    package static func encode(
        _ set: RecoverySet, codes: [ShownRecoveryCode], in text: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try set.encode(into: &output)
        try output.appendCount(codes.count, Limits.recoveryCodes)
        for code in codes {
            try output.appendBytes(text.extracting(code.text), 1...Limits.recoveryCode)
            output.appendU64(code.shown)
            output.appendU64(code.used)
        }
    }
}
