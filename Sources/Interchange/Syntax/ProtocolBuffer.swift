/// Reads the fields of a protocol buffer's message, as its encoding is documented: no groups, nothing copied.
struct ProtocolBufferReader {
    /// A field's value: a number, or where its bytes are.
    enum Value {
        case number(UInt64)
        case bytes(Range<Int>)
        /// A fixed size, which no known field has.
        case other
    }

    private var position: Int
    private let end: Int

    /// Over a message at that place.
    init(_ range: Range<Int>) { (position, end) = (range.lowerBound, range.upperBound) }

    /// The next field; nil behind the last one.
    mutating func next(_ bytes: Span<UInt8>) throws(ConversionError) -> (field: UInt64, value: Value)? {
        guard position < end else { return nil }
        let key = try number(bytes)
        guard key >> 3 != 0 else { throw Self.broken }
        switch key & 7 {
        case 0: return (key >> 3, .number(try number(bytes)))
        case 1:
            _ = try skip(8)
            return (key >> 3, .other)
        case 2:
            let count = try number(bytes)
            guard count <= UInt64(end - position) else { throw Self.broken }
            return (key >> 3, .bytes(try skip(Int(count))))
        case 5:
            _ = try skip(4)
            return (key >> 3, .other)
        default: throw Self.broken
        }
    }

    private static var broken: ConversionError { .malformed("it is cut off, or no export") }

    private mutating func skip(_ count: Int) throws(ConversionError) -> Range<Int> {
        guard count <= end - position else { throw Self.broken }
        defer { position += count }
        return position..<position + count
    }

    /// A number in groups of seven bits, the lowest first.
    private mutating func number(_ bytes: Span<UInt8>) throws(ConversionError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard position < end else { throw Self.broken }
            let byte = bytes[position]
            position += 1
            // Of the tenth group only one bit is left.
            guard shift < 63 || byte <= 1 else { throw Self.broken }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Self.broken
    }
}
