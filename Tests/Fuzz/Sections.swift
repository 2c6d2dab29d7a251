/// An input as several: each has its length in front, two bytes; the last may be shorter.
struct Sections: ~Copyable {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: Span<UInt8>) { self.bytes = bytes.indices.map { bytes[$0] } }

    /// The next section, nil at the end.
    mutating func next() -> [UInt8]? {
        guard position + 2 <= bytes.count else { return nil }
        let start = position + 2
        let count = Int(bytes[position]) << 8 | Int(bytes[position + 1])
        position = min(start + count, bytes.count)
        return Array(bytes[start..<position])
    }
}
