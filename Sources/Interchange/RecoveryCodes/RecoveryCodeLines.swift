/// A code-shaped part of a line.
struct RecoveryCodeToken: Sendable {
    /// The code as it stands there.
    let text: Range<Int>
    let shape: RecoveryCodeShape
    let signs: RecoveryCodeSigns
    /// The number in front of it.
    let ordinal: Int?
    /// Something in parentheses follows, which in every language means that it is used.
    let isUsed: Bool
}

/// One line of a text that may hold codes.
struct RecoveryCodeLine: Sendable {
    /// The line without white space around it.
    let text: Range<Int>
    /// Its codes; empty when anything else stands there too.
    let tokens: [RecoveryCodeToken]

    /// The lines of `bytes` that are not empty, whatever ends them: LF, CR LF or CR.
    ///
    /// - Parameter most: nil is returned for more lines than that, empty ones included.
    static func lines(of bytes: Span<UInt8>, most: Int) -> [RecoveryCodeLine]? {
        var lines: [RecoveryCodeLine] = []
        var count = 0
        // A byte order mark.
        var start = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
            count += 1
            guard count <= most else { return nil }
            let line = trimmed(start..<end, bytes)
            if !line.isEmpty { lines.append(RecoveryCodeLine(text: line, tokens: tokens(line, bytes))) }
            if end + 1 < bytes.count, bytes[end] == 0x0D, bytes[end + 1] == 0x0A { end += 1 }
            start = end + 1
        }
        return lines
    }

    // MARK: Parts

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0B || byte == 0x0C }

    private static func trimmed(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while start < end, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// All codes of a line; none when something in it is no code.
    private static func tokens(_ line: Range<Int>, _ bytes: Span<UInt8>) -> [RecoveryCodeToken] {
        var tokens: [RecoveryCodeToken] = []
        var start = line.lowerBound
        while start < line.upperBound {
            let (ordinal, begin) = afterMark(start..<line.upperBound, bytes)
            let end = columnEnd(begin..<line.upperBound, bytes)
            guard begin < end, let found = codes(begin..<end, ordinal, bytes) else { return [] }
            tokens += found
            start = end
            while start < line.upperBound, isBlank(bytes[start]) { start += 1 }
        }
        return tokens
    }

    /// Where a column ends: at a tab or at two spaces.
    private static func columnEnd(_ rest: Range<Int>, _ bytes: Span<UInt8>) -> Int {
        var index = rest.lowerBound
        while index < rest.upperBound {
            let isEnd = bytes[index] != 0x20 && isBlank(bytes[index])
            if isEnd || isBlank(bytes[index]) && index + 1 < rest.upperBound && isBlank(bytes[index + 1]) {
                return index
            }
            index += 1
        }
        return index
    }

    /// Drops a bullet, or a number with a dot, a colon or a parenthesis, if white space follows.
    private static func afterMark(_ rest: Range<Int>, _ bytes: Span<UInt8>) -> (ordinal: Int?, start: Int) {
        var index = rest.lowerBound
        var ordinal: Int?
        if bytes[index] == UInt8(ascii: "*") || bytes[index] == UInt8(ascii: "-") {
            index += 1
        } else if rest.count > 3, bytes[index] == 0xE2, bytes[index + 1] == 0x80, bytes[index + 2] == 0xA2 {
            index += 3
        } else {
            var number = 0
            while index < rest.upperBound, number < 1000, RecoveryCodeSigns(bytes[index]) == .digit {
                number = 10 * number + Int(bytes[index] - UInt8(ascii: "0"))
                index += 1
            }
            guard index > rest.lowerBound, index < rest.upperBound,
                [UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: ")")].contains(bytes[index])
            else { return (nil, rest.lowerBound) }
            ordinal = number
            index += 1
        }
        guard index < rest.upperBound, isBlank(bytes[index]) else { return (nil, rest.lowerBound) }
        while index < rest.upperBound, isBlank(bytes[index]) { index += 1 }
        return (ordinal, index)
    }

    /// The code of a column, or several with single spaces between them; nil when it is something else.
    private static func codes(
        _ column: Range<Int>, _ ordinal: Int?, _ bytes: Span<UInt8>
    ) -> [RecoveryCodeToken]? {
        let (code, isUsed) = withoutParenthesis(column, bytes)
        if let token = token(code, ordinal, isUsed, bytes) { return [token] }
        guard ordinal == nil else { return nil }
        var found: [RecoveryCodeToken] = []
        var start = code.lowerBound
        while start < code.upperBound {
            var end = start
            while end < code.upperBound, bytes[end] != RecoveryCodeShape.space { end += 1 }
            // Words and numbers with spaces between them are text.
            guard let token = token(start..<end, nil, isUsed, bytes), token.shape.groups > 1 else { return nil }
            found.append(token)
            start = end + 1
        }
        return found
    }

    private static func token(
        _ range: Range<Int>, _ ordinal: Int?, _ isUsed: Bool, _ bytes: Span<UInt8>
    ) -> RecoveryCodeToken? {
        let text = bytes.extracting(range)
        let signs = RecoveryCodeSigns(in: text)
        if RecoveryCodeShape.isSecretKey(text) {
            return RecoveryCodeToken(
                text: range, shape: .secretKey, signs: signs, ordinal: ordinal, isUsed: isUsed)
        }
        guard let shape = RecoveryCodeShape(text) else { return nil }
        // Words have spaces between them too: only two groups of four digits, and groups of four (or five of five, as
        // Microsoft has them) with digits and letters, are one code.
        if shape.separator == RecoveryCodeShape.space {
            let isKnown = shape.length == 4 || shape.length == 5 && shape.groups == 5
            guard isKnown, signs.isMixed || signs == .digit && shape.count == 8 else { return nil }
        }
        return RecoveryCodeToken(text: range, shape: shape, signs: signs, ordinal: ordinal, isUsed: isUsed)
    }

    /// A column without a parenthesis at its end, and whether there was one. East Asian texts have wide ones.
    private static func withoutParenthesis(
        _ column: Range<Int>, _ bytes: Span<UInt8>
    ) -> (code: Range<Int>, isUsed: Bool) {
        let last = column.upperBound - 1
        let isWide = column.count > 3 && bytes[last] == 0x89 && bytes[last - 1] == 0xBC && bytes[last - 2] == 0xEF
        guard isWide || bytes[last] == UInt8(ascii: ")") else { return (column, false) }
        var index = last
        while index > column.lowerBound {
            index -= 1
            let isOpen =
                bytes[index] == UInt8(ascii: "(")
                || index + 2 <= last && bytes[index] == 0xEF && bytes[index + 1] == 0xBC && bytes[index + 2] == 0x88
            if isOpen { return (trimmed(column.lowerBound..<index, bytes), true) }
        }
        return (column, false)
    }
}

extension RecoveryCodeShape {
    /// Stands for the key that 1Password shows, whose groups differ in length.
    static let secretKey = RecoveryCodeShape(groups: 7, length: 0, separator: dash)
}
