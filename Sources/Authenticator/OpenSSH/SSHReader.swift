/// What is wrong with a message of the ssh-agent protocol, or with something inside of it.
package enum SSHError: Error, Equatable, Sendable {
    /// It ends too early, goes on too long, or has a value that cannot be.
    case malformed
    /// It is well-formed, and not something that fob does.
    case unsupported
}

/// A position in a message, with the primitive decoders of RFC 4251, section 5. What is read is lent, not copied.
struct SSHReader {
    private(set) var position = 0

    private mutating func take(_ count: Int, _ message: Span<UInt8>) throws(SSHError) -> Range<Int> {
        guard count <= message.count - position else { throw .malformed }
        defer { position += count }
        return position..<(position + count)
    }

    mutating func byte(_ message: Span<UInt8>) throws(SSHError) -> UInt8 { message[try take(1, message).lowerBound] }

    mutating func u32(_ message: Span<UInt8>) throws(SSHError) -> UInt32 {
        var value: UInt32 = 0
        for index in try take(4, message) { value = value << 8 | UInt32(message[index]) }
        return value
    }

    /// RFC 4251 takes everything but 0 for true; nobody sends anything but 1.
    mutating func bool(_ message: Span<UInt8>) throws(SSHError) -> Bool {
        switch try byte(message) {
        case 0: return false
        case 1: return true
        default: throw .malformed
        }
    }

    /// Where the bytes of a string lie.
    mutating func string(_ message: Span<UInt8>) throws(SSHError) -> Range<Int> {
        try take(Int(try u32(message)), message)
    }

    /// A string of text.
    mutating func text(_ message: Span<UInt8>) throws(SSHError) -> String {
        guard let text = try? UTF8Span(validating: message.extracting(try string(message))) else { throw .malformed }
        return String(copying: text)
    }

    /// Refuses what follows the last field.
    func end(_ message: Span<UInt8>) throws(SSHError) {
        guard position == message.count else { throw .malformed }
    }
}

/// The primitive encoders of RFC 4251, section 5. Nothing that is written in this protocol is secret.
struct SSHWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(u32 value: UInt32) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }

    mutating func append(bytes more: [UInt8]) { bytes += more }

    mutating func append(string: [UInt8]) {
        append(u32: UInt32(string.count))
        bytes += string
    }

    mutating func append(text: String) { append(string: Array(text.utf8)) }

    /// A number that is not negative, from its big-endian bytes: without zeros in front, but for one where the first
    /// bit would be a sign.
    mutating func append(mpint number: some Collection<UInt8>) {
        let digits = number.drop { $0 == 0 }
        append(string: (digits.first ?? 0) & 0x80 == 0 ? Array(digits) : [0] + digits)
    }
}
