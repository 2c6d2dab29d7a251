/// Bech32 (BIP 173) without its limit on length, as age writes keys. The data may be secret, as in ``BaseEncoding``; the
/// prefix is not.
package enum Bech32 {
    private static let checksumDigits = 6

    /// Characters that ``encode(prefix:_:isUpperCase:into:)`` appends for `count` bytes under `prefix`.
    package static func encodedCount(prefix: String, _ count: Int) -> Int {
        prefix.utf8.count + 1 + BaseEncoding.bech32.encodedCount(count) + checksumDigits
    }

    /// Appends the text of `bytes` under a lower-case `prefix`, all in one case.
    package static func encode(
        prefix: String, _ bytes: Span<UInt8>, isUpperCase: Bool = false, into output: inout OutputSpan<UInt8>
    ) {
        func put(_ letter: UInt8) { output.append(isUpperCase ? letter &- letters("a", "z", letter) & 32 : letter) }
        var checksum = Checksum()
        for letter in prefix.utf8 {
            checksum.add(letter >> 5)
            put(letter)
        }
        checksum.add(0)
        for letter in prefix.utf8 { checksum.add(letter & 31) }
        put(UInt8(ascii: "1"))
        var bits = Regrouping(from: 8, to: 5)
        func put(value: UInt8) {
            checksum.add(value)
            put(BaseEncoding.bech32.character(of: value))
        }
        for index in bytes.indices {
            var value = bits.push(bytes[index])
            while let complete = value {
                put(value: complete)
                value = bits.next()
            }
        }
        if let value = bits.last() { put(value: value) }
        for _ in 0..<checksumDigits { checksum.add(0) }
        let state = checksum.state ^ 1
        for digit in 0..<checksumDigits {
            put(BaseEncoding.bech32.character(of: UInt8(truncatingIfNeeded: state >> UInt32(25 - 5 * digit)) & 31))
        }
    }

    /// Appends the bytes that `text` carries and returns its prefix in the text's own case. On an error nothing is
    /// appended.
    ///
    /// - Throws: `badCharacter` for one that is no digit or of another case than the first letter, too; `badLength`
    ///   without a prefix, a separator and six check digits.
    package static func decode(
        _ text: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(EncodingError) -> String {
        let separator = try separator(of: text)
        var checksum = Checksum()
        for index in 0..<separator { checksum.add(lowerCase(text[index]) >> 5) }
        checksum.add(0)
        for index in 0..<separator { checksum.add(lowerCase(text[index]) & 31) }
        for index in separator + 1..<text.count {
            guard let value = BaseEncoding.bech32.value(of: lowerCase(text[index])) else {
                throw .badCharacter(position: index + 1)
            }
            checksum.add(value)
        }
        let digits = text.count - separator - 1 - checksumDigits
        guard checksum.state == 1 else { throw .badChecksum }
        guard digits * 5 % 8 < 5 else { throw .badLength }
        guard digits * 5 / 8 <= output.freeCapacity else { throw .noRoom }
        var bits = Regrouping(from: 5, to: 8)
        for index in separator + 1..<separator + 1 + digits {
            let value = BaseEncoding.bech32.value(of: lowerCase(text[index])) ?? 0
            if let byte = bits.push(value) { output.append(byte) }
        }
        guard bits.rest == 0 else {
            output.removeLast(digits * 5 / 8)
            throw .trailingBits
        }
        var prefix: [UInt8] = []
        for index in 0..<separator { prefix.append(text[index]) }
        return String(decoding: prefix, as: UTF8.self)
    }

    /// The last "1" separates, because data digits have none. Of letters there is one case.
    private static func separator(of text: Span<UInt8>) throws(EncodingError) -> Int {
        var separator = 0
        var upper: UInt8 = 0
        var lower: UInt8 = 0
        for index in text.indices {
            upper |= letters("A", "Z", text[index])
            lower |= letters("a", "z", text[index])
            guard text[index] > 32, text[index] < 127, upper & lower == 0 else {
                throw .badCharacter(position: index + 1)
            }
            if text[index] == UInt8(ascii: "1") { separator = index }
        }
        guard separator > 0, text.count - separator - 1 >= checksumDigits else { throw .badLength }
        return separator
    }

    /// All ones for a letter between these two, else zero.
    private static func letters(_ first: Unicode.Scalar, _ last: Unicode.Scalar, _ letter: UInt8) -> UInt8 {
        let letter = Int16(letter)
        let (first, last) = (Int16(UInt8(ascii: first)), Int16(UInt8(ascii: last)))
        return UInt8(truncatingIfNeeded: ((first &- 1 &- letter) & (letter &- last &- 1)) &>> 15)
    }

    private static func lowerCase(_ letter: UInt8) -> UInt8 { letter &+ letters("A", "Z", letter) & 32 }

    // MARK: - Digits

    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// The digit of a value. Looks at all, so that neither time nor cache lines tell which one it was.
    static func digit(of value: Int16) -> Int16 {
        var found: Int16 = 0
        for (index, digit) in alphabet.enumerated() { found |= isSame(Int16(index), value) & Int16(digit) }
        return found
    }

    /// One more than the value of a digit, or 0. Looks at all.
    static func value(of digit: Int16) -> Int16 {
        var found: Int16 = 0
        for (index, other) in alphabet.enumerated() { found |= isSame(Int16(other), digit) & Int16(index &+ 1) }
        return found
    }

    /// All ones or zero.
    private static func isSame(_ one: Int16, _ other: Int16) -> Int16 { ((one ^ other) &- 1) &>> 15 }

    /// The BCH code of BIP 173 over values of 5 bits.
    private struct Checksum {
        var state: UInt32 = 1

        mutating func add(_ value: UInt8) {
            let top = state >> 25
            state = (state & 0x1ff_ffff) << 5 ^ UInt32(value)
            let generators: [5 of UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
            for bit in 0..<5 { state ^= generators[bit] & (0 &- (top >> UInt32(bit) & 1)) }
        }
    }
}
