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
    package static func encodedCount(_ count: Int) -> Int { (count * 8 + 4) / 5 }

    /// Appends the text of `bytes`: upper case, no padding. The output has room for `encodedCount`.
    package static func encode(_ bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        var held: UInt16 = 0
        var bits: UInt16 = 0
        for index in bytes.indices {
            held = held << 8 | UInt16(bytes[index])
            bits += 8
            while bits >= 5 {
                bits -= 5
                output.append(character(UInt8(truncatingIfNeeded: held >> bits) & 31))
            }
        }
        if bits > 0 { output.append(character(UInt8(truncatingIfNeeded: held << (5 - bits)) & 31)) }
    }

    /// Without a branch or a table, as `value` is: what they take must not depend on the key.
    private static func character(_ value: UInt8) -> UInt8 {
        let value = Int16(value)
        let isDigit = (25 &- value) &>> 15
        return UInt8(truncatingIfNeeded: value &+ 0x41 &- (isDigit & 41))
    }

    /// The value of a symbol of either case, or -1.
    private static func value(_ character: UInt8) -> Int16 {
        Hexadecimal.offset(of: character, from: UInt8(ascii: "A"), to: UInt8(ascii: "Z"), plus: 1)
            &+ Hexadecimal.offset(of: character, from: UInt8(ascii: "a"), to: UInt8(ascii: "z"), plus: 1)
            &+ Hexadecimal.offset(of: character, from: UInt8(ascii: "2"), to: UInt8(ascii: "7"), plus: 27) &- 1
    }

    /// Takes characters one by one, so that a text can be decoded on its way out of another encoding.
    struct Decoder {
        private var held: UInt16 = 0
        private var bits: UInt16 = 0
        private var position = 0

        /// Takes a character and gives the byte that it completes, if it does.
        mutating func push(_ character: UInt8) throws(OneTimePasswordError) -> UInt8? {
            position += 1
            let value = Base32.value(character)
            if value < 0 {
                switch character {
                case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "="), 0x09, 0x0a, 0x0d: return nil
                default: throw .notBase32(position: position)
                }
            }
            held = held << 5 | UInt16(truncatingIfNeeded: value)
            bits += 5
            guard bits >= 8 else { return nil }
            bits -= 8
            return UInt8(truncatingIfNeeded: held >> bits)
        }
    }
}
