import Encodings

/// Base32 (RFC 4648, section 6), read as leniently as people and programs write it.
///
/// Spaces, tabs, line ends, dashes and `=` are skipped, lower case counts as upper case. Lengths that no strict encoder
/// makes and spare bits that are not zero occur in real exports: whole bytes are taken and the rest is dropped.
package enum Base32 {
    /// Bytes that `text` stands for. Throws like `decode`.
    package static func decodedCount(_ text: Span<UInt8>) throws(OneTimePasswordError) -> Int {
        var decoder = Decoder()
        var count = 0
        for index in text.indices where try decoder.push(text[index]) != nil { count += 1 }
        if count == 0 { throw .keyEmpty }
        return count
    }

    /// Appends the bytes that `text` stands for; at least one. On an error nothing is appended.
    package static func decode(
        _ text: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(OneTimePasswordError) {
        guard try decodedCount(text) <= output.freeCapacity else { throw .keyTooLong }
        var decoder = Decoder()
        for index in text.indices { if let byte = try decoder.push(text[index]) { output.append(byte) } }
    }

    /// Characters that `count` bytes are written with.
    package static func encodedCount(_ count: Int) -> Int { BaseEncoding.base32.encodedCount(count) }

    /// Appends the text of `bytes`: upper case, no padding. The output has room for `encodedCount`.
    package static func encode(_ bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        BaseEncoding.base32.encode(bytes, into: &output)
    }

    /// Takes characters one by one, so that a text can be decoded on its way out of another encoding.
    struct Decoder {
        private var bits = Regrouping(from: 5, to: 8)
        private var position = 0
        private var previous: (UInt8, UInt8) = (0, 0)

        /// Takes a character and gives the byte that it completes, if it does.
        mutating func push(_ character: UInt8) throws(OneTimePasswordError) -> UInt8? {
            position += 1
            defer { previous = (previous.1, character) }
            if let value = BaseEncoding.base32.value(of: character) { return bits.push(value) }
            switch character {
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "="), 0x09, 0x0a, 0x0d: return nil
            default:
                // What a page has between groups, in UTF-8: the no-break space, spaces of no width and of other widths, dashes, the
                // byte order mark.
                switch (previous.0, previous.1, character) {
                case (_, 0..<0xc2, 0xc2), (_, 0..<0xc2, 0xe2), (_, 0..<0xc2, 0xef), (_, 0xc2, 0xa0): return nil
                case (_, 0xe2, 0x80), (0xe2, 0x80, 0x80...0x95), (_, 0xe2, 0x81), (0xe2, 0x81, 0xa0): return nil
                case (_, 0xef, 0xbb), (0xef, 0xbb, 0xbf): return nil
                default: throw .notBase32(position: position)
                }
            }
        }
    }
}
