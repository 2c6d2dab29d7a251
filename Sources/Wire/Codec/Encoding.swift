/// The primitive encoders. They throw where the decoder of the other side would refuse the value.
extension OutputSpan<UInt8> {
    mutating func appendU16(_ value: UInt16) { appendInteger(value) }
    mutating func appendU32(_ value: UInt32) { appendInteger(value) }
    mutating func appendU64(_ value: UInt64) { appendInteger(value) }
    mutating func appendBool(_ value: Bool) { append(value ? 1 : 0) }

    /// Bytes as they are, without a count.
    mutating func appendOctets(_ bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }

    mutating func appendString(_ string: String, _ limit: Int) throws(WireError) {
        let bytes = string.utf8.span
        guard bytes.count <= limit else { throw .tooLong }
        appendU16(UInt16(bytes.count))
        for index in bytes.indices {
            guard bytes[index] != 0 else { throw .badText }
            append(bytes[index])
        }
    }

    mutating func appendBytes(_ bytes: Span<UInt8>, _ bounds: ClosedRange<Int>) throws(WireError) {
        guard bytes.count <= bounds.upperBound else { throw .tooLong }
        guard bytes.count >= bounds.lowerBound else { throw .outOfRange }
        appendU16(UInt16(bytes.count))
        appendOctets(bytes)
    }

    mutating func appendBlob(_ bytes: Span<UInt8>) throws(WireError) {
        guard bytes.count <= Limits.body else { throw .tooLong }
        appendU32(UInt32(bytes.count))
        appendOctets(bytes)
    }

    /// The count in front of a list.
    mutating func appendCount(_ count: Int, _ limit: Int) throws(WireError) {
        guard count <= limit else { throw .tooLong }
        appendU16(UInt16(count))
    }

    mutating func appendStrings(_ strings: [String], _ limit: Int, each: Int) throws(WireError) {
        try appendCount(strings.count, limit)
        for string in strings { try appendString(string, each) }
    }
}

/// Bytes that the primitives take.
enum Count {
    static func string(_ string: String) -> Int { 2 + string.utf8.count }
    static func strings(_ strings: [String]) -> Int { strings.reduce(2) { $0 + string($1) } }
    static func bytes(_ count: Int) -> Int { 2 + count }
    static func blob(_ count: Int) -> Int { 4 + count }
}
