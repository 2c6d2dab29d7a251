import Encodings
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
        var text = try ConversionError.buffer(BaseEncoding.base32.encodedCount(bytes.count))
        text.append { output in BaseEncoding.base32.encode(bytes, into: &output) }
        try put(text.bytes)
    }

    /// Appends bytes in lower case hexadecimal.
    func putHexadecimal(_ bytes: Span<UInt8>) throws(ConversionError) {
        var text = try ConversionError.buffer(2 * bytes.count)
        text.append { output in BaseEncoding.base16.encode(bytes, into: &output) }
        try put(text.bytes)
    }

    /// Appends bytes percent-encoded, for a value of a URI.
    func putPercentEncoded(_ bytes: Span<UInt8>) throws(ConversionError) {
        var text = try ConversionError.buffer(3 * bytes.count)
        text.append { output in for index in bytes.indices { Percent.append(bytes[index], to: &output) } }
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
}

/// Base64 (RFC 4648, section 4) with padding, of bytes that come in pieces.
struct Base64Encoder {
    private var bits = Regrouping(from: 8, to: 6)

    /// Appends the characters that are complete.
    mutating func put(_ bytes: Span<UInt8>, to output: TextOutput) throws(ConversionError) {
        for index in bytes.indices {
            var value = bits.push(bytes[index])
            while let complete = value {
                try output.put(BaseEncoding.base64.character(of: complete))
                value = bits.next()
            }
        }
    }

    /// Appends what is left, and the padding.
    mutating func finish(to output: TextOutput) throws(ConversionError) {
        let padding = (6 - bits.waiting) % 6 / 2
        guard let value = bits.last() else { return }
        try output.put(BaseEncoding.base64.character(of: value))
        for _ in 0..<padding { try output.put(UInt8(ascii: "=")) }
    }

    /// Appends all of `bytes`.
    static func put(_ bytes: Span<UInt8>, to output: TextOutput) throws(ConversionError) {
        var encoder = Base64Encoder()
        try encoder.put(bytes, to: output)
        try encoder.finish(to: output)
    }
}

extension LockedBuffer {
    /// Lends the contents of a buffer that is part of an object.
    func lend<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R { try body(bytes) }
}
