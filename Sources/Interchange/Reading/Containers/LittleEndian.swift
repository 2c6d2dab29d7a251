/// A place in octets whose numbers are little-endian. Every length is checked before it is used.
struct LittleEndian {
    private(set) var position: Int

    init(_ position: Int = 0) { self.position = position }

    /// An unsigned number of up to eight octets.
    mutating func number(_ count: Int, _ octets: Span<UInt8>) throws(ConversionError) -> UInt64 {
        var value: UInt64 = 0
        for (place, index) in try take(UInt64(count), octets).enumerated() {
            value |= UInt64(octets[index]) << UInt64(8 * place)
        }
        return value
    }

    /// Where the next `count` octets lie.
    mutating func take(_ count: UInt64, _ octets: Span<UInt8>) throws(ConversionError) -> Range<Int> {
        guard count <= UInt64(octets.count - position) else { throw .malformed("it is cut off or damaged") }
        defer { position += Int(count) }
        return position..<position + Int(count)
    }
}

extension Span<UInt8> {
    /// A copy of octets that are not secret.
    func array(_ range: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        for index in range { result.append(self[index]) }
        return result
    }
}
