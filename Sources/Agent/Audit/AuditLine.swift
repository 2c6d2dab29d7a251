import Encodings

/// A line of the log as far as the agent reads it back: its number, event, hash and tag.
struct AuditLine {
    static let lineFeed = UInt8(ascii: "\n")
    /// Bytes of a tag.
    static let tagBytes = 16
    private static let space = UInt8(ascii: " ")

    let sequence: UInt64
    let hash: [32 of UInt8]
    /// Nil for a line that has none: one of fob 0.1.0, or one that was written without a key.
    let tag: [16 of UInt8]?
    /// How many of its bytes the hash is over.
    let textCount: Int
    /// The event's name: where it lies in the line.
    private let event: Range<Int>

    /// Reads a line without its line feed; nil when it is none.
    init?(_ line: Span<UInt8>) {
        var index = 0
        var number: UInt64 = 0
        while index < line.count, case let digit = line[index] &- UInt8(ascii: "0"), digit < 10 {
            let (product, over) = number.multipliedReportingOverflow(by: 10)
            // Far from where the next number could overflow.
            guard !over, product < .max / 2 else { return nil }
            number = product + UInt64(digit)
            index += 1
        }
        guard index > 0, index < line.count, line[index] == Self.space else { return nil }
        sequence = number
        // The event follows the time.
        var spaces: [Int] = [index]
        while spaces.count < 3 {
            index += 1
            guard index < line.count else { return nil }
            if line[index] == Self.space { spaces.append(index) }
        }
        event = spaces[1] + 1..<spaces[2]

        guard let last = Self.lastSpace(in: line, before: line.count), last > event.upperBound else { return nil }
        let end = last + 1..<line.count
        if end.count == 64, let hash = Self.digits(line.extracting(end), 32) {
            // As fob 0.1.0 wrote them.
            tag = nil
            textCount = last
            var bytes: [32 of UInt8] = .init(repeating: 0)
            for index in bytes.indices { bytes[index] = hash[index] }
            self.hash = bytes
            return
        }
        guard let before = Self.lastSpace(in: line, before: last), before > event.upperBound,
            let hash = Self.digits(line.extracting(before + 1..<last), 32)
        else { return nil }
        var bytes: [32 of UInt8] = .init(repeating: 0)
        for index in bytes.indices { bytes[index] = hash[index] }
        self.hash = bytes
        textCount = before
        if end.count == 1, line[end.lowerBound] == UInt8(ascii: "-") {
            tag = nil
        } else if let digits = Self.digits(line.extracting(end), Self.tagBytes) {
            var bytes: [16 of UInt8] = .init(repeating: 0)
            for index in bytes.indices { bytes[index] = digits[index] }
            tag = bytes
        } else {
            return nil
        }
    }

    /// Whether that is its event.
    func isAbout(_ wanted: AuditEvent, in line: Span<UInt8>) -> Bool {
        let name = wanted.rawValue.utf8Span.span
        guard name.count == event.count else { return false }
        return name.indices.allSatisfy { line[event.lowerBound + $0] == name[$0] }
    }

    /// The number behind its word `number=`; nil when it has none.
    func number(in line: Span<UInt8>) -> UInt64? {
        let name = Array(" number=".utf8)
        var index = event.upperBound
        while index + name.count <= textCount {
            defer { index += 1 }
            guard name.indices.allSatisfy({ line[index + $0] == name[$0] }) else { continue }
            var number: UInt64 = 0
            for place in index + name.count..<textCount {
                let digit = line[place] &- UInt8(ascii: "0")
                guard digit < 10, number < .max / 10 - 1 else { break }
                number = number * 10 + UInt64(digit)
            }
            return number
        }
        return nil
    }

    private static func lastSpace(in line: Span<UInt8>, before end: Int) -> Int? {
        var index = end - 1
        while index >= 0 {
            if line[index] == space { return index }
            index -= 1
        }
        return nil
    }

    private static func digits(_ text: Span<UInt8>, _ count: Int) -> [UInt8]? {
        guard text.count == 2 * count else { return nil }
        var bytes: [UInt8] = []
        guard BaseEncoding.base16.append(decoding: text, to: &bytes), bytes.count == count else { return nil }
        return bytes
    }

    /// Hands out the lines of a text, without their line feeds, and where each begins.
    static func forEach(in text: Span<UInt8>, _ body: (Span<UInt8>, Int) -> Void) {
        var start = 0
        for index in text.indices where text[index] == lineFeed {
            body(text.extracting(start..<index), start)
            start = index + 1
        }
    }
}
