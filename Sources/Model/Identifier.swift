/// The name of an account, a record or a challenge: 128 random bits, the same on every machine that has it.
package struct Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes as a big-endian number.
    package var high: UInt64
    /// The last eight.
    package var low: UInt64

    /// From its two halves.
    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// From its 32 hexadecimal digits.
    package init?(hexadecimal: String) {
        guard hexadecimal.utf8.count == 32, hexadecimal.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let high = UInt64(hexadecimal.prefix(16), radix: 16), let low = UInt64(hexadecimal.suffix(16), radix: 16)
        else { return nil }
        (self.high, self.low) = (high, low)
    }

    /// All bytes 0: no id, or one that is yet to be read.
    package static var zero: Identifier { Identifier(high: 0, low: 0) }
    /// Whether it is no id.
    package var isZero: Bool { high == 0 && low == 0 }

    /// 32 lower-case hexadecimal digits.
    package var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    /// By number; only to have some order.
    package static func < (a: Identifier, b: Identifier) -> Bool { (a.high, a.low) < (b.high, b.low) }
}
