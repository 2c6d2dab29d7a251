/// The name of an account, a record or a challenge: 128 random bits, the same on every machine that has it.
package struct Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes as a big-endian number.
    @usableFromInline package var high: UInt64
    /// The last eight.
    @usableFromInline package var low: UInt64

    /// From its two halves.
    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// Bytes of one.
    package static var count: Int { 16 }

    /// The first 16 of those bytes.
    package init(firstOf bytes: Span<UInt8>) {
        (high, low) = (0, 0)
        for index in 0..<8 {
            high = high << 8 | UInt64(bytes[index])
            low = low << 8 | UInt64(bytes[index + 8])
        }
    }

    /// From its 32 hexadecimal digits.
    package init?(hexadecimal: String) {
        guard hexadecimal.utf8.count == 32, hexadecimal.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let high = UInt64(hexadecimal.prefix(16), radix: 16), let low = UInt64(hexadecimal.suffix(16), radix: 16)
        else { return nil }
        (self.high, self.low) = (high, low)
    }

    /// What tables hash with; another in each process.
    private static let tableKey = (
        high: UInt64(bitPattern: Int64(0.hashValue)), low: UInt64(bitPattern: Int64(1.hashValue))
    )

    /// One multiplication under a key that nobody outside can know: enough for numbers that are random already, and for those
    /// that somebody has chosen. The hash for texts takes five times as long, and a merge asks tables all the time.
    package func _rawHashValue(seed: Int) -> Int {
        let salt = UInt64(bitPattern: Int64(seed)) &* 0x9e37_79b9_7f4a_7c15
        let product = (high ^ Self.tableKey.high ^ salt).multipliedFullWidth(by: low ^ Self.tableKey.low)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    /// All bytes 0: no id, or one that is yet to be read.
    package static var zero: Identifier { Identifier(high: 0, low: 0) }
    /// Whether it is no id.
    package var isZero: Bool { high == 0 && low == 0 }

    /// 32 lower-case hexadecimal digits. The log writes one with each code.
    package var description: String {
        let digits = [UInt8](capacity: 32) { output in
            for place in 0..<32 {
                let word = place < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (place & 15)) & 15)
                output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// By number; only to have some order.
    @inlinable package static func < (a: Identifier, b: Identifier) -> Bool {
        a.high != b.high ? a.high < b.high : a.low < b.low
    }
}
