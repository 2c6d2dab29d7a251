/// A random 128-bit id of an account or a challenge: 16 bytes on the wire.
package struct Identifier: Hashable, Sendable, CustomStringConvertible {
    /// Bytes on the wire.
    package static let count = 16

    /// The first eight bytes as a number.
    package let high: UInt64
    /// The last eight bytes as a number.
    package let low: UInt64

    /// From its two halves.
    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// From 16 bytes; nil when there are more or fewer.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        var cursor = Cursor()
        guard let value = try? Identifier(&cursor, bytes) else { return nil }
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

    /// All bytes 0: no id.
    static var zero: Identifier { Identifier(high: 0, low: 0) }
    var isZero: Bool { high == 0 && low == 0 }

    /// Appends the 16 bytes.
    package func encode(into output: inout OutputSpan<UInt8>) {
        output.appendU64(high)
        output.appendU64(low)
    }

    /// 32 lower-case hexadecimal digits.
    package var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }
}

/// A SHA-256 value: 32 bytes on the wire.
package struct Digest: Equatable, Sendable {
    /// Bytes on the wire.
    package static let count = 32
    /// The bytes.
    package let bytes: [32 of UInt8]

    /// A digest of those bytes.
    package init(_ bytes: [32 of UInt8]) { self.bytes = bytes }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        var bytes: [32 of UInt8] = .init(repeating: 0)
        let start = try cursor.bytes(body, Self.count).lowerBound
        for index in bytes.indices { bytes[index] = body[start + index] }
        self.bytes = bytes
    }

    /// Appends the 32 bytes.
    package func encode(into output: inout OutputSpan<UInt8>) { output.appendOctets(bytes.span) }

    /// Compares byte by byte; digests are public.
    package static func == (left: Digest, right: Digest) -> Bool {
        left.bytes.indices.allSatisfy { left.bytes[$0] == right.bytes[$0] }
    }
}
