/// A set of recovery codes as everybody may see it: how many, never which.
package struct RecoverySet: Equatable, Sendable {
    /// Whose codes they are.
    package let account: Identifier
    /// `issuer/name` of the account.
    package let label: String
    /// The service that gave them, as a word; empty when it is not known.
    package let service: String
    /// The service takes them only in their order.
    package let isInOrder: Bool
    /// When they came in.
    package let imported: UInt64
    /// Codes in the set.
    package let total: UInt16
    /// Codes that are not used.
    package let left: UInt16
    /// Codes of those that were handed out.
    package let shown: UInt16
    /// When the set that this one replaced is wiped, or, if it was replaced itself, when this one is; 0 for neither.
    package let supersededUntil: UInt64
    /// The account's one-time password is in the vault too.
    package let isBesidePassword: Bool

    /// A summary that can always be sent: the label is clipped to its limit.
    package init(
        account: Identifier, label: String, service: String, isInOrder: Bool, imported: UInt64, total: Int, left: Int,
        shown: Int, supersededUntil: UInt64, isBesidePassword: Bool
    ) {
        self.account = account
        self.label = Text.clipped(label, to: Limits.label)
        self.service = Text.clipped(service, to: Limits.recoveryService)
        self.isInOrder = isInOrder
        self.imported = imported
        self.total = UInt16(clamping: total)
        self.left = UInt16(clamping: left)
        self.shown = UInt16(clamping: shown)
        self.supersededUntil = supersededUntil
        self.isBesidePassword = isBesidePassword
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        account = try Identifier(&cursor, body)
        label = try cursor.string(body, Limits.label)
        service = try cursor.string(body, Limits.recoveryService)
        isInOrder = try cursor.bool(body)
        imported = try cursor.u64(body)
        total = try cursor.u16(body)
        left = try cursor.u16(body)
        shown = try cursor.u16(body)
        supersededUntil = try cursor.u64(body)
        isBesidePassword = try cursor.bool(body)
    }

    /// Bytes of one.
    package var encodedCount: Int { Identifier.count + Count.string(label) + Count.string(service) + 24 }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        account.encode(into: &output)
        try output.appendString(label, Limits.label)
        try output.appendString(service, Limits.recoveryService)
        output.appendBool(isInOrder)
        output.appendU64(imported)
        output.appendU16(total)
        output.appendU16(left)
        output.appendU16(shown)
        output.appendU64(supersededUntil)
        output.appendBool(isBesidePassword)
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
package struct RecoverySetRequest: Message {
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
    package let set: RecoverySet

    /// With those fields.
    package init(_ set: RecoverySet) { self.set = set }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        set = try RecoverySet(&cursor, body)
    }

    package var encodedCount: Int { self.set.encodedCount }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { try set.encode(into: &output) }
}

/// RECOVERY_LIST: one page of the accounts that have recovery codes, in the user's order.
package struct RecoveryListRequest: PlainMessage {
    package static var type: MessageType { .recoveryList }
    /// 0 for the first page, else `next` of the page before.
    package let start: UInt32

    /// With those fields.
    package init(start: UInt32 = 0) { self.start = start }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) { start = try cursor.u32(body) }

    package var encodedCount: Int { 4 }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { output.appendU32(start) }
}

/// RECOVERY_SETS: the reply to RECOVERY_LIST.
package struct RecoverySetsReply: PlainMessage {
    package static var type: MessageType { .recoverySets }
    /// Number of the last change; when it differs between two pages, start again.
    package let revision: UInt64
    /// Start of the next page; 0 at the end.
    package let next: UInt32
    /// The sets of this page.
    package let sets: [RecoverySet]

    /// With those fields.
    package init(revision: UInt64, next: UInt32, sets: [RecoverySet]) {
        self.revision = revision
        self.next = next
        self.sets = sets
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        revision = try cursor.u64(body)
        next = try cursor.u32(body)
        sets = try cursor.list(body, Limits.pageEntries) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in try RecoverySet(&cursor, body)
        }
    }

    package var encodedCount: Int { sets.reduce(14) { $0 + $1.encodedCount } }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendU64(revision)
        output.appendU32(next)
        try output.appendCount(sets.count, Limits.pageEntries)
        for set in sets { try set.encode(into: &output) }
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
    package let selector: Selector
    /// What for.
    package let use: RecoveryUse

    /// With those fields.
    package init(_ selector: Selector, for use: RecoveryUse) {
        self.selector = selector
        self.use = use
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        selector = try Selector(&cursor, body)
        use = try cursor.choice(body)
    }

    package var encodedCount: Int { selector.encodedCount + 1 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try selector.encode(into: &output)
        output.append(use.rawValue)
    }
}

/// RECOVERY_CODE: the reply to RECOVERY_NEXT.
package struct RecoveryCodeReply: Message {
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
package struct RecoveryUsedRequest: Message {
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
    package let selector: Selector
    /// What for.
    package let use: RecoveryUse
    /// Those of the set that was replaced last, as long as it is kept.
    package let isSuperseded: Bool

    /// With those fields.
    package init(_ selector: Selector, for use: RecoveryUse, isSuperseded: Bool = false) {
        self.selector = selector
        self.use = use
        self.isSuperseded = isSuperseded
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        selector = try Selector(&cursor, body)
        use = try cursor.choice(body)
        isSuperseded = try cursor.bool(body)
    }

    package var encodedCount: Int { selector.encodedCount + 2 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try selector.encode(into: &output)
        output.append(use.rawValue)
        output.appendBool(isSuperseded)
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
package struct RecoveryCodesReply: Message {
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
