import Model

/// Reads fields of fixed length and fields with their length in front, big-endian. Nil where the bytes end too early.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What was not read.
    var rest: [UInt8] { Array(bytes[position...]) }

    /// What was read.
    var read: [UInt8] { Array(bytes[..<position]) }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count <= bytes.count - position else { return nil }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    mutating func byte() -> UInt8? { take(1)?.first }

    mutating func number() -> Int? { take(2).map { Int($0[0]) << 8 | Int($0[1]) } }

    mutating func identifier() -> Identifier? { take(Identifier.count).map { Identifier(firstOf: $0.span) } }

    /// Bytes with their number in front, two bytes.
    mutating func field() -> [UInt8]? { number().flatMap { take($0) } }

    /// Whether these bytes came, which are skipped.
    mutating func skip(_ expected: [UInt8]) -> Bool { take(expected.count) == expected }
}

extension [UInt8] {
    /// Appends an id.
    mutating func append(_ id: Identifier) {
        for half in [id.high, id.low] {
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                append(UInt8(truncatingIfNeeded: half >> shift))
            }
        }
    }

    /// Appends bytes with their number in front, at most 65,535.
    mutating func append(field: [UInt8]) {
        precondition(field.count <= 65535, "fob: internal error: a field is too long for its length")
        append(UInt8(field.count >> 8))
        append(UInt8(field.count & 255))
        append(contentsOf: field)
    }
}
