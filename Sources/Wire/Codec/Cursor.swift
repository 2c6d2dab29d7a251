/// A position in a body, with the primitive decoders. All of them are canonical: each value has one encoding.
package struct Cursor: Sendable {
    /// Index of the next byte to read.
    package private(set) var position = 0

    /// At the start of a body.
    package init() {}

    private mutating func take(_ count: Int, _ body: Span<UInt8>) throws(WireError) -> Range<Int> {
        guard count <= body.count - position else { throw .truncated }
        defer { position += count }
        return position..<(position + count)
    }

    private mutating func integer<T: FixedWidthInteger & UnsignedInteger>(
        _ body: Span<UInt8>
    ) throws(WireError) -> T {
        var value: T = 0
        for index in try take(T.bitWidth / 8, body) { value = value << 8 | T(truncatingIfNeeded: body[index]) }
        return value
    }

    /// One byte.
    mutating func u8(_ body: Span<UInt8>) throws(WireError) -> UInt8 {
        guard position < body.count else { throw .truncated }
        defer { position += 1 }
        return body[position]
    }

    /// Two bytes, big-endian.
    mutating func u16(_ body: Span<UInt8>) throws(WireError) -> UInt16 { try integer(body) }
    /// Four bytes, big-endian.
    mutating func u32(_ body: Span<UInt8>) throws(WireError) -> UInt32 { try integer(body) }
    /// Eight bytes, big-endian.
    mutating func u64(_ body: Span<UInt8>) throws(WireError) -> UInt64 { try integer(body) }

    /// A bool: 0 or 1.
    mutating func bool(_ body: Span<UInt8>) throws(WireError) -> Bool {
        switch try u8(body) {
        case 0: return false
        case 1: return true
        default: throw .badBool
        }
    }

    /// A byte that stands for one of the cases of an enumeration.
    mutating func choice<T: RawRepresentable>(_ body: Span<UInt8>) throws(WireError) -> T where T.RawValue == UInt8 {
        guard let value = T(rawValue: try u8(body)) else { throw .unknownValue }
        return value
    }

    /// A byte of flags, none of them outside `known`.
    mutating func flags<T: OptionSet>(_ body: Span<UInt8>, known: T) throws(WireError) -> T where T.RawValue == UInt8 {
        let raw = try u8(body)
        guard raw & ~known.rawValue == 0 else { throw .unknownValue }
        return T(rawValue: raw)
    }

    /// A string of at most `limit` bytes.
    mutating func string(_ body: Span<UInt8>, _ limit: Int) throws(WireError) -> String {
        let count = Int(try u16(body))
        guard count <= limit else { throw .tooLong }
        let bytes = body.extracting(try take(count, body))
        for index in bytes.indices where bytes[index] == 0 { throw .badText }
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw .badText
        }
    }

    /// Where a field of bytes lies, which has `bounds` bytes.
    mutating func bytes(_ body: Span<UInt8>, _ bounds: ClosedRange<Int>) throws(WireError) -> Range<Int> {
        let count = Int(try u16(body))
        guard count <= bounds.upperBound else { throw .tooLong }
        guard count >= bounds.lowerBound else { throw .outOfRange }
        return try take(count, body)
    }

    /// A field of bytes that is no secret, which has `bounds` bytes.
    mutating func array(_ body: Span<UInt8>, _ bounds: ClosedRange<Int>) throws(WireError) -> [UInt8] {
        let range = try bytes(body, bounds)
        return [UInt8](capacity: range.count) { $0.appendOctets(body.extracting(range)) }
    }

    /// Where a field of bytes with a long count lies.
    mutating func blob(_ body: Span<UInt8>) throws(WireError) -> Range<Int> {
        let count = try u32(body)
        guard count <= UInt32(Limits.body) else { throw .tooLong }
        return try take(Int(count), body)
    }

    /// A list of at most `limit` items. Memory grows with what is really there, not with the count announced.
    mutating func list<T>(
        _ body: Span<UInt8>, _ limit: Int,
        item: (inout Cursor, Span<UInt8>) throws(WireError) -> T
    ) throws(WireError) -> [T] {
        let count = Int(try u16(body))
        guard count <= limit else { throw .tooLong }
        var items: [T] = []
        for _ in 0..<count { items.append(try item(&self, body)) }
        return items
    }

    /// A list of strings.
    mutating func strings(_ body: Span<UInt8>, _ limit: Int, each: Int) throws(WireError) -> [String] {
        try list(body, limit) { (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in
            try cursor.string(body, each)
        }
    }

    /// Moves behind `count` bytes and says where they were.
    mutating func bytes(_ body: Span<UInt8>, _ count: Int) throws(WireError) -> Range<Int> { try take(count, body) }
}
