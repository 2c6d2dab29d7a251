import OneTimePassword
import Platform

/// Octets on their way into a file: gathered in locked memory, passed on in blocks.
package final class TextOutput {
    /// Octets of a block: whole groups of base64 and whole blocks of AES.
    package static let block = 12_288

    private var buffer: LockedBuffer
    private let next: (Span<UInt8>) throws(ConversionError) -> Void

    /// Whole blocks, and at the end what is left, go to `next`.
    init(_ next: @escaping (Span<UInt8>) throws(ConversionError) -> Void) throws(ConversionError) {
        buffer = try ConversionError.buffer(Self.block)
        self.next = next
    }

    /// The output of a format that is written as it is.
    convenience init(_ sink: any FileSink) throws(ConversionError) {
        try self.init { (block: Span<UInt8>) throws(ConversionError) in try sink.write(block) }
    }

    /// Passes on what is left.
    func finish() throws(ConversionError) {
        guard buffer.count > 0 else { return }
        try buffer.lend(next)
        buffer.removeAll()
    }

    /// Appends octets.
    func put(_ octets: Span<UInt8>) throws(ConversionError) {
        var done = 0
        while done < octets.count {
            let end = min(octets.count, done + buffer.free)
            buffer.append(copying: octets.extracting(done..<end))
            done = end
            if buffer.free == 0 { try finish() }
        }
    }

    /// Appends text that is not secret.
    func put(_ text: String) throws(ConversionError) { try put(text.utf8.span) }

    /// Appends one octet.
    func put(_ octet: UInt8) throws(ConversionError) {
        buffer.append { output in output.append(octet) }
        if buffer.free == 0 { try finish() }
    }

    /// Appends octets as base32 without padding.
    func putBase32(_ octets: Span<UInt8>) throws(ConversionError) {
        var text = try ConversionError.buffer(Base32.encodedCount(octets.count))
        text.append { output in Base32.encode(octets, into: &output) }
        try put(text.bytes)
    }

    /// Appends octets in lower case hexadecimal.
    func putHexadecimal(_ octets: Span<UInt8>) throws(ConversionError) {
        for index in octets.indices {
            try put(Self.digit(octets[index] >> 4))
            try put(Self.digit(octets[index] & 15))
        }
    }

    /// Appends octets percent-encoded, for a value of a URI.
    func putPercentEncoded(_ octets: Span<UInt8>) throws(ConversionError) {
        var text = try ConversionError.buffer(3 * octets.count)
        text.append { output in for index in octets.indices { PercentText.append(octets[index], to: &output) } }
        try put(text.bytes)
    }

    /// Appends what stands for each octet in a place where some mean something else; nil is the octet itself.
    func put(_ octets: Span<UInt8>, escaping escape: (UInt8) -> String?) throws(ConversionError) {
        var start = 0
        for index in octets.indices {
            guard let other = escape(octets[index]) else { continue }
            try put(octets.extracting(start..<index))
            try put(other)
            start = index + 1
        }
        try put(octets.extracting(start...))
    }

    /// Without a branch or a table, as `value` is: what they take must not depend on the key.
    private static func digit(_ value: UInt8) -> UInt8 {
        let isLetter = (9 &- Int16(value)) &>> 15
        return UInt8(truncatingIfNeeded: Int16(value) &+ 0x30 &+ (isLetter & 39))
    }
}

/// Base64 (RFC 4648, section 4) with padding, of octets that come in pieces.
struct Base64Encoder {
    private var held: UInt32 = 0
    private var count = 0

    /// Appends the characters that are complete.
    mutating func put(_ octets: Span<UInt8>, to output: TextOutput) throws(ConversionError) {
        for index in octets.indices {
            held = held << 8 | UInt32(octets[index])
            count += 1
            guard count == 3 else { continue }
            for shift in [18, 12, 6, 0] as [UInt32] { try output.put(Self.character(held >> shift)) }
            (held, count) = (0, 0)
        }
    }

    /// Appends what is left, and the padding.
    mutating func finish(to output: TextOutput) throws(ConversionError) {
        guard count > 0 else { return }
        let octets = count
        held <<= UInt32(8 * (3 - octets))
        for index in 0...octets { try output.put(Self.character(held >> UInt32(18 - 6 * index))) }
        for _ in octets..<3 { try output.put(UInt8(ascii: "=")) }
        (held, count) = (0, 0)
    }

    /// Appends all of `octets`.
    static func put(_ octets: Span<UInt8>, to output: TextOutput) throws(ConversionError) {
        var encoder = Base64Encoder()
        try encoder.put(octets, to: output)
        try encoder.finish(to: output)
    }

    /// Without a branch or a table, as in base32.
    private static func character(_ value: UInt32) -> UInt8 {
        let value = Int16(truncatingIfNeeded: value & 63)
        // From "A"; what is added at 26 leads to "a", at 52 to "0", at 62 to "+", at 63 to "/".
        var character = value &+ 0x41
        character = character &+ (((25 &- value) &>> 15) & 6)
        character = character &- (((51 &- value) &>> 15) & 75)
        character = character &- (((61 &- value) &>> 15) & 15)
        character = character &+ (((62 &- value) &>> 15) & 3)
        return UInt8(truncatingIfNeeded: character)
    }
}

extension LockedBuffer {
    /// Lends the contents of a buffer that is part of an object.
    func lend(_ body: (Span<UInt8>) throws(ConversionError) -> Void) throws(ConversionError) { try body(bytes) }
}
