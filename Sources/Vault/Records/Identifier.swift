import Platform

/// The name of a record for ever: 128 random bits, the same on every machine that holds the record.
package struct Identifier: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first eight bytes as a big-endian number.
    package let high: UInt64
    /// The last eight.
    package let low: UInt64

    /// From its two halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Stands where one is yet to be read.
    static let none = Identifier(high: 0, low: 0)

    /// A new one.
    package static func random() -> Identifier {
        let bytes = Sodium.randomIdentifier()
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<8 {
            words.0 = words.0 << 8 | UInt64(bytes[index])
            words.1 = words.1 << 8 | UInt64(bytes[index + 8])
        }
        return Identifier(high: words.0, low: words.1)
    }

    /// The id of a record that each vault has once, such as its settings: the kind's number and nothing else.
    static func single(_ kind: RecordKind) -> Identifier { Identifier(high: 0, low: UInt64(kind.rawValue)) }

    /// 32 lower-case digits.
    package var description: String {
        [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    /// By number; only to have some order.
    package static func < (a: Identifier, b: Identifier) -> Bool { (a.high, a.low) < (b.high, b.low) }
}
