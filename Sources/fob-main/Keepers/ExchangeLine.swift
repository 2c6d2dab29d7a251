/// A text of letters that is put together again of the words in which it has come: wrapped at some width, with empty lines
/// between, or with what somebody has written behind it.
final class ExchangeLine {
    private(set) var text: String
    private var isOver = false
    /// Characters of the last word, and of the longest.
    private var last = 0
    private var width = 0
    private var endsInHyphen = false
    /// Empty lines stood between its words, and one stands before the next.
    private var hasEmptyLines = false
    private var isBehindEmptyLine = false

    /// Nobody's words are as long as this; and the last line of a text that was wrapped may be shorter.
    private static let longestWord = 20
    /// No program wraps lines at more than this, but for servers that cut them near a thousand.
    private static let longestLine = 140
    private static let cut = 980...1000

    /// - Parameter start: what it begins with.
    init(_ start: String) { text = start }

    func meetEmptyLine() { isBehindEmptyLine = true }

    /// - Parameter count: the characters of the word, with what stood before the text.
    func take(_ word: Substring, behind count: Int) {
        guard !isOver else { return }
        let taken = word.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        let isFirst = width == 0
        let isShort = last + 3 < width && !endsInHyphen
        // Two hyphens are above the name of whoever has written.
        guard isFirst || word != "--", isFirst || taken.count >= Self.longestWord || isFull(isShort) else {
            isOver = true
            return
        }
        text += taken
        hasEmptyLines = hasEmptyLines || isBehindEmptyLine
        isBehindEmptyLine = false
        (last, width, endsInHyphen) = (count, max(width, count), taken.last == "-")
        // Mail programs end a line that goes on with a sign.
        isOver =
            !word.dropFirst(taken.count).allSatisfy { $0 == "=" }
            || count > Self.longestLine && !Self.cut.contains(count)
    }

    /// Whether a short word may be its end: the one before was as long as the others, and stood as this one does.
    private func isFull(_ isShort: Bool) -> Bool { !isShort && (!isBehindEmptyLine || hasEmptyLines) }
}
