/// A random 128-bit id of an account or a challenge: 16 bytes on the wire.
package struct Identifier: Field, Hashable, Sendable, CustomStringConvertible {
    /// Bytes on the wire.
    package static let count = 16

    /// The first eight bytes as a number.
    package private(set) var high: UInt64
    /// The last eight bytes as a number.
    package private(set) var low: UInt64

    /// From its two halves.
    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// From 16 bytes; nil when there are more or fewer.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self.init()
        var reader = Reader(bytes)
        guard (try? fields(&reader)) != nil else { return nil }
    }

    /// From its 32 hexadecimal digits.
    package init?(hexadecimal: String) {
        guard hexadecimal.utf8.count == 2 * Self.count, hexadecimal.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let high = UInt64(hexadecimal.prefix(16), radix: 16), let low = UInt64(hexadecimal.suffix(16), radix: 16)
        else { return nil }
        (self.high, self.low) = (high, low)
    }

    package init() { self = .zero }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&high)
        try coder.integer(&low)
    }

    /// All bytes 0: no id.
    static var zero: Identifier { Identifier(high: 0, low: 0) }
    var isZero: Bool { high == 0 && low == 0 }

    /// Appends the 16 bytes.
    package func encode(into output: inout OutputSpan<UInt8>) {
        output.appendInteger(high)
        output.appendInteger(low)
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
package struct Digest: Field, Equatable, Sendable {
    /// Bytes on the wire.
    package static let count = 32
    /// The bytes.
    package private(set) var bytes: [32 of UInt8]

    /// A digest of those bytes.
    package init(_ bytes: [32 of UInt8]) { self.bytes = bytes }

    package init() { bytes = .init(repeating: 0) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        var span = bytes.mutableSpan
        try coder.fixed(&span)
    }

    /// Compares byte by byte; digests are public.
    package static func == (left: Digest, right: Digest) -> Bool {
        left.bytes.indices.allSatisfy { left.bytes[$0] == right.bytes[$0] }
    }
}
