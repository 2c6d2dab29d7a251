/// What `fob` and `fob-convert` say to each other over a socket pair: `u32 length | u8 type | body`, big-endian; length
/// counts type and body. The bodies are made of the fields of man/fob-protocol.7.
///
/// `fob` sends START, then FILE and DATA of everything to be read, or ENTRY and PASSKEY of everything to be written, then END. Where
/// what is to be written is encrypted, PASSWORD comes before the first ENTRY. The
/// converter answers with PASSWORD_NEEDED any number of times, each answered with PASSWORD, and with what it makes of the
/// input: ENTRY, PASSKEY, PROBLEM, WARNING, CODES for what was read, each file's followed by its OUTCOME, FILE and DATA for what is
/// written. END or FAILURE is its last word. A stream without one of these two came from a converter that died: nothing of it counts.
package struct ConversionFrame: Equatable, Sendable {
    /// What a frame is.
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// One passkey with its secrets (both ways).
        case passkey = 0x08
        /// What is to be done (to the converter).
        case start = 0x01
        /// The name of the file whose DATA follows (both ways).
        case file = 0x02
        /// The next bytes of a file (both ways); they may be secret.
        case data = 0x03
        /// One account with its secrets (both ways).
        case entry = 0x04
        /// A password that was asked for (to the converter).
        case password = 0x05
        /// Everything was sent, and all is well (both ways).
        case end = 0x06
        /// The DATA that follow are a key file, which opens others (to the converter).
        case keyFile = 0x07
        /// The file is encrypted (from the converter).
        case passwordNeeded = 0x11
        /// One item of the file cannot be an account (from the converter).
        case problem = 0x12
        /// Something that the owner should know of the file as a whole (from the converter).
        case warning = 0x13
        /// The recovery codes of a service (from the converter).
        case codes = 0x14
        /// What became of a file, or of several that belong together (from the converter).
        case outcome = 0x15
        /// It cannot be done (from the converter).
        case failure = 0x1F
    }

    /// Bytes before the body.
    package static let header = 5
    /// A whole frame at most.
    package static let longest = Limits.frame

    /// What it is.
    package let kind: Kind
    /// Where the body lies in the buffer that was scanned.
    package let body: Range<Int>

    /// The frame at the start of `buffer`; nil when more bytes must come.
    package static func scan(_ buffer: Span<UInt8>) throws(WireError) -> ConversionFrame? {
        guard buffer.count >= header else { return nil }
        var announced: UInt32 = 0
        var reader = Reader(buffer)
        try reader.integer(&announced)
        let length = Int(announced)
        guard length >= 1 else { throw .truncated }
        guard length <= longest - 4 else { throw .tooLong }
        guard let kind = Kind(rawValue: buffer[4]) else { throw .unknownValue }
        guard buffer.count >= 4 + length else { return nil }
        return ConversionFrame(kind: kind, body: header..<(4 + length))
    }

    /// Appends a header and what `body` writes, which must be `count` bytes. When it throws, nothing was appended.
    package static func append(
        _ kind: Kind, count: Int, into output: inout OutputSpan<UInt8>,
        body: (inout OutputSpan<UInt8>) throws(WireError) -> Void
    ) throws(WireError) {
        guard count <= longest - header else { throw .tooLong }
        let start = output.count
        output.appendInteger(UInt32(1 + count))
        output.append(kind.rawValue)
        do throws(WireError) {
            try body(&output)
        } catch {
            output.removeLast(output.count - start)
            throw error
        }
        precondition(
            output.count - start == header + count, "fob: internal error: a body is not as long as announced")
    }

    /// Appends a frame of a body without secrets.
    package static func append(_ body: some ConversionBody, into output: inout OutputSpan<UInt8>) throws(WireError) {
        try append(type(of: body).kind, count: body.encodedCount, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in try body.encode(into: &output)
        }
    }

    /// Bytes of the whole frame of `body`.
    package static func encodedCount(_ body: some ConversionBody) -> Int { header + body.encodedCount }
}

/// The body of a frame that holds no secret.
package protocol ConversionBody: Body, Equatable, Sendable {
    /// What its frame is.
    static var kind: ConversionFrame.Kind { get }
}
