/// What is wrong with a message of the ssh-agent protocol, or with something inside of it.
package enum SSHError: Error, Equatable, Sendable {
    /// It ends too early, goes on too long, or has a value that cannot be.
    case malformed
    /// It is well-formed, and not something that fob does.
    case unsupported
}

/// A position in a message, with the primitive decoders of RFC 4251, section 5. What is read is lent, not copied.
package struct SSHReader {
    private var position = 0

    /// At the start of a message.
    package init() {}

    private mutating func take(_ count: Int, _ message: Span<UInt8>) throws(SSHError) -> Range<Int> {
        guard count <= message.count - position else { throw .malformed }
        defer { position += count }
        return position..<(position + count)
    }

    /// A byte.
    package mutating func byte(_ message: Span<UInt8>) throws(SSHError) -> UInt8 {
        message[try take(1, message).lowerBound]
    }

    /// A number, big-endian.
    package mutating func u32(_ message: Span<UInt8>) throws(SSHError) -> UInt32 {
        var value: UInt32 = 0
        for index in try take(4, message) { value = value << 8 | UInt32(message[index]) }
        return value
    }

    /// RFC 4251 takes everything but 0 for true; nobody sends anything but 1.
    package mutating func bool(_ message: Span<UInt8>) throws(SSHError) -> Bool {
        switch try byte(message) {
        case 0: return false
        case 1: return true
        default: throw .malformed
        }
    }

    /// Where the bytes of a string lie.
    package mutating func string(_ message: Span<UInt8>) throws(SSHError) -> Range<Int> {
        try take(Int(try u32(message)), message)
    }

    /// A string of text.
    package mutating func text(_ message: Span<UInt8>) throws(SSHError) -> String {
        guard let text = try? UTF8Span(validating: message.extracting(try string(message))) else { throw .malformed }
        return String(copying: text)
    }

    /// Refuses what follows the last field.
    package func end(_ message: Span<UInt8>) throws(SSHError) {
        guard position == message.count else { throw .malformed }
    }
}
