/// One frame found in a buffer: `u32 length | u32 id | u8 type | body`; length counts what follows it.
package struct Frame: Equatable, Sendable {
    /// The client's number for the request and its reply; 0 in events and in errors about the whole connection.
    package let id: UInt32
    /// The type byte as it came; it may be unknown.
    package let typeOctet: UInt8
    /// Where the body lies in the buffer that was scanned.
    package let body: Range<Int>

    package init(id: UInt32, typeOctet: UInt8, body: Range<Int>) {
        (self.id, self.typeOctet, self.body) = (id, typeOctet, body)
    }

    /// The type, or nil when this version does not define it.
    package var type: MessageType? { MessageType(rawValue: typeOctet) }
    /// Where the next frame starts in the buffer that was scanned.
    package var end: Int { body.upperBound }

    /// What the start of a buffer holds.
    package enum Scan: Equatable, Sendable {
        /// Not a whole frame yet; at least `missing` more bytes must come (1 or more).
        case incomplete(missing: Int)
        /// A whole frame.
        case complete(Frame)
        /// The length field announces more than ``Limits/frame``: the stream cannot be followed any further.
        case tooLarge
        /// The length field is too small for an id and a type: the stream cannot be followed any further.
        case malformed
    }

    /// Looks for one frame at `offset`, without touching its body.
    package static func scan(_ buffer: Span<UInt8>, at offset: Int = 0) -> Scan {
        let available = buffer.count - offset
        guard available >= 4 else { return .incomplete(missing: Limits.frameHeader - max(available, 0)) }
        let length = Int(bigEndian(buffer, at: offset))
        guard length >= Limits.frameHeader - 4 else { return .malformed }
        guard length <= Limits.frame - 4 else { return .tooLarge }
        guard available >= 4 + length else { return .incomplete(missing: 4 + length - available) }
        return .complete(
            Frame(
                id: bigEndian(buffer, at: offset + 4), typeOctet: buffer[offset + 8],
                body: (offset + Limits.frameHeader)..<(offset + 4 + length)))
    }

    private static func bigEndian(_ buffer: Span<UInt8>, at index: Int) -> UInt32 {
        UInt32(buffer[index]) << 24 | UInt32(buffer[index + 1]) << 16 | UInt32(buffer[index + 2]) << 8
            | UInt32(buffer[index + 3])
    }
}

extension Frame {
    /// Bytes of the whole frame of `message`.
    package static func encodedCount(_ message: some Message & ~Escapable) -> Int {
        Limits.frameHeader + message.encodedCount
    }

    /// Appends a whole frame. When it throws, nothing was appended. Precondition: the room of `encodedCount(_:)`.
    package static func append<M: Message & ~Escapable>(
        _ message: M, id: UInt32, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try append(M.type, id: id, bodyCount: message.encodedCount, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in try message.encode(into: &output)
        }
    }

    /// Appends a header and what `body` writes, which must be `bodyCount` bytes. When it throws, nothing was appended.
    package static func append(
        _ type: MessageType, id: UInt32, bodyCount: Int, into output: inout OutputSpan<UInt8>,
        body: (inout OutputSpan<UInt8>) throws(WireError) -> Void
    ) throws(WireError) {
        guard bodyCount <= Limits.body else { throw .tooLong }
        let start = output.count
        output.appendInteger(UInt32(Limits.frameHeader - 4 + bodyCount))
        output.appendInteger(id)
        output.append(type.rawValue)
        do throws(WireError) {
            try body(&output)
        } catch {
            output.removeLast(output.count - start)
            throw error
        }
        precondition(
            output.count - start == Limits.frameHeader + bodyCount,
            "fob: internal error: a body is not as long as announced")
    }
}
