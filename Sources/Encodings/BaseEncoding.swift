/// Bytes as characters of 4, 5 or 6 bits: RFC 4648, and the digits of bech32.
///
/// Texts may be secret: no branch and no place in memory depends on a character of the alphabet or on its value. Only
/// where a wrong character stands shows in time.
package enum BaseEncoding: CaseIterable, Sendable {
    /// Lower-case hexadecimal digits, read in no other case.
    case base16
    /// Upper-case hexadecimal digits, read in no other case.
    case base16Upper
    /// Lower-case hexadecimal digits, read in either case.
    case base16AnyCase
    /// RFC 4648, section 6: upper case, read in either.
    case base32
    /// RFC 4648, section 4.
    case base64
    /// RFC 4648, section 5: `-` and `_` for `+` and `/`.
    case base64URL
    /// Written as `base64`, read in both alphabets, even mixed.
    case base64AnyAlphabet
    /// The digits of BIP 173, lower case.
    case bech32

    /// Bits of a character.
    package var width: Int {
        switch self {
        case .base16, .base16Upper, .base16AnyCase: 4
        case .base32, .bech32: 5
        case .base64, .base64URL, .base64AnyAlphabet: 6
        }
    }

    /// Characters that padding fills up.
    private var group: Int { width == 6 ? 4 : width == 5 ? 8 : 2 }

    /// The character of a value below `1 << width`.
    package func character(of value: UInt8) -> UInt8 {
        let value = Int16(value)
        /// All ones above a bound: what is added behind it moves the value on to the next run of characters.
        func above(_ bound: Int16, _ distance: Int16) -> Int16 { ((bound &- value) &>> 15) & distance }
        let character =
            switch self {
            case .base16, .base16AnyCase: value &+ 0x30 &+ above(9, 39)
            case .base16Upper: value &+ 0x30 &+ above(9, 7)
            case .base32: value &+ 0x41 &- above(25, 41)
            case .base64, .base64AnyAlphabet:
                value &+ 0x41 &+ above(25, 6) &- above(51, 75) &- above(61, 15) &+ above(62, 3)
            case .base64URL: value &+ 0x41 &+ above(25, 6) &- above(51, 75) &- above(61, 13) &+ above(62, 49)
            case .bech32: Bech32.digit(of: value)
            }
        return UInt8(truncatingIfNeeded: character)
    }

    /// The value of a character; nil for one that is not of the alphabet.
    package func value(of character: UInt8) -> UInt8? {
        let character = Int16(character)
        /// How far the character is into a run, plus `start`, or 0 outside of it: both differences are negative inside,
        /// and only there.
        func run(_ first: Unicode.Scalar, _ last: Unicode.Scalar, _ start: Int16) -> Int16 {
            let (first, last) = (Int16(UInt8(ascii: first)), Int16(UInt8(ascii: last)))
            let isInside = ((first &- 1 &- character) & (character &- last &- 1)) &>> 15
            return isInside & (character &- first &+ start)
        }
        var letters: Int16 { run("A", "Z", 1) &+ run("a", "z", 27) &+ run("0", "9", 53) }
        // One more than the value, so that 0 means none.
        let found =
            switch self {
            case .base16: run("0", "9", 1) &+ run("a", "f", 11)
            case .base16Upper: run("0", "9", 1) &+ run("A", "F", 11)
            case .base16AnyCase: run("0", "9", 1) &+ run("a", "f", 11) &+ run("A", "F", 11)
            case .base32: run("A", "Z", 1) &+ run("a", "z", 1) &+ run("2", "7", 27)
            case .base64: letters &+ run("+", "+", 63) &+ run("/", "/", 64)
            case .base64URL: letters &+ run("-", "-", 63) &+ run("_", "_", 64)
            case .base64AnyAlphabet:
                letters &+ run("+", "+", 63) &+ run("/", "/", 64) &+ run("-", "-", 63) &+ run("_", "_", 64)
            case .bech32: Bech32.value(of: character)
            }
        return found == 0 ? nil : UInt8(truncatingIfNeeded: found &- 1)
    }
}

extension BaseEncoding {
    /// Characters that `count` bytes are written with.
    package func encodedCount(_ count: Int, isPadded: Bool = false) -> Int {
        let characters = (count * 8 + width - 1) / width
        return isPadded ? (characters + group - 1) / group * group : characters
    }

    /// Appends the text of `bytes`. The output has room for ``encodedCount(_:isPadded:)``.
    package func encode(_ bytes: Span<UInt8>, isPadded: Bool = false, into output: inout OutputSpan<UInt8>) {
        let start = output.count
        var bits = Regrouping(from: 8, to: width)
        for index in bytes.indices {
            var value = bits.push(bytes[index])
            while let complete = value {
                output.append(character(of: complete))
                value = bits.next()
            }
        }
        if let value = bits.last() { output.append(character(of: value)) }
        while isPadded, (output.count - start) % group != 0 { output.append(UInt8(ascii: "=")) }
    }

    /// Appends the bytes of `text`, which is exactly what ``encode(_:isPadded:into:)`` writes for them but for the case of
    /// letters and the alphabet where both are read. On an error nothing is appended.
    package func decode(
        _ text: Span<UInt8>, isPadded: Bool = false, into output: inout OutputSpan<UInt8>
    ) throws(EncodingError) {
        var digits = text.count
        if isPadded {
            guard digits % group == 0 else { throw .badLength }
            for _ in 1..<group where digits > 0 && text[digits - 1] == UInt8(ascii: "=") { digits -= 1 }
            guard encodedCount(digits * width / 8, isPadded: true) == text.count else { throw .badLength }
        }
        guard digits * width % 8 < width else { throw .badLength }
        guard digits * width / 8 <= output.freeCapacity else { throw .noRoom }
        var bits = Regrouping(from: width, to: 8)
        for index in 0..<digits {
            guard let value = value(of: text[index]) else {
                output.removeLast(index * width / 8)
                throw .badCharacter(position: index + 1)
            }
            if let byte = bits.push(value) { output.append(byte) }
        }
        guard bits.rest == 0 else {
            output.removeLast(digits * width / 8)
            throw .trailingBits
        }
    }
}

// For what is no secret: the results are ordinary memory.
extension BaseEncoding {
    /// The text of `bytes`.
    package func text(_ bytes: Span<UInt8>, isPadded: Bool = false) -> String {
        var text: [UInt8] = []
        append(bytes, isPadded: isPadded, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; nil where ``decode(_:isPadded:into:)`` throws.
    package func bytes(_ text: some StringProtocol, isPadded: Bool = false) -> [UInt8]? {
        let text = Array(text.utf8)
        var bytes: [UInt8] = []
        return append(decoding: text.span, isPadded: isPadded, to: &bytes) ? bytes : nil
    }

    /// Appends the text of `bytes`.
    package func append(_ bytes: Span<UInt8>, isPadded: Bool = false, to text: inout [UInt8]) {
        text.append(addingCapacity: encodedCount(bytes.count, isPadded: isPadded)) { output in
            encode(bytes, isPadded: isPadded, into: &output)
        }
    }

    /// Appends the bytes of `text`; false, with nothing appended, where ``decode(_:isPadded:into:)`` throws.
    package func append(decoding text: Span<UInt8>, isPadded: Bool = false, to bytes: inout [UInt8]) -> Bool {
        var isRead = false
        bytes.append(addingCapacity: text.count * width / 8) { output in
            isRead = (try? decode(text, isPadded: isPadded, into: &output)) != nil
        }
        return isRead
    }
}
