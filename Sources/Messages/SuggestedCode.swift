/// What may be the code in a message that binds it to no site. It is a guess: shown to a person, never filled in.
package enum SuggestedCode {
    /// The code beside a word for codes: four to ten digits, two groups of three, or `G-` and six digits, in the digits of any
    /// script; next to the word also other equal groups; nil where there is none, or only amounts, dates, telephone numbers and numbers of other things.
    package static func of(_ message: String) -> String? {
        let text = plain(body(of: message))
        let marks = marks(in: text)
        var best: (cost: Int, digits: String)?
        for number in numbers(in: text) where !isElse(number, in: text) {
            if isMarked(number, in: text) { return number.digits }
            for mark in marks {
                guard let cost = cost(of: number, by: mark, in: text), cost < best?.cost ?? .max else { continue }
                best = (cost, number.digits)
            }
        }
        return best?.digits
    }

    /// Characters between a code and its word, at most.
    private static let reach = 60
    /// What is between a year and a word that make a code of it, at most: as in "code: 2026".
    private static let yearReach = 4
    /// The same, for groups that may be a date or a telephone number elsewhere: as in "your code is 48 29 13".
    private static let groupReach = 10
    /// As if it were so many characters farther away: a number before its word, one in another sentence, groups, and a year.
    private static let costs = (before: 8, sentence: 20, groups: 30, year: 100)

    private struct Number {
        /// With its separator or prefix.
        let range: Range<Int>
        let digits: String
        var isGrouped = false

        var isYear: Bool { digits.count == 4 && (digits.hasPrefix("19") || digits.hasPrefix("20")) }
    }

    /// How far a number is from a word for codes; nil when that is too far. A code comes behind its word, or begins a
    /// sentence that ends with it.
    private static func cost(of number: Number, by mark: Range<Int>, in text: [Unicode.Scalar]) -> Int? {
        let isBefore = mark.lowerBound >= number.range.upperBound
        let between =
            isBefore
            ? number.range.upperBound..<mark.lowerBound
            : mark.upperBound..<max(mark.upperBound, number.range.lowerBound)
        let isYear = number.isYear && number.range.lowerBound > 0
        guard between.count <= (number.isGrouped ? groupReach : isYear ? yearReach : reach) else { return nil }
        var cost = between.count + (isBefore ? costs.before : 0) + (number.isYear ? costs.year : 0)
        let ends = between.filter { isEnd($0, in: text) }
        if isYear || number.isGrouped, ends.contains(where: { isBefore || text[$0] != "\n" }) { return nil }
        if !ends.isEmpty { cost += costs.sentence }
        if number.isGrouped { cost += costs.groups }
        return cost
    }

    private static func isEnd(_ index: Int, in text: [Unicode.Scalar]) -> Bool {
        if ["\n", "!", "?", "\u{3002}", "\u{FF01}", "\u{FF1F}", "\u{964}"].contains(text[index]) { return true }
        return text[index] == "." && index + 1 < text.count && text[index + 1] == " "
    }

    // MARK: Text

    /// The text without what Android's retriever adds: a prefix, and a line with a mark of the program that reads it.
    private static func body(of message: String) -> String {
        var lines = message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if let last = lines.last, last.count == 11,
            last.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+/".contains($0)) })
        {
            lines.removeLast()
        }
        let text = lines.joined(separator: "\n")
        return text.hasPrefix("<#>") ? String(text.dropFirst(3)) : text
    }

    /// In lower case, with the digits, spaces and hyphens of ASCII, and without marks of the direction of writing.
    private static func plain(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.compactMap { scalar in
            let properties = scalar.properties
            if properties.generalCategory == .format { return nil }
            if properties.numericType == .decimal, let value = properties.numericValue {
                return Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))
            }
            if properties.generalCategory == .spaceSeparator { return " " }
            if "\u{2010}"..."\u{2013}" ~= scalar { return "-" }
            let lower = properties.lowercaseMapping.unicodeScalars
            return lower.count == 1 ? lower.first : scalar
        }
    }

    /// Where words for codes stand.
    private static func marks(in text: [Unicode.Scalar]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for start in text.indices {
            for word in words where text[start...].starts(with: word) {
                let end = start + word.count
                // A short word stands alone: "spin" is not a PIN, nor "Montana" a TAN.
                if word.count <= 3, word.allSatisfy(\.isASCII),
                    start > 0 && (isLetter(text[start - 1]) || ["'", "’"].contains(text[start - 1]))
                        || end < text.count && isLetter(text[end])
                {
                    continue
                }
                if others.contains(where: { ends(text[..<start], with: $0) }) { continue }
                if othersBehind.contains(where: { text[end...].starts(with: $0) }) { continue }
                // Of a word that is inflected, the whole.
                found.append(start..<end + text[end...].prefix(while: isLatin).count)
            }
        }
        return found
    }

    /// Whether a text ends with a word, and a space perhaps.
    private static func ends(_ text: ArraySlice<Unicode.Scalar>, with word: [Unicode.Scalar]) -> Bool {
        (text.last == " " ? text.dropLast() : text).suffix(word.count).elementsEqual(word)
    }

    // MARK: Numbers

    private static func numbers(in text: [Unicode.Scalar]) -> [Number] {
        let runs = text.indices.split { !isDigit(text[$0]) }.compactMap { run in
            run.first.map { $0..<$0 + run.count }
        }
        var found: [Number] = []
        var index = 0
        while index < runs.count {
            var end = index
            // Groups that one space or hyphen joins are one number, and so are those of "(0800) 123456".
            while end + 1 < runs.count, joins(runs[end], runs[end + 1], text) { end += 1 }
            let groups = Array(runs[index...end])
            let counts = groups.map(\.count)
            let range = groups[0].lowerBound..<groups[groups.count - 1].upperBound
            if counts == [3, 3] {
                found.append(number(range, text))
            } else if isDivided(counts), !isDate(groups, text) {
                found.append(number(range, text, isGrouped: true))
            } else if let long = groups.first(where: { 4...10 ~= $0.count }),
                groups.allSatisfy({ $0 == long || $0.count == 1 })
            {
                found.append(number(long, text))
            }
            index = end + 1
        }
        return found
    }

    /// Groups of codes: two of four, three of two or three, or single digits.
    private static func isDivided(_ counts: [Int]) -> Bool {
        guard let first = counts.first, counts.allSatisfy({ $0 == first }) else { return false }
        return switch first {
        case 1: 4...10 ~= counts.count
        case 2, 3: counts.count == 3
        case 4: counts.count == 2
        default: false
        }
    }

    /// Whether three groups of two with hyphens are a day, a month and a year, in any order of these.
    private static func isDate(_ groups: [Range<Int>], _ text: [Unicode.Scalar]) -> Bool {
        guard groups.count == 3, groups[0].count == 2, text[groups[0].upperBound] == "-" else { return false }
        let values = groups.map { Int(String(String.UnicodeScalarView(text[$0]))) ?? 0 }
        return 1...12 ~= values[1] || 1...12 ~= values[0] && values[1] <= 31
    }

    private static func joins(_ first: Range<Int>, _ second: Range<Int>, _ text: [Unicode.Scalar]) -> Bool {
        let between = Array(text[first.upperBound..<second.lowerBound])
        if between.first == ")" {
            return text[..<first.lowerBound].last == "(" && [[")"], [")", " "]].contains(between)
        }
        return between == [" "] || between == ["-"]
    }

    private static func number(_ range: Range<Int>, _ text: [Unicode.Scalar], isGrouped: Bool = false) -> Number {
        let digits = String(String.UnicodeScalarView(text[range].filter(isDigit)))
        let isPrefixed = text[..<range.lowerBound].suffix(2).elementsEqual(["g", "-"])
        return Number(
            range: isPrefixed ? range.lowerBound - 2..<range.upperBound : range, digits: digits,
            isGrouped: isGrouped)
    }

    /// An amount, a date, a time, a telephone number, the number of something else, or part of a word.
    private static func isElse(_ number: Number, in text: [Unicode.Scalar]) -> Bool {
        let (before, behind) = (text[..<number.range.lowerBound], text[number.range.upperBound...])
        if number.digits.count >= 9, number.digits.hasPrefix("0") { return true }
        if let last = before.last {
            if last == "+" || isLatin(last) { return true }
            if ["-", "/", ".", ":", ","].contains(last), before.dropLast().last.map(isDigit) ?? false { return true }
            // The last digits of a card; both sides have it where a messenger makes letters bold by it.
            if ["*", "•", "…", "·"].contains(last), behind.first != last { return true }
        }
        if let next = behind.first {
            if isLatin(next) { return true }
            if ["-", "/", ".", ":", ","].contains(next), behind.dropFirst().first.map(isDigit) ?? false,
                next != "," || !isTime(behind.dropFirst())
            {
                return true
            }
        }
        if isCurrency(before.last { $0 != " " }) && before.suffix(2).contains(where: isCurrency) { return true }
        let unit = behind.first == " " ? behind.dropFirst() : behind
        if isCurrency(unit.first) || unit.first == "%" { return true }
        if units.contains(where: { unit.starts(with: $0) && !isLatin(unit.dropFirst($0.count).first ?? " ") }) {
            return true
        }
        let said = before.reversed().drop { [" ", "#", "*", ".", "№", "°"].contains($0) }
        return things.contains { thing in
            said.starts(with: thing.reversed())
                && !(thing.count <= 3 && isLatin(said.dropFirst(thing.count).first ?? " "))
        }
    }

    /// How long it is good, behind a comma without a space: "482913,5分钟内有效".
    private static func isTime(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        let unit = text.drop(while: isDigit).drop { $0 == " " }
        return times.contains { unit.starts(with: $0) }
    }

    /// A sign that says so in a message that names a site: `#123456`, or a number on a line that begins with the site.
    private static func isMarked(_ number: Number, in text: [Unicode.Scalar]) -> Bool {
        let before = text[..<number.range.lowerBound]
        if before.last == "#" { return text.contains("@") }
        let line = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
        return text[line] == "@" && !before[line...].contains(where: isDigit)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0"..."9" ~= scalar }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic }
    private static func isCurrency(_ scalar: Unicode.Scalar?) -> Bool {
        scalar?.properties.generalCategory == .currencySymbol
    }
    /// Of a script whose words have spaces between them.
    private static func isLatin(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x600 && isLetter(scalar) }
}
