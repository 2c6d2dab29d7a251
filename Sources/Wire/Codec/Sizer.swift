/// Adds up the bytes that fields take. Bounds are the writer's business.
struct Sizer: Coder, ~Escapable {
    static var isReader: Bool { false }
    private(set) var count = 0

    @_lifetime(immortal)
    init() {}

    /// Bytes of a value.
    static func count(of value: some Field) -> Int {
        var sizer = Sizer()
        var value = value
        try? value.fields(&sizer)
        return sizer.count
    }

    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ value: inout T) { count += T.bitWidth / 8 }
    mutating func string(_ value: inout String, _ limit: Int) { count += 2 + value.utf8.count }
    mutating func bytes(_ value: inout [UInt8], _ bounds: ClosedRange<Int>, wide: Bool) {
        count += (wide ? 4 : 2) + value.count
    }
    @_lifetime(value: copy value, copy self)
    mutating func lent(_ value: inout Span<UInt8>, _ bounds: ClosedRange<Int>, wide: Bool) {
        count += (wide ? 4 : 2) + value.count
    }
    @_lifetime(text: copy text, copy self)
    mutating func part(_ value: inout Range<Int>, of text: inout Span<UInt8>, _ bounds: ClosedRange<Int>) {
        count += 2 + value.count
    }
    mutating func fixed(_ bytes: inout MutableSpan<UInt8>) { count += bytes.count }
    func follows(_ isThere: Bool) -> Bool { isThere }
    mutating func count(_ count: Int, _ limit: Int) -> Int {
        self.count += 2
        return count
    }
}
