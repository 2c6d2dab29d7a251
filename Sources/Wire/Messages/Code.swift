/// Flags of CODE.
package struct CodeFlags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The code after the current one.
    package static let next = CodeFlags(rawValue: 1)
    /// It is only shown, by a program that goes on showing codes: the idle time of the vault goes on.
    package static let shown = CodeFlags(rawValue: 2)
    /// One that this agent has not given yet: of the present time step, or else of the next.
    package static let fresh = CodeFlags(rawValue: 4)
    /// All flags of this version.
    static let known: CodeFlags = [next, shown, fresh]
}

/// CODE: the current or next code of an account.
package struct CodeRequest: PlainMessage, Request {
    package typealias Reply = CodeReply
    package static var type: MessageType { .code }
    /// What to do differently.
    package var flags = CodeFlags()
    /// Which account.
    package var selector = Selector()

    package init() {}

    package init(_ selector: Selector, flags: CodeFlags = []) {
        (self.flags, self.selector) = (flags, selector)
    }

    /// Where the name or id lies in the body, for look-ups by bytes.
    package var query: Range<Int> {
        switch selector {
        case .name(let name): 4..<(4 + name.utf8.count)
        case .id: 2..<(2 + Identifier.count)
        }
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.flags(&flags, known: .known)
        try coder.field(&selector)
    }
}

/// RESPOND: the answer to an OCRA challenge (RFC 6287).
package struct RespondRequest: Message, Request, ~Escapable {
    package typealias Reply = CodeReply
    package static var type: MessageType { .respond }
    /// Which account.
    package var selector: Selector
    /// The challenge question, as the suite writes it.
    package var question: String
    /// The PIN; empty when the suite has none or the account knows it.
    package var pin: Span<UInt8>
    /// The session information; empty when the suite has none.
    package var session: Span<UInt8>

    @_lifetime(immortal)
    package init() { (selector, question, pin, session) = (Selector(), "", Span(), Span()) }

    @_lifetime(copy pin, copy session)
    package init(_ selector: Selector, question: String, pin: Span<UInt8>, session: Span<UInt8>) {
        (self.selector, self.question, self.pin, self.session) = (selector, question, pin, session)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        try coder.string(&question, Limits.question)
        try coder.lent(&pin, 0...Limits.pin)
        try coder.lent(&session, 0...Limits.session)
    }
}

/// CODE_REPLY: the reply to CODE and RESPOND.
package struct CodeReply: PlainMessage {
    package static var type: MessageType { .codeReply }
    /// The account that the selector found.
    package var account = Identifier.zero
    /// The code as a person types it.
    package var code = ""
    /// First second (UTC) of its validity; 0 when it does not depend on time.
    package var validFrom: UInt64 = 0
    /// First second after it; 0 when it does not depend on time.
    package var validUntil: UInt64 = 0
    /// The moving factor: the HOTP counter used, or the number of the time step; 0 when there is none.
    package var counter: UInt64 = 0
    /// Seconds of a time step; 0 when it does not depend on time.
    package var period: UInt32 = 0

    package init() {}

    package init(
        account: Identifier, code: String, validFrom: UInt64, validUntil: UInt64, counter: UInt64, period: UInt32
    ) {
        (self.account, self.code, self.validFrom, self.validUntil) = (account, code, validFrom, validUntil)
        (self.counter, self.period) = (counter, period)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&account)
        try coder.string(&code, Limits.code)
        try coder.integer(&validFrom)
        try coder.integer(&validUntil)
        try coder.integer(&counter)
        try coder.integer(&period)
    }
}
