/// Bech32 (BIP 173) without its limit on length, as age writes keys. The data may be secret: it goes from the
/// borrowed text straight to the caller's output, bit by bit.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let checksumDigits = 6

    /// Appends the bytes that `text` carries and returns its prefix in the text's own case; nil, with nothing
    /// appended, when it is malformed or longer than what `output` has free.
    static func decode(_ text: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> String? {
        guard let separator = separator(of: text), hasOneCase(text) else { return nil }
        var checksum = Checksum()
        for index in 0..<separator { checksum.add(lowercase(text[index]) >> 5) }
        checksum.add(0)
        for index in 0..<separator { checksum.add(lowercase(text[index]) & 31) }
        for index in separator + 1..<text.count {
            guard let value = value(of: text[index]) else { return nil }
            checksum.add(value)
        }
        let digits = text.count - separator - 1 - checksumDigits
        let padding = digits * 5 % 8
        guard checksum.state == 1, padding < 5, digits * 5 / 8 <= output.freeCapacity else { return nil }
        if padding > 0, let last = value(of: text[separator + digits]), last & (1 << padding - 1) != 0 { return nil }
        var regroup = Regroup(from: 5, to: 8)
        for index in 0..<digits {
            if let value = value(of: text[separator + 1 + index]), let byte = regroup.add(value) { output.append(byte) }
        }
        var prefix: [UInt8] = []
        for index in 0..<separator { prefix.append(text[index]) }
        return String(decoding: prefix, as: UTF8.self)
    }

    /// Digits, separator and checksum that `encode` appends for `count` bytes under `prefix`.
    static func length(prefix: String, count: Int) -> Int {
        prefix.utf8.count + 1 + (count * 8 + 4) / 5 + checksumDigits
    }

    /// Appends the text of `bytes` under a lower-case `prefix`, all in one case.
    static func encode(prefix: String, _ bytes: Span<UInt8>, uppercase: Bool, into output: inout OutputSpan<UInt8>) {
        func put(_ letter: UInt8) {
            output.append(uppercase && letter >= UInt8(ascii: "a") ? letter - 32 : letter)
        }
        var checksum = Checksum()
        for letter in prefix.utf8 {
            checksum.add(letter >> 5)
            put(letter)
        }
        checksum.add(0)
        for letter in prefix.utf8 { checksum.add(letter & 31) }
        put(UInt8(ascii: "1"))
        var regroup = Regroup(from: 8, to: 5)
        func putDigits() {
            while let value = regroup.next() {
                checksum.add(value)
                put(alphabet[Int(value)])
            }
        }
        for index in 0..<bytes.count {
            regroup.push(bytes[index])
            putDigits()
        }
        regroup.pad()
        putDigits()
        for _ in 0..<checksumDigits { checksum.add(0) }
        let state = checksum.state ^ 1
        for digit in 0..<checksumDigits { put(alphabet[Int(state >> UInt32(25 - 5 * digit)) & 31]) }
    }

    /// The last "1" separates, because data digits have none.
    private static func separator(of text: Span<UInt8>) -> Int? {
        var separator: Int?
        for index in 0..<text.count {
            guard text[index] > 32, text[index] < 127 else { return nil }
            if text[index] == UInt8(ascii: "1") { separator = index }
        }
        guard let separator, separator > 0, text.count - separator - 1 >= checksumDigits else { return nil }
        return separator
    }

    private static func hasOneCase(_ text: Span<UInt8>) -> Bool {
        var lower = false
        var upper = false
        for index in 0..<text.count {
            lower = lower || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[index])
            upper = upper || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(text[index])
        }
        return !(lower && upper)
    }

    private static func lowercase(_ letter: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter) ? letter + 32 : letter
    }

    /// Looks at all digits, so that neither time nor cache lines tell which one it was.
    private static func value(of digit: UInt8) -> UInt8? {
        let digit = lowercase(digit)
        var found: UInt8?
        for value in 0..<32 where alphabet[value] == digit { found = UInt8(value) }
        return found
    }

    /// The BCH code of BIP 173 over values of 5 bits.
    private struct Checksum {
        var state: UInt32 = 1

        mutating func add(_ value: UInt8) {
            let top = state >> 25
            state = (state & 0x1ff_ffff) << 5 ^ UInt32(value)
            let generators: [5 of UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
            for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 { state ^= generators[bit] }
        }
    }

    /// Regroups a stream of bits.
    private struct Regroup {
        private var bits: UInt32 = 0
        private var count = 0
        private let from: Int
        private let to: Int

        init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }

        mutating func push(_ value: UInt8) {
            bits = bits << UInt32(from) | UInt32(value)
            count += from
        }

        mutating func next() -> UInt8? {
            guard count >= to else { return nil }
            count -= to
            let value = UInt8(bits >> UInt32(count))
            bits &= 1 << UInt32(count) - 1
            return value
        }

        mutating func add(_ value: UInt8) -> UInt8? {
            push(value)
            return next()
        }

        mutating func pad() {
            guard count > 0 else { return }
            bits <<= UInt32(to - count)
            count = to
        }
    }
}
