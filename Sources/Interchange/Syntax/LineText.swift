/// Goes through the lines of a text: ended by LF, CR LF or CR, without a byte order mark.
struct LineReader {
    /// The number of the line that `next` gave last, from 1.
    private(set) var number = 0
    private var position = 0

    /// The next line, trimmed of white space; nil behind the last one.
    mutating func next(in text: LockedText) -> Range<Int>? {
        var reader = self
        defer { self = reader }
        return text.withBytes { reader.next($0) }
    }

    /// The next line of a text that is always the same.
    mutating func next(_ bytes: Span<UInt8>) -> Range<Int>? {
        if position == 0, bytes.hasPrefix("\u{FEFF}") { position = 3 }
        guard position < bytes.count else { return nil }
        var start = position
        var end = position
        while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
        position = end + 1
        if end + 1 < bytes.count, bytes[end] == 0x0D, bytes[end + 1] == 0x0A { position += 1 }
        number += 1
        while start < end, Self.isSpace(bytes[start]) { start += 1 }
        while end > start, Self.isSpace(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// Whether a text ends without the end of a line, as it does when it was cut off.
    static func isOpen(_ text: LockedText) -> Bool {
        text.withBytes { bytes in bytes.count > 0 && bytes[bytes.count - 1] != 0x0A && bytes[bytes.count - 1] != 0x0D }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
