import Platform

/// A `java.util.HashMap` of texts as Java's object serialization writes it (Java Object Serialization Specification,
/// section 6).
struct JavaMap {
    /// Names and values in the order of the file.
    private(set) var members: [(name: String, value: LockedText)] = []

    /// Everything from the stream's magic to the class's fields. Android 6 writes the first field only.
    private static let start: [UInt8] =
        [0xAC, 0xED, 0x00, 0x05, 0x73, 0x72, 0x00, 0x11] + Array("java.util.HashMap".utf8)
        + [0x05, 0x07, 0xDA, 0xC1, 0xC3, 0x16, 0x60, 0xD1, 0x03]
    private static let loadFactor: [UInt8] = [0x46, 0x00, 0x0A] + Array("loadFactor".utf8)
    private static let threshold: [UInt8] = [0x49, 0x00, 0x09] + Array("threshold".utf8)
    /// The handle of the first text: the class and the map itself have those before it.
    private static let firstHandle = 0x7E_0002

    /// Whether these bytes begin as serialized objects do.
    static func isSerialized(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= 4 && bytes[0] == 0xAC && bytes[1] == 0xED && bytes[2] == 0 && bytes[3] == 5
    }

    /// Reads a whole stream.
    init(_ bytes: Span<UInt8>) throws(ConversionError) {
        var reader = JavaReader()
        try reader.skip(Self.start, bytes)
        let fields = try reader.number(2, bytes)
        guard (1...2).contains(fields) else { throw JavaReader.broken }
        try reader.skip(Self.loadFactor, bytes)
        if fields == 2 { try reader.skip(Self.threshold, bytes) }
        // The end of the class, which has no parent, and the values of the fields.
        try reader.skip([0x78, 0x70], bytes)
        _ = try reader.number(4 * fields, bytes)
        guard try reader.number(2, bytes) == 0x7708 else { throw JavaReader.broken }
        _ = try reader.number(4, bytes)
        let count = try reader.number(4, bytes)
        guard count <= 3 * InterchangeLimits.entries else { throw .tooLarge("more than 150,000 members") }
        var texts: [LockedText] = []
        for _ in 0..<count {
            let name = try Self.text(&reader, bytes, &texts)
            let value = try Self.text(&reader, bytes, &texts)
            guard let name = name.string(0..<name.count) else { throw JavaReader.broken }
            members.append((name, value))
        }
        guard try reader.number(1, bytes) == 0x78, reader.position == bytes.count else { throw JavaReader.broken }
    }

    /// The value of that name.
    subscript(_ name: String) -> LockedText? { members.first { $0.name == name }?.value }

    private static func text(
        _ reader: inout JavaReader, _ bytes: Span<UInt8>, _ texts: inout [LockedText]
    ) throws(ConversionError) -> LockedText {
        let count: Int
        switch try reader.number(1, bytes) {
        case 0x74: count = try reader.number(2, bytes)
        case 0x7C: count = try reader.number(8, bytes)
        // A text that was there before.
        case 0x71:
            let handle = try reader.number(4, bytes) - firstHandle
            guard texts.indices.contains(handle) else { throw JavaReader.broken }
            return texts[handle]
        default: throw JavaReader.broken
        }
        let text = LockedText(try reader.text(count, bytes))
        texts.append(text)
        return text
    }
}

/// A place in a stream of Java objects.
private struct JavaReader {
    private(set) var position = 0

    static var broken: ConversionError { .malformed("it is cut off or damaged") }

    /// Bytes that must be there.
    mutating func skip(_ wanted: [UInt8], _ bytes: Span<UInt8>) throws(ConversionError) {
        guard bytes.count - position >= wanted.count else { throw Self.broken }
        for (index, byte) in wanted.enumerated() where bytes[position + index] != byte { throw Self.broken }
        position += wanted.count
    }

    /// An unsigned number, big-endian.
    mutating func number(_ count: Int, _ bytes: Span<UInt8>) throws(ConversionError) -> Int {
        guard bytes.count - position >= count else { throw Self.broken }
        var value: UInt64 = 0
        for index in position..<position + count { value = value << 8 | UInt64(bytes[index]) }
        position += count
        return Int(clamping: value)
    }

    /// A text in Java's own UTF-8, in which NUL has two bytes and what is beyond 16 bits is two halves of three.
    mutating func text(_ count: Int, _ bytes: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        guard bytes.count - position >= count else { throw Self.broken }
        let own = bytes.extracting(position..<position + count)
        position += count
        // Standard UTF-8 is never longer.
        var text = try ConversionError.buffer(count)
        try text.append { (output: inout OutputSpan<UInt8>) throws(ConversionError) in
            var index = 0
            while index < own.count {
                var unit = try Self.unit(own, &index)
                if (0xD800..<0xDC00).contains(unit) {
                    let low = try Self.unit(own, &index)
                    guard (0xDC00..<0xE000).contains(low) else { throw Self.broken }
                    unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let scalar = Unicode.Scalar(unit) else { throw Self.broken }
                for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output.append(byte) }
            }
        }
        return text
    }

    private static func unit(_ bytes: Span<UInt8>, _ index: inout Int) throws(ConversionError) -> UInt32 {
        guard index < bytes.count else { throw broken }
        let first = UInt32(bytes[index])
        let more: Int
        switch first {
        case 0..<0x80: more = 0
        case 0xC0..<0xE0: more = 1
        case 0xE0..<0xF0: more = 2
        default: throw broken
        }
        guard index + more < bytes.count else { throw broken }
        var unit = more == 0 ? first : first & (more == 1 ? 0x1F : 0x0F)
        for offset in 0..<more {
            let byte = UInt32(bytes[index + 1 + offset])
            guard byte & 0xC0 == 0x80 else { throw broken }
            unit = unit << 6 | byte & 0x3F
        }
        index += 1 + more
        return unit
    }
}
