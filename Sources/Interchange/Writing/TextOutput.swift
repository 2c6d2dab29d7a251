import OneTimePassword
import Platform

/// Bytes on their way into a file: gathered in locked memory, passed on in blocks.
package final class TextOutput {
    /// Bytes of a block: whole groups of base64 and whole blocks of AES.
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

    /// Appends bytes.
    func put(_ bytes: Span<UInt8>) throws(ConversionError) {
        var done = 0
        while done < bytes.count {
            let end = min(bytes.count, done + buffer.free)
            buffer.append(copying: bytes.extracting(done..<end))
            done = end
            if buffer.free == 0 { try finish() }
        }
    }

    /// Appends text that is not secret.
    func put(_ text: String) throws(ConversionError) { try put(text.utf8.span) }

    /// Appends one byte.
    func put(_ byte: UInt8) throws(ConversionError) {
        buffer.append { output in output.append(byte) }
        if buffer.free == 0 { try finish() }
    }

    /// Appends bytes as base32 without padding.
    func putBase32(_ bytes: Span<UInt8>) throws(ConversionError) {
        var text = try ConversionError.buffer(Base32.encodedCount(bytes.count))
        text.append { output in Base32.encode(bytes, into: &output) }
        try put(text.bytes)
    }

    /// Appends bytes in lower case hexadecimal.
    func putHexadecimal(_ bytes: Span<UInt8>) throws(ConversionError) {
        for index in bytes.indices {
            try put(Self.digit(bytes[index] >> 4))
            try put(Self.digit(bytes[index] & 15))
        }
    }

    /// Appends bytes percent-encoded, for a value of a URI.
    func putPercentEncoded(_ bytes: Span<UInt8>) throws(ConversionError) {
        var text = try ConversionError.buffer(3 * bytes.count)
        text.append { output in for index in bytes.indices { PercentText.append(bytes[index], to: &output) } }
        try put(text.bytes)
    }

    /// Appends what stands for each byte in a place where some mean something else; nil is the byte itself.
    func put(_ bytes: Span<UInt8>, escaping escape: (UInt8) -> String?) throws(ConversionError) {
        var start = 0
        for index in bytes.indices {
            guard let other = escape(bytes[index]) else { continue }
            try put(bytes.extracting(start..<index))
            try put(other)
            start = index + 1
        }
        try put(bytes.extracting(start...))
    }

    /// Without a branch or a table, as `value` is: what they take must not depend on the key.
    private static func digit(_ value: UInt8) -> UInt8 {
        let isLetter = (9 &- Int16(value)) &>> 15
        return UInt8(truncatingIfNeeded: Int16(value) &+ 0x30 &+ (isLetter & 39))
    }
}

/// Base64 (RFC 4648, section 4) with padding, of bytes that come in pieces.
struct Base64Encoder {
    private var held: UInt32 = 0
    private var count = 0

    /// Appends the characters that are complete.
    mutating func put(_ bytes: Span<UInt8>, to output: TextOutput) throws(ConversionError) {
        for index in bytes.indices {
            held = held << 8 | UInt32(bytes[index])
            count += 1
            guard count == 3 else { continue }
            for shift in [18, 12, 6, 0] as [UInt32] { try output.put(Self.character(held >> shift)) }
            (held, count) = (0, 0)
        }
    }

    /// Appends what is left, and the padding.
    mutating func finish(to output: TextOutput) throws(ConversionError) {
        guard count > 0 else { return }
        let bytes = count
        held <<= UInt32(8 * (3 - bytes))
        for index in 0...bytes { try output.put(Self.character(held >> UInt32(18 - 6 * index))) }
        for _ in bytes..<3 { try output.put(UInt8(ascii: "=")) }
        (held, count) = (0, 0)
    }

    /// Appends all of `bytes`.
    static func put(_ bytes: Span<UInt8>, to output: TextOutput) throws(ConversionError) {
        var encoder = Base64Encoder()
        try encoder.put(bytes, to: output)
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
