/// A random 128-bit id of an account or a challenge: 16 octets on the wire.
package struct Identifier: Hashable, Sendable, CustomStringConvertible {
    /// Octets on the wire.
    package static let count = 16

    /// The first eight octets as a number.
    package let high: UInt64
    /// The last eight octets as a number.
    package let low: UInt64

    /// From its two halves.
    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// From 16 octets; nil when there are more or fewer.
    package init?(_ octets: Span<UInt8>) {
        guard octets.count == Self.count else { return nil }
        var cursor = Cursor()
        guard let value = try? Identifier(&cursor, octets) else { return nil }
        self = value
    }

    /// From its 32 hexadecimal digits.
    package init?(hexadecimal: String) {
        guard hexadecimal.utf8.count == 2 * Self.count, hexadecimal.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let high = UInt64(hexadecimal.prefix(16), radix: 16), let low = UInt64(hexadecimal.suffix(16), radix: 16)
        else { return nil }
        (self.high, self.low) = (high, low)
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        high = try cursor.u64(body)
        low = try cursor.u64(body)
    }

    /// All octets 0: no id.
    static var zero: Identifier { Identifier(high: 0, low: 0) }
    var isZero: Bool { high == 0 && low == 0 }

    /// Appends the 16 octets.
    package func encode(into output: inout OutputSpan<UInt8>) {
        output.appendU64(high)
        output.appendU64(low)
    }

    /// 32 lower-case hexadecimal digits.
    package var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// A SHA-256 value: 32 octets on the wire.
package struct Digest: Equatable, Sendable {
    /// Octets on the wire.
    package static let count = 32
    /// The octets.
    package let octets: [32 of UInt8]

    /// A digest of those octets.
    package init(_ octets: [32 of UInt8]) { self.octets = octets }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        var octets: [32 of UInt8] = .init(repeating: 0)
        let start = try cursor.octets(body, Self.count).lowerBound
        for index in octets.indices { octets[index] = body[start + index] }
        self.octets = octets
    }

    /// Appends the 32 octets.
    package func encode(into output: inout OutputSpan<UInt8>) { output.appendOctets(octets.span) }

    /// Compares octet by octet; digests are public.
    package static func == (left: Digest, right: Digest) -> Bool {
        left.octets.indices.allSatisfy { left.octets[$0] == right.octets[$0] }
    }
}
