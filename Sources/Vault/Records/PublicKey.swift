import Platform

/// 32 public bytes that are compared and looked up: an Ed25519 public key.
package struct PublicKey: Hashable, Sendable {
    private let high: Identifier
    private let low: Identifier

    /// Stands where there is none.
    static let none = PublicKey(.init(repeating: 0))

    /// The key with those bytes.
    package init(_ bytes: [32 of UInt8]) {
        func word(_ start: Int) -> UInt64 { (0..<8).reduce(0) { $0 << 8 | UInt64(bytes[start + $1]) } }
        high = Identifier(high: word(0), low: word(8))
        low = Identifier(high: word(16), low: word(24))
    }

    /// Its bytes.
    package var bytes: [32 of UInt8] {
        var bytes: [32 of UInt8] = .init(repeating: 0)
        for (index, word) in [high.high, high.low, low.high, low.low].enumerated() {
            for place in 0..<8 {
                bytes[8 * index + place] = UInt8(truncatingIfNeeded: word >> UInt64(8 * (7 - place)))
            }
        }
        return bytes
    }
}

extension PublicKey: Comparable {
    /// By number; only to have some order.
    package static func < (a: PublicKey, b: PublicKey) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension PublicKey: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        self.init(try [32 of UInt8](in: body, at: place))
    }

    var isEmptyField: Bool { self == .none }
    var fieldBytes: Int { 32 }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) { output.append(copying: bytes.span) }
}

/// Gathers what is signed, behind a line that says what it is, so that a signature can be taken for nothing else.
struct Statement {
    private(set) var bytes: [UInt8]

    init(_ context: StaticString) { bytes = Array(context.description.utf8) }

    mutating func add(_ id: Identifier) {
        add(id.high)
        add(id.low)
    }

    mutating func add(_ number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }

    mutating func add(_ key: PublicKey) { add(key.bytes.span) }

    mutating func add(_ other: Span<UInt8>) { for index in other.indices { bytes.append(other[index]) } }
}
