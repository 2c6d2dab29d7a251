import Encodings

/// Hexadecimal digits of keys: either case, spaces and dashes between them.
package enum Hexadecimal {
    /// Appends the bytes that `text` stands for. On an error nothing is appended.
    package static func decode(
        _ text: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(OneTimePasswordError) {
        var counter = Decoder()
        var count = 0
        for index in text.indices where try counter.push(text[index]) != nil { count += 1 }
        try counter.finish()
        guard count <= output.freeCapacity else { throw .keyTooLong }
        var decoder = Decoder()
        for index in text.indices { if let byte = try decoder.push(text[index]) { output.append(byte) } }
    }

    /// Takes characters one by one; spaces and dashes are skipped.
    struct Decoder {
        private var bits = Regrouping(from: 4, to: 8)
        private var position = 0

        /// Takes a character and gives the byte that it completes, if it does.
        mutating func push(_ character: UInt8) throws(OneTimePasswordError) -> UInt8? {
            position += 1
            if character == UInt8(ascii: " ") || character == UInt8(ascii: "-") { return nil }
            guard let value = BaseEncoding.base16AnyCase.value(of: character) else {
                throw .notHexadecimal(position: position)
            }
            return bits.push(value)
        }

        /// Throws if half a byte is left.
        func finish() throws(OneTimePasswordError) {
            if bits.waiting > 0 { throw .notHexadecimal(position: position + 1) }
        }
    }
}
