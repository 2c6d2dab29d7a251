/// Hexadecimal digits.
package enum Hexadecimal {
    /// Appends the bytes that `text` stands for; digits of either case, spaces and dashes are skipped. On an error
    /// nothing is appended.
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

    /// The lower case digit of a value from 0 to 15.
    @inline(__always) static func digit(_ value: UInt8) -> UInt8 {
        let value = Int16(value)
        let isLetter = (9 &- value) &>> 15
        return UInt8(truncatingIfNeeded: value &+ 0x30 &+ (isLetter & 39))
    }

    /// The value of a digit of either case.
    @inline(__always) static func value(_ digit: UInt8) -> UInt8? {
        let value =
            offset(of: digit, from: UInt8(ascii: "0"), to: UInt8(ascii: "9"), plus: 1)
            &+ offset(of: digit, from: UInt8(ascii: "a"), to: UInt8(ascii: "f"), plus: 11)
            &+ offset(of: digit, from: UInt8(ascii: "A"), to: UInt8(ascii: "F"), plus: 11)
        return value == 0 ? nil : UInt8(truncatingIfNeeded: value &- 1)
    }

    /// How far a character is into a range, plus something, or 0 outside of it; without a branch or a table, so that
    /// the time tells nothing of a key.
    @inline(__always) static func offset(
        of character: UInt8, from first: UInt8, to last: UInt8, plus start: Int16
    ) -> Int16 {
        let character = Int16(character)
        // Both differences are negative inside the range, and only there.
        let isInside = ((Int16(first) &- 1 &- character) & (character &- Int16(last) &- 1)) &>> 15
        return isInside & (character &- Int16(first) &+ start)
    }

    /// Takes characters one by one; spaces and dashes are skipped.
    struct Decoder {
        private var held: UInt8?
        private var position = 0

        /// Takes a character and gives the byte that it completes, if it does.
        mutating func push(_ character: UInt8) throws(OneTimePasswordError) -> UInt8? {
            position += 1
            if character == UInt8(ascii: " ") || character == UInt8(ascii: "-") { return nil }
            guard let value = Hexadecimal.value(character) else { throw .notHexadecimal(position: position) }
            guard let high = held else {
                held = value
                return nil
            }
            held = nil
            return high << 4 | value
        }

        /// Throws if half a byte is left.
        func finish() throws(OneTimePasswordError) {
            if held != nil { throw .notHexadecimal(position: position + 1) }
        }
    }
}
