package import Platform
package import Wire

/// The converter's side of the frames of Wire/Conversion. All bytes pass through locked memory.
package final class Conversation {
    private let input: FileDescriptor
    private let output: FileDescriptor
    private var incoming: LockedBuffer
    private var outgoing: LockedBuffer
    /// Bytes of `incoming` that were taken.
    private var taken = 0

    /// Goes on where `readStart` has stopped.
    package init(_ input: consuming FileDescriptor, _ output: consuming FileDescriptor) throws(ConversionError) {
        let incoming = try ConversionError.buffer(ConversionFrame.longest)
        let outgoing = try ConversionError.buffer(ConversionFrame.longest)
        self.input = input
        self.output = output
        self.incoming = incoming
        self.outgoing = outgoing
    }

    /// Reads START and not one byte more: it says how much memory the rest needs, and is no secret.
    package static func readStart(_ input: borrowing FileDescriptor) throws(ConversionError) -> ConversionStart {
        var bytes: [UInt8] = []
        try read(ConversionFrame.header, from: input, into: &bytes)
        var length = 0
        for byte in bytes.prefix(4) { length = length << 8 | Int(byte) }
        // The longest START holds a format's name and three numbers.
        guard (1...Limits.text + 64).contains(length) else { throw .conversation }
        try read(length - 1, from: input, into: &bytes)
        do throws(WireError) {
            guard let frame = try ConversionFrame.scan(bytes.span), frame.kind == .start else {
                throw WireError.unknownValue
            }
            return try ConversionStart(from: bytes.span.extracting(frame.body))
        } catch {
            throw .conversation
        }
    }

    private static func read(
        _ count: Int, from input: borrowing FileDescriptor, into bytes: inout [UInt8]
    ) throws(ConversionError) {
        let end = bytes.count + count
        do throws(SystemError) {
            while bytes.count < end {
                let before = bytes.count
                try bytes.append(addingCapacity: end - before) {
                    (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    _ = try input.read(into: &output, most: end - before)
                }
                guard bytes.count > before else { throw SystemError("read", code: 0) }
            }
        } catch {
            throw .conversation
        }
    }

    /// Waits for the next frame and lends its body.
    func next<R: ~Copyable>(
        _ body: (ConversionFrame.Kind, Span<UInt8>) throws(ConversionError) -> R
    ) throws(ConversionError) -> R {
        while true {
            if let frame = try scan() {
                defer { taken += frame.body.upperBound }
                return try Self.lend(incoming, taken + frame.body.lowerBound..<taken + frame.body.upperBound) {
                    (bytes: Span<UInt8>) throws(ConversionError) in try body(frame.kind, bytes)
                }
            }
            incoming.removeFirst(taken)
            taken = 0
            do throws(SystemError) {
                guard try input.read(into: &incoming) > 0 else { throw SystemError("read", code: 0) }
            } catch {
                throw .conversation
            }
        }
    }

    private func scan() throws(ConversionError) -> ConversionFrame? {
        do throws(WireError) {
            return try Self.lend(incoming, taken..<incoming.count) { (bytes: Span<UInt8>) throws(WireError) in
                try ConversionFrame.scan(bytes)
            }
        } catch {
            throw .conversation
        }
    }

    private static func lend<R: ~Copyable, E: Error>(
        _ buffer: borrowing LockedBuffer, _ range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try body(buffer.bytes.extracting(range))
    }

    /// Says something without a secret. It goes out with `flush`, or when there is much to say.
    func send(_ body: some ConversionBody) throws(ConversionError) {
        try append(ConversionFrame.encodedCount(body)) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ConversionFrame.append(body, into: &output)
        }
    }

    /// Says what `body` appends: one frame of `count` bytes with its header.
    func append(
        _ count: Int, _ body: (inout OutputSpan<UInt8>) throws(WireError) -> Void
    ) throws(ConversionError) {
        if count > outgoing.free { try flush() }
        do throws(WireError) {
            try outgoing.append(body)
        } catch {
            throw .conversation
        }
    }

    /// Sends everything that was said.
    func flush() throws(ConversionError) {
        do throws(SystemError) {
            try Self.lend(outgoing, 0..<outgoing.count) { (bytes: Span<UInt8>) throws(SystemError) in
                try output.writeAll(bytes)
            }
        } catch {
            throw .conversation
        }
        outgoing.removeAll()
    }
}

/// Passwords that the person at the other end is asked for.
final class AskedPasswords: PasswordSource {
    private let conversation: Conversation
    private let isGuess: Bool
    private let file: String

    /// - Parameters:
    ///   - isGuess: nothing in the file says that it is of the format.
    ///   - file: its name, where there are several.
    init(_ conversation: Conversation, isGuess: Bool, file: String) {
        (self.conversation, self.isGuess, self.file) = (conversation, isGuess, file)
    }

    func password(format: String, again: Bool) throws(ConversionError) -> LockedBuffer {
        try conversation.send(ConversionPasswordNeeded(format: format, again: again, isGuess: isGuess, file: file))
        try conversation.flush()
        return try conversation.next { (kind: ConversionFrame.Kind, body: Span<UInt8>) throws(ConversionError) in
            // END instead of a password: there is none, or none any more.
            guard kind != .end else { throw again ? .wrongPassword : .passwordNeeded }
            guard kind == .password, body.count <= InterchangeLimits.password else { throw .conversation }
            return try ConversionError.copy(body)
        }
    }
}
