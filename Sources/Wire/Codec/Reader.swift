/// A position in a body that is read.
struct Reader: Coder, ~Escapable {
    static var isReader: Bool { true }
    private let body: Span<UInt8>
    private(set) var position = 0

    @_lifetime(copy body)
    init(_ body: Span<UInt8>) { self.body = body }

    var isAtEnd: Bool { position == body.count }

    private mutating func take(_ count: Int) throws(WireError) -> Range<Int> {
        guard count <= body.count - position else { throw .truncated }
        defer { position += count }
        return position..<(position + count)
    }

    private mutating func counted(_ bounds: ClosedRange<Int>, wide: Bool = false) throws(WireError) -> Range<Int> {
        var count: UInt32 = 0
        if wide {
            try integer(&count)
        } else {
            var short: UInt16 = 0
            try integer(&short)
            count = UInt32(short)
        }
        guard count <= UInt32(bounds.upperBound) else { throw .tooLong }
        guard count >= UInt32(bounds.lowerBound) else { throw .outOfRange }
        return try take(Int(count))
    }

    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ value: inout T) throws(WireError) {
        var read: T = 0
        for index in try take(T.bitWidth / 8) { read = read << 8 | T(truncatingIfNeeded: body[index]) }
        value = read
    }

    mutating func string(_ value: inout String, _ limit: Int) throws(WireError) {
        let bytes = body.extracting(try counted(0...limit))
        for index in bytes.indices where bytes[index] == 0 { throw .badText }
        do { value = String(copying: try UTF8Span(validating: bytes)) } catch { throw .badText }
    }

    mutating func bytes(_ value: inout [UInt8], _ bounds: ClosedRange<Int>, wide: Bool) throws(WireError) {
        let range = try counted(bounds, wide: wide)
        value = [UInt8](capacity: range.count) { $0.appendOctets(body.extracting(range)) }
    }

    @_lifetime(value: copy value, copy self)
    mutating func lent(_ value: inout Span<UInt8>, _ bounds: ClosedRange<Int>, wide: Bool) throws(WireError) {
        value = body.extracting(try counted(bounds, wide: wide))
    }

    @_lifetime(text: copy text, copy self)
    mutating func part(
        _ value: inout Range<Int>, of text: inout Span<UInt8>, _ bounds: ClosedRange<Int>
    ) throws(WireError) {
        value = try counted(bounds)
        text = body
    }

    mutating func fixed(_ bytes: inout MutableSpan<UInt8>) throws(WireError) {
        let start = try take(bytes.count).lowerBound
        for index in bytes.indices { bytes[index] = body[start + index] }
    }

    func follows(_ isThere: Bool) -> Bool { !isAtEnd }

    mutating func count(_ count: Int, _ limit: Int) throws(WireError) -> Int {
        var read: UInt16 = 0
        try integer(&read)
        guard Int(read) <= limit else { throw .tooLong }
        return Int(read)
    }
}
