import Platform

/// A code of a set: where it lies in the set's body, and what became of it.
package struct RecoveryCode: Sendable, Equatable {
    /// The code as the service shows it, in the body of its set.
    let text: Range<Int>
    /// Seconds of UTC at which it was last handed out on its own; 0 when it was not.
    package internal(set) var shown: UInt64
    /// Seconds of UTC at which it was used up; 0 while it can be used.
    package internal(set) var used: UInt64

    /// Bytes of the code.
    package var count: Int { text.count }

    /// Whether the service would still take it, as far as is known here.
    package var isLeft: Bool { used == 0 }
}

/// The codes with which a service lets its user in without the usual second factor. The codes lie in the body of the
/// record, as keys do.
package struct RecoverySet: Sendable {
    /// The id of its record.
    package let id: Identifier
    /// Whose codes they are.
    package internal(set) var account = Identifier.zero
    /// The service that gave them, as a word such as `github`; empty when it is not known.
    package internal(set) var service = ""
    /// The service takes them only in their order.
    package internal(set) var isInOrder = false
    /// Seconds of UTC at which they came in.
    package internal(set) var imported: UInt64 = 0
    /// Seconds of UTC at which another set took their place; 0 for the current set.
    package internal(set) var superseded: UInt64 = 0
    /// The codes, in their order.
    package internal(set) var codes: [RecoveryCode] = []
    var body: SharedSecret

    /// The same set of another account.
    func with(account: Identifier) -> RecoverySet {
        var copy = self
        copy.account = account
        return copy
    }

    /// How many can still be used.
    package var left: Int { codes.count { $0.isLeft } }

    /// How many of those were handed out.
    package var shown: Int { codes.count { $0.isLeft && $0.shown != 0 } }

    /// First second of UTC at which a superseded set is wiped; 0 for the current one.
    package var supersededUntil: UInt64 { superseded == 0 ? 0 : superseded + Limits.supersededSeconds }

    /// Lends the bytes of a code to `use`.
    package func withCode<R: ~Copyable, E: Error>(
        _ code: RecoveryCode, _ use: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try body.withBytes { (body: Span<UInt8>) throws(E) in try use(body.extracting(code.text)) }
    }

    /// Lends the bytes in which all codes lie, and where each of them is, to `use`.
    package func withCodes<R: ~Copyable, E: Error>(
        _ use: (Span<UInt8>, [Range<Int>]) throws(E) -> R
    ) throws(E) -> R {
        let ranges = codes.map(\.text)
        return try body.withBytes { (body: Span<UInt8>) throws(E) in try use(body, ranges) }
    }

    /// Which code is to be used next: where the order counts, the first that is left; else the first that nobody has
    /// seen, or when all were shown, the one whose showing is longest ago.
    package var next: Int? {
        let left = codes.indices.filter { codes[$0].isLeft }
        if isInOrder { return left.first }
        return left.first { codes[$0].shown == 0 } ?? left.min { codes[$0].shown < codes[$1].shown }
    }

    /// The code that was handed out last and is still left.
    var lastShown: Int? {
        codes.indices.filter { codes[$0].isLeft && codes[$0].shown != 0 }.max { codes[$0].shown < codes[$1].shown }
    }

    /// Which code `text` is, whatever its case and separators: people type codes from paper.
    func index(of text: Span<UInt8>) -> Int? {
        withCodes { body, ranges in ranges.firstIndex { Self.isSame(body.extracting($0), text) } }
    }

    /// Whether two codes are the same but for ASCII case, spaces and dashes.
    package static func isSame(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
        var (i, j) = (0, 0)
        while true {
            while i < a.count, isSeparator(a[i]) { i += 1 }
            while j < b.count, isSeparator(b[j]) { j += 1 }
            guard i < a.count, j < b.count else { return i == a.count && j == b.count }
            guard folded(a[i]) == folded(b[j]) else { return false }
            i += 1
            j += 1
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// Throws `badValue` for what no code can be. Printable ASCII only: a code is typed, and reaches terminals.
    static func check(_ code: Span<UInt8>) throws(VaultError) {
        guard (1...Limits.recoveryCode).contains(code.count) else {
            throw .badValue("a recovery code of \(code.count) bytes")
        }
        var hasSign = false
        for index in code.indices {
            guard isPrintable(code[index]) else {
                throw .badValue("a recovery code with other than printable ASCII characters")
            }
            hasSign = hasSign || !isSeparator(code[index])
        }
        guard hasSign else { throw .badValue("a recovery code without letters and digits") }
    }
}
