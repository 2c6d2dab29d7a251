import Platform

/// Base64 (RFC 4648, sections 4 and 5) over locked memory: the standard and the URL-safe alphabet, with and without
/// padding. As Base32 and hexadecimal are: without branches or tables that depend on the characters.
enum Base64 {
    /// Which characters stand for 62 and 63 in what is written; both are read.
    enum Alphabet { case standard, urlSafe }

    /// Bytes that `text` stands for. Spaces and line ends are skipped, padding may be missing.
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

    /// Characters that `count` bytes are written with.
    static func encodedCount(_ count: Int, isPadded: Bool = true) -> Int {
        isPadded ? (count + 2) / 3 * 4 : (count * 4 + 2) / 3
    }

    /// Appends the text of `bytes`. The output has room for `encodedCount`.
    static func encode(
        _ bytes: Span<UInt8>, _ alphabet: Alphabet = .standard, isPadded: Bool = true,
        into output: inout OutputSpan<UInt8>
    ) {
        var index = 0
        while index < bytes.count {
            let taken = min(3, bytes.count - index)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < taken ? UInt32(bytes[index + offset]) : 0) }
            for place in 0..<4 {
                if place <= taken {
                    output.append(character(UInt8(truncatingIfNeeded: group >> UInt32(18 - 6 * place)) & 63, alphabet))
                } else if isPadded {
                    output.append(UInt8(ascii: "="))
                }
            }
            index += taken
        }
    }

    private static func character(_ value: UInt8, _ alphabet: Alphabet) -> UInt8 {
        let value = Int16(value)
        // Each mask is all ones above its bound: what is added moves the value on to the next run of characters.
        let lower = (25 &- value) &>> 15
        let digit = (51 &- value) &>> 15
        let plus = (61 &- value) &>> 15
        let slash = (62 &- value) &>> 15
        var result = value &+ 0x41 &+ (lower & 6) &- (digit & 75)
        switch alphabet {
        case .standard: result = result &- (plus & 15) &+ (slash & 3)
        case .urlSafe: result = result &- (plus & 13) &+ (slash & 49)
        }
        return UInt8(truncatingIfNeeded: result)
    }

    /// The value of a character of either alphabet, or -1.
    private static func value(_ character: UInt8) -> Int16 {
        run(character, UInt8(ascii: "A"), UInt8(ascii: "Z"), 1)
            &+ run(character, UInt8(ascii: "a"), UInt8(ascii: "z"), 27)
            &+ run(character, UInt8(ascii: "0"), UInt8(ascii: "9"), 53)
            &+ run(character, UInt8(ascii: "+"), UInt8(ascii: "+"), 63)
            &+ run(character, UInt8(ascii: "-"), UInt8(ascii: "-"), 63)
            &+ run(character, UInt8(ascii: "/"), UInt8(ascii: "/"), 64)
            &+ run(character, UInt8(ascii: "_"), UInt8(ascii: "_"), 64) &- 1
    }

    /// How far a character is into a run, plus `start`, or 0 outside of it.
    private static func run(_ character: UInt8, _ first: UInt8, _ last: UInt8, _ start: Int16) -> Int16 {
        let character = Int16(character)
        let isInside = ((Int16(first) &- 1 &- character) & (character &- Int16(last) &- 1)) &>> 15
        return isInside & (character &- Int16(first) &+ start)
    }

    /// Takes characters one by one, so that a text can be decoded on its way out of another encoding.
    struct Decoder {
        private var held: UInt32 = 0
        private var characters = 0
        private var padding = 0

        /// Takes a character and gives the byte that it completes, if it does.
        mutating func push(_ character: UInt8) throws(ConversionError) -> UInt8? {
            let value = Base64.value(character)
            if value < 0 {
                switch character {
                case UInt8(ascii: "="):
                    padding += 1
                    return nil
                case 0x20, 0x09, 0x0A, 0x0D: return nil
                default: throw Self.broken
                }
            }
            guard padding == 0 else { throw Self.broken }
            held = held << 6 | UInt32(truncatingIfNeeded: value)
            characters += 1
            switch characters & 3 {
            case 1: return nil
            case 2: return UInt8(truncatingIfNeeded: held >> 4)
            case 3: return UInt8(truncatingIfNeeded: held >> 2)
            default: return UInt8(truncatingIfNeeded: held)
            }
        }

        /// Throws if it cannot end here: after one character of four, or with padding that does not fit.
        func finish() throws(ConversionError) {
            let rest = characters & 3
            guard rest != 1, padding == 0 || padding == (4 - rest) & 3 else { throw Self.broken }
        }

        private static var broken: ConversionError { .malformed("a text in it is not base64") }
    }
}
