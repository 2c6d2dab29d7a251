/// What is written throws where the other side would refuse to read it.
extension OutputSpan: Coder where Element == UInt8 {
    package static var isReader: Bool { false }

    package mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ value: inout T) { appendInteger(value) }

    /// Bytes as they are, without a count.
    mutating func appendOctets(_ bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }

    mutating func appendInteger<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
        var shift = T.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    mutating func appendCounted(
        _ bytes: Span<UInt8>, _ bounds: ClosedRange<Int>, wide: Bool = false
    ) throws(WireError) {
        guard bytes.count <= bounds.upperBound else { throw .tooLong }
        guard bytes.count >= bounds.lowerBound else { throw .outOfRange }
        if wide { appendInteger(UInt32(bytes.count)) } else { appendInteger(UInt16(bytes.count)) }
        appendOctets(bytes)
    }

    package mutating func string(_ value: inout String, _ limit: Int) throws(WireError) {
        let bytes = value.utf8.span
        for index in bytes.indices where bytes[index] == 0 { throw .badText }
        try appendCounted(bytes, 0...limit)
    }

    package mutating func bytes(
        _ value: inout [UInt8], _ bounds: ClosedRange<Int>, wide: Bool
    ) throws(WireError) {
        try appendCounted(value.span, bounds, wide: wide)
    }

    @_lifetime(value: copy value, copy self)
    package mutating func lent(
        _ value: inout Span<UInt8>, _ bounds: ClosedRange<Int>, wide: Bool
    ) throws(WireError) {
        try appendCounted(value, bounds, wide: wide)
    }

    @_lifetime(text: copy text, copy self)
    package mutating func part(
        _ value: inout Range<Int>, of text: inout Span<UInt8>, _ bounds: ClosedRange<Int>
    ) throws(WireError) {
        try appendCounted(text.extracting(value), bounds)
    }

    package mutating func fixed(_ bytes: inout MutableSpan<UInt8>) { appendOctets(bytes.span) }

    package func follows(_ isThere: Bool) -> Bool { isThere }

    package mutating func count(_ count: Int, _ limit: Int) throws(WireError) -> Int {
        guard count <= limit else { throw .tooLong }
        appendInteger(UInt16(count))
        return count
    }
}
