/// Whether there is a vault and whether it is open.
package enum VaultState: UInt8, CaseIterable, Sendable {
    case none = 0
    case locked = 1
    case unlocked = 2
}

/// HELLO: the first frame of every connection.
package struct HelloRequest: PlainMessage, Request {
    package typealias Reply = WelcomeReply
    package static var type: MessageType { .hello }
    /// Lowest and highest version that the client speaks.
    package var versions = Limits.versions

    package init() {}

    /// A client that speaks `versions`.
    package init(versions: ClosedRange<UInt16>) { self.versions = versions }

    /// The highest version that both sides speak, or nil.
    package func agreed(with own: ClosedRange<UInt16> = Limits.versions) -> UInt16? {
        versions.overlaps(own) ? min(versions.upperBound, own.upperBound) : nil
    }

    private static var magic: UInt32 { 0x666F_6200 }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        var (magic, lowest, highest) = (Self.magic, versions.lowerBound, versions.upperBound)
        try coder.integer(&magic)
        try coder.check(magic == Self.magic, .badMagic)
        try coder.integer(&lowest)
        try coder.integer(&highest)
        try coder.check(1 <= lowest && lowest <= highest)
        versions = lowest...highest
    }
}

/// WELCOME: the reply to HELLO.
package struct WelcomeReply: PlainMessage {
    package static var type: MessageType { .welcome }
    /// The version spoken from here on.
    package var version: UInt16 = 0
    /// The largest frame that the agent takes, in bytes.
    package var largestFrame: UInt32 = 0
    /// Whether there is a vault and whether it is open.
    package var vault = VaultState.none
    /// The agent's release, for display.
    package var release = ""

    package init() {}

    package init(
        version: UInt16 = Limits.versions.upperBound, largestFrame: UInt32 = UInt32(Limits.frame), vault: VaultState,
        release: String
    ) {
        (self.version, self.largestFrame, self.vault, self.release) = (version, largestFrame, vault, release)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&version)
        try coder.integer(&largestFrame)
        try coder.choice(&vault)
        try coder.string(&release, Limits.text)
    }
}

/// OK: done, nothing to tell.
package struct OKReply: EmptyMessage {
    package static var type: MessageType { .ok }
    package init() {}
}

/// ERROR: the reply to any request that was not done.
package struct ErrorReply: PlainMessage {
    package static var type: MessageType { .error }
    /// The code, which is also an exit status.
    package var code = ErrorCode.internalFault
    /// What was refused and why, one sentence.
    package var message = ""
    /// What to do about it, one sentence; may be empty.
    package var remedy = ""
    /// Lines that go with it: the accounts that an ambiguous name fits.
    package var details: [String] = []
    /// Message and remedy as their sources have them; nil where the other side speaks version 2 or 1.
    package var words: ErrorWords?

    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.code(&code)
        try coder.check(code.isSent, .unknownValue)
        try coder.string(&message, Limits.text)
        try coder.string(&remedy, Limits.text)
        try coder.strings(&details, Limits.details, each: Limits.label)
        guard coder.follows(words != nil) else { return words = nil }
        var told = words ?? ErrorWords()
        try coder.list(&told.message, Limits.wordPieces)
        try coder.list(&told.remedy, Limits.wordPieces)
        words = told
    }
}

/// What another language is made of: each sentence with what is put into it behind it, in the same manner.
package struct ErrorWords: Equatable, Sendable {
    /// Of the message; empty where it has too many parts.
    package var message: [WordPiece] = []
    /// Of the remedy; empty where there is none.
    package var remedy: [WordPiece] = []

    package init() {}
}

/// A sentence as its source has it, or what is put into one.
package struct WordPiece: Field, Equatable, Sendable {
    /// How many of the pieces behind are put into it; 255: it is in no language, such as a name, a path or a number.
    package var arguments: UInt8 = 0
    /// The sentence, in English, with %1, %2 and so on for what is put into it; or the text.
    package var text = ""

    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&arguments)
        try coder.string(&text, Limits.text)
    }
}
