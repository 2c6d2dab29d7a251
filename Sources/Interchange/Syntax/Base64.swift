import Encodings
import Platform

/// Base64 (RFC 4648, sections 4 and 5) into locked memory, read as leniently as programs write it: either alphabet,
/// padding or none, spaces and line ends.
enum Base64 {
    /// Bytes that `text` stands for.
    ///
    /// - Throws: `malformed` when it is no base64.
    static func decode(_ text: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        var buffer = try ConversionError.buffer(decodedCapacity(text.count))
        try buffer.append { (output: inout OutputSpan<UInt8>) throws(ConversionError) in
            var decoder = Decoder()
            for index in text.indices { if let byte = try decoder.push(text[index]) { output.append(byte) } }
            try decoder.finish()
        }
        return buffer
    }

    /// The most bytes that a text of `count` characters stands for.
    static func decodedCapacity(_ count: Int) -> Int { count / 4 * 3 + 3 }

    /// Takes characters one by one, so that a text can be decoded on its way out of another encoding.
    struct Decoder {
        private var bits = Regrouping(from: 6, to: 8)
        private var padding = 0

        /// Takes a character and gives the byte that it completes, if it does.
        mutating func push(_ character: UInt8) throws(ConversionError) -> UInt8? {
            guard let value = BaseEncoding.base64AnyAlphabet.value(of: character) else {
                switch character {
                case UInt8(ascii: "="):
                    padding += 1
                    return nil
                case 0x20, 0x09, 0x0A, 0x0D: return nil
                default: throw Self.broken
                }
            }
            guard padding == 0 else { throw Self.broken }
            return bits.push(value)
        }

        /// Throws if it cannot end here: after one character of four, or with padding that does not fit.
        func finish() throws(ConversionError) {
            guard bits.waiting < 6, padding == 0 || padding == bits.waiting / 2 else { throw Self.broken }
        }

        private static var broken: ConversionError { .malformed("a text in it is not base64") }
    }
}
