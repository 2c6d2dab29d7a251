/// Where a message came from.
package enum MessageSource: UInt8, CaseIterable, Sendable {
    /// A modem of this machine.
    case modem = 0
    /// A telephone that is paired with it.
    case phone = 1
}

/// MESSAGE_IN: fob-messages has read a one-time code in a message.
package struct MessageInRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .messageIn }
    /// Where it came from.
    package var source: MessageSource
    /// The host of the site that the message binds the code to, in small ASCII letters; empty where it is a guess.
    package var host: String
    /// The host of the frame in that site; empty for none.
    package var frame: String
    /// The code.
    package var code: Span<UInt8>

    @_lifetime(immortal)
    package init() { (source, host, frame, code) = (.modem, "", "", Span()) }

    @_lifetime(copy code)
    package init(_ source: MessageSource, host: String, frame: String, code: Span<UInt8>) {
        (self.source, self.host, self.frame, self.code) = (source, host, frame, code)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&source)
        try coder.string(&host, Limits.host)
        try coder.string(&frame, Limits.host)
        try coder.lent(&code, 1...Limits.messageCode)
    }
}

/// MESSAGE_CODE: the newest code that has come by message for a site, which is then gone from the agent.
package struct MessageCodeRequest: PlainMessage {
    package static var type: MessageType { .messageCode }
    /// The host of the site; empty for the newest code of all, be it a guess.
    package var site = ""
    /// The host of the frame in that site; empty for none.
    package var frame = ""
    /// For how long it may be waited for, in seconds; 0 for what is there.
    package var seconds: UInt16 = 0

    package init() {}

    package init(site: String, frame: String = "", seconds: UInt16 = 0) {
        (self.site, self.frame, self.seconds) = (site, frame, seconds)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&site, Limits.host)
        try coder.string(&frame, Limits.host)
        try coder.integer(&seconds)
        try coder.check(seconds <= Limits.messageSeconds)
    }
}

/// MESSAGE_CODE_REPLY: the reply to MESSAGE_CODE.
package struct MessageCodeReply: Message, ~Escapable {
    package static var type: MessageType { .messageCodeReply }
    /// Where its message came from.
    package var source: MessageSource
    /// The host of the site that the message binds it to; empty where it is a guess.
    package var host: String
    /// The host of the frame in that site; empty for none.
    package var frame: String
    /// When it came.
    package var received: UInt64
    /// The code.
    package var code: Span<UInt8>

    @_lifetime(immortal)
    package init() { (source, host, frame, received, code) = (.modem, "", "", 0, Span()) }

    @_lifetime(copy code)
    package init(_ source: MessageSource, host: String, frame: String, received: UInt64, code: Span<UInt8>) {
        (self.source, self.host, self.frame, self.received, self.code) = (source, host, frame, received, code)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&source)
        try coder.string(&host, Limits.host)
        try coder.string(&frame, Limits.host)
        try coder.integer(&received)
        try coder.lent(&code, 1...Limits.messageCode)
    }
}

/// LINE: how a telephone line stands.
package struct LineRequest: PlainMessage, Request {
    package static var type: MessageType { .line }
    /// Which modem: a hash of its number.
    package var line = Digest()
    /// Which SIM is in it: a hash of its number; zeroes where that is not known or there is none.
    package var sim = Digest()
    /// It has been without service for long, or was refused it, though nobody has switched it off.
    package var isLost = false
    /// The telephone numbers of the SIM, as far as it knows them.
    package var numbers: [String] = []

    package init() {}

    package init(_ line: Digest, sim: Digest, isLost: Bool, numbers: [String]) {
        (self.line, self.sim, self.isLost, self.numbers) = (line, sim, isLost, numbers)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&line)
        try coder.field(&sim)
        try coder.bool(&isLost)
        try coder.strings(&numbers, Limits.lineNumbers, each: Limits.otherWay)
    }
}

/// A telephone line that may have been taken over.
package struct LineState: Field, Equatable, Sendable {
    /// It has been without service for long, or was refused it.
    package var isLost = false
    /// It has another SIM or number than before, and nobody has said since that its number works.
    package var isChanged = false
    /// The numbers that it has or had; empty where they are not known.
    package var numbers: [String] = []

    package init() {}

    package init(isLost: Bool, isChanged: Bool, numbers: [String]) {
        (self.isLost, self.isChanged, self.numbers) = (isLost, isChanged, numbers)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bool(&isLost)
        try coder.bool(&isChanged)
        try coder.strings(&numbers, 2 * Limits.lineNumbers, each: Limits.otherWay)
    }
}

/// LINES: the telephone lines that may have been taken over.
package struct LinesRequest: EmptyMessage, Request {
    package typealias Reply = LinesReply
    package static var type: MessageType { .lines }
    package init() {}
}

/// LINES_REPLY: the reply to LINES.
package struct LinesReply: PlainMessage {
    package static var type: MessageType { .linesReply }
    /// The lines.
    package var lines: [LineState] = []

    package init() {}

    package init(_ lines: [LineState]) { self.lines = lines }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&lines, Limits.lines)
    }
}

/// What is new of telephone numbers.
package enum NumberNews: UInt8, CaseIterable, Sendable {
    /// A code has come by message.
    case code = 0
    /// A line has another SIM, or its SIM has another number.
    case simChanged = 1
    /// A line has lost its service.
    case serviceLost = 2
    /// It is back.
    case serviceBack = 3
}

/// NUMBER: something has come, or happened to a telephone line.
package struct NumberEvent: PlainMessage {
    package static var type: MessageType { .numberEvent }
    /// What.
    package var news = NumberNews.code
    /// Of a code the site that it is bound to; empty where it is a guess.
    package var host = ""
    /// Of a line the accounts that codes are sent to there for, or may be where its numbers are not known; 0 while the vault is
    /// locked.
    package var accounts: UInt32 = 0

    package init() {}

    package init(_ news: NumberNews, host: String = "", accounts: Int = 0) {
        (self.news, self.host, self.accounts) = (news, host, UInt32(clamping: accounts))
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&news)
        try coder.string(&host, Limits.host)
        try coder.integer(&accounts)
    }
}
