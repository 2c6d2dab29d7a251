/// The characters of a text that was typed or pasted as a kit code: what only separates them is passed over, and so is the
/// number that the kit has in front of each code.
struct TypedCode: ~Escapable {
    private let text: Span<UInt8>
    private var position = 0
    /// Characters that are left.
    private(set) var count = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) {
        self.text = text
        let start = Self.skipped(in: text, from: 0, marks: true)
        position = start
        count = Self.characters(in: text, from: start)
        guard count > KitCode.symbols else { return }
        // "12. 000GC-...": one or two digits that stand by themselves.
        var end = start
        while end < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[end]) { end += 1 }
        let rest = Self.skipped(in: text, from: end, marks: true)
        guard (1...2).contains(end - start), rest > end else { return }
        let left = Self.characters(in: text, from: rest)
        guard left == KitCode.symbols else { return }
        (position, count) = (rest, left)
    }

    /// The next character; nil at the end.
    mutating func next() -> UInt32? {
        position = Self.skipped(in: text, from: position, marks: false)
        guard position < text.count else { return nil }
        let (character, bytes) = Self.character(in: text, at: position)
        position += bytes
        count -= 1
        return character
    }

    /// Where it has that many groups, the first one, counted from 1, that has fewer or more symbols; nil elsewhere.
    func oddGroup(of groups: Int, symbols: Int) -> Int? {
        var lengths = [0]
        var index = position
        while index < text.count {
            let (character, bytes) = Self.character(in: text, at: index)
            index += bytes
            if !Self.isDash(character), !Self.isBlank(character) {
                lengths[lengths.count - 1] += 1
            } else if lengths[lengths.count - 1] > 0 {
                lengths.append(0)
            }
        }
        if lengths.last == 0 { lengths.removeLast() }
        return lengths.count == groups ? lengths.firstIndex { $0 != symbols }.map { $0 + 1 } : nil
    }

    /// Whether it looks like a code: letters and digits, about as many as one has, in groups with dashes between
    /// them. Few passphrases do.
    var hasFormOfCode: Bool {
        guard (KitCode.symbols - 5...KitCode.symbols + 5).contains(count) else { return false }
        var dashes = 0
        var index = position
        while index < text.count {
            let (character, bytes) = Self.character(in: text, at: index)
            index += bytes
            if Self.isDash(character) {
                dashes += 1
            } else if !Self.isBlank(character) {
                let letter = character | 0x20
                guard (0x30...0x39).contains(character) || (0x61...0x7A).contains(letter) else { return false }
            }
        }
        return dashes >= 5
    }

    // MARK: Characters

    /// Where the first character stands that separates nothing.
    private static func skipped(in text: Span<UInt8>, from start: Int, marks: Bool) -> Int {
        var index = start
        while index < text.count {
            let (character, bytes) = character(in: text, at: index)
            guard isDash(character) || isBlank(character) || marks && isMark(character) else { break }
            index += bytes
        }
        return index
    }

    private static func characters(in text: Span<UInt8>, from start: Int) -> Int {
        var count = 0
        var index = start
        while index < text.count {
            let (character, bytes) = character(in: text, at: index)
            index += bytes
            if !isDash(character), !isBlank(character) { count += 1 }
        }
        return count
    }

    /// A character of UTF-8, and how many bytes it has. A byte that belongs to none counts as one.
    private static func character(in text: Span<UInt8>, at index: Int) -> (character: UInt32, bytes: Int) {
        let first = text[index]
        let bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
        guard bytes > 1, first < 0xF5, index + bytes <= text.count else {
            return (first < 0x80 ? UInt32(first) : 0xFFFD, 1)
        }
        var character = UInt32(first) & (0x7F >> UInt32(bytes))
        for offset in 1..<bytes {
            let byte = text[index + offset]
            guard byte & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            character = character << 6 | UInt32(byte & 0x3F)
        }
        // The wide forms of ASCII that Asian keyboards type.
        return ((0xFF01...0xFF5E).contains(character) ? character - 0xFEE0 : character, bytes)
    }

    /// Hyphens and dashes of all kinds, as word processors and web pages put them in place of the one on the keyboard.
    private static func isDash(_ character: UInt32) -> Bool {
        switch character {
        case 0x2D, 0xAD, 0x2010...0x2015, 0x2043, 0x2212, 0xFE58, 0xFE63, 0xFF0D: true
        default: false
        }
    }

    /// Blanks of all kinds, also those without a width, and what people type between groups or put around a code.
    private static func isBlank(_ character: UInt32) -> Bool {
        switch character {
        case 0x22, 0x27, 0x2C, 0x2E, 0x2F, 0x5F, 0x60, 0xAB, 0xB7, 0xBB, 0x2018...0x201F, 0x3001, 0x3002: true
        case 0x09...0x0D, 0x20, 0xA0, 0x1680, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x2064, 0x3000, 0xFEFF: true
        default: false
        }
    }

    /// What stands around the number of a code: "[ ] 1", "1.", "1)", a ballot box, or in front of it in a mail.
    private static func isMark(_ character: UInt32) -> Bool {
        switch character {
        case 0x23, 0x28, 0x29, 0x2A, 0x2E, 0x3A, 0x3E, 0x5B, 0x5D, 0x2022, 0x2610...0x2612: true
        default: false
        }
    }
}
