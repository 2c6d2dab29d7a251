/// Whether there is a vault and whether it is open.
package enum VaultState: UInt8, CaseIterable, Sendable {
    case none = 0
    case locked = 1
    case unlocked = 2
}

/// HELLO: the first frame of every connection.
package struct HelloRequest: PlainMessage {
    package static var type: MessageType { .hello }
    /// Lowest and highest version that the client speaks.
    package let versions: ClosedRange<UInt16>

    /// A client that speaks `versions`.
    package init(versions: ClosedRange<UInt16> = Limits.versions) { self.versions = versions }

    /// The highest version that both sides speak, or nil.
    package func agreed(with own: ClosedRange<UInt16> = Limits.versions) -> UInt16? {
        versions.overlaps(own) ? min(versions.upperBound, own.upperBound) : nil
    }

    private static var magic: [4 of UInt8] { [0x66, 0x6F, 0x62, 0x00] }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        let start = try cursor.bytes(body, 4).lowerBound
        for index in Self.magic.indices where body[start + index] != Self.magic[index] { throw .badMagic }
        let lowest = try cursor.u16(body)
        let highest = try cursor.u16(body)
        guard 1 <= lowest, lowest <= highest else { throw .outOfRange }
        versions = lowest...highest
    }

    package var encodedCount: Int { 8 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        guard versions.lowerBound >= 1 else { throw .outOfRange }
        output.appendOctets(Self.magic.span)
        output.appendU16(versions.lowerBound)
        output.appendU16(versions.upperBound)
    }
}

/// WELCOME: the reply to HELLO.
package struct WelcomeReply: PlainMessage {
    package static var type: MessageType { .welcome }
    /// The version spoken from here on.
    package let version: UInt16
    /// The largest frame that the agent takes, in bytes.
    package let largestFrame: UInt32
    /// Whether there is a vault and whether it is open.
    package let vault: VaultState
    /// The agent's release, for display.
    package let release: String

    /// With those fields.
    package init(
        version: UInt16 = Limits.versions.upperBound, largestFrame: UInt32 = UInt32(Limits.frame), vault: VaultState,
        release: String
    ) {
        self.version = version
        self.largestFrame = largestFrame
        self.vault = vault
        self.release = release
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        version = try cursor.u16(body)
        largestFrame = try cursor.u32(body)
        vault = try cursor.choice(body)
        release = try cursor.string(body, Limits.text)
    }

    package var encodedCount: Int { 7 + Count.string(release) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendU16(version)
        output.appendU32(largestFrame)
        output.append(vault.rawValue)
        try output.appendString(release, Limits.text)
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
    package let code: ErrorCode
    /// What was refused and why, one sentence.
    package let message: String
    /// What to do about it, one sentence; may be empty.
    package let remedy: String
    /// Lines that go with it: the accounts that an ambiguous name fits.
    package let details: [String]

    /// An error that can always be sent: texts are clipped to their limits, details beyond the limit are left out.
    package init(_ code: ErrorCode, _ message: String, remedy: String = "", details: [String] = []) {
        self.code = code
        self.message = Text.clipped(message)
        self.remedy = Text.clipped(remedy)
        self.details = details.prefix(Limits.details).map { Text.clipped($0, to: Limits.label) }
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        guard let code = ErrorCode(rawValue: try cursor.u16(body)), code.isSent else { throw .unknownValue }
        self.code = code
        message = try cursor.string(body, Limits.text)
        remedy = try cursor.string(body, Limits.text)
        details = try cursor.strings(body, Limits.details, each: Limits.label)
    }

    package var encodedCount: Int { 2 + Count.string(message) + Count.string(remedy) + Count.strings(details) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        guard code.isSent else { throw .unknownValue }
        output.appendU16(code.rawValue)
        try output.appendString(message, Limits.text)
        try output.appendString(remedy, Limits.text)
        try output.appendStrings(details, Limits.details, each: Limits.label)
    }
}
