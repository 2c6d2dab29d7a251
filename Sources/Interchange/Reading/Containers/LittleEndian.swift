/// A place in bytes whose numbers are little-endian. Every length is checked before it is used.
struct LittleEndian {
    private(set) var position: Int

    init(_ position: Int = 0) { self.position = position }

    /// An unsigned number of up to eight bytes.
    mutating func number(_ count: Int, _ bytes: Span<UInt8>) throws(ConversionError) -> UInt64 {
        var value: UInt64 = 0
        for (place, index) in try take(UInt64(count), bytes).enumerated() {
            value |= UInt64(bytes[index]) << UInt64(8 * place)
        }
        return value
    }

    /// Where the next `count` bytes lie.
    mutating func take(_ count: UInt64, _ bytes: Span<UInt8>) throws(ConversionError) -> Range<Int> {
        guard count <= UInt64(bytes.count - position) else { throw .malformed("it is cut off or damaged") }
        defer { position += Int(count) }
        return position..<position + Int(count)
    }
}

extension Span<UInt8> {
    /// A copy of bytes that are not secret.
    func array(_ range: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        for index in range { result.append(self[index]) }
        return result
    }
}
