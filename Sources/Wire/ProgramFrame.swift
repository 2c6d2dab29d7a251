/// What `fob` and a program that works for it in a sandbox say to each other over a socket pair: `u32 length | u8 type | body`,
/// big-endian; length counts type and body. The bodies are made of the fields of man/fob-protocol.7.
package struct ProgramFrame<Conversation: ProgramConversation>: Equatable, Sendable {
    /// What a frame is.
    package typealias Kind = Conversation

    /// Bytes before the body.
    package static var header: Int { 5 }
    /// A whole frame at most.
    package static var longest: Int { Conversation.longestFrame }

    /// What it is.
    package let kind: Kind
    /// Where the body lies in the buffer that was scanned.
    package let body: Range<Int>

    /// The frame at the start of `buffer`; nil when more bytes must come.
    package static func scan(_ buffer: Span<UInt8>) throws(WireError) -> ProgramFrame? {
        guard buffer.count >= header else { return nil }
        var announced: UInt32 = 0
        var reader = Reader(buffer)
        try reader.integer(&announced)
        let length = Int(announced)
        guard length >= 1 else { throw .truncated }
        guard length <= longest - 4 else { throw .tooLong }
        guard let kind = Kind(rawValue: buffer[4]) else { throw .unknownValue }
        guard buffer.count >= 4 + length else { return nil }
        return ProgramFrame(kind: kind, body: header..<(4 + length))
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

    /// Appends a frame of those bytes.
    package static func append(
        _ kind: Kind, _ bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try append(kind, count: bytes.count, into: &output) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }

    /// Appends a frame of a body without secrets.
    package static func append<FrameBody: ProgramFrameBody>(
        _ body: FrameBody, into output: inout OutputSpan<UInt8>
    ) throws(WireError) where FrameBody.Conversation == Conversation {
        try append(FrameBody.kind, count: body.encodedCount, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in try body.encode(into: &output)
        }
    }

    /// Bytes of the whole frame of `body`.
    package static func encodedCount(_ body: some ProgramFrameBody) -> Int { header + body.encodedCount }
}

/// The kinds of frame of which a conversation with one program is made.
package protocol ProgramConversation: RawRepresentable, CaseIterable, Equatable, Sendable where RawValue == UInt8 {
    /// Bytes of a whole frame at most.
    static var longestFrame: Int { get }
}

/// The body of a frame that holds no secret.
package protocol ProgramFrameBody: Body, Equatable, Sendable {
    associatedtype Conversation: ProgramConversation
    /// What its frame is.
    static var kind: Conversation { get }
}
