/// What may be the code in a message that binds it to no site. It is a guess: shown to a person, never filled in.
package enum SuggestedCode {
    /// The code beside a word for codes: four to ten digits, two groups of three, or `G-` and six digits; nil where there is none,
    /// or only amounts, dates and telephone numbers.
    package static func of(_ message: String) -> String? {
        let text = Array(body(of: message).unicodeScalars)
        let marks = marks(in: text)
        let numbers = numbers(in: text)
        var best: (distance: Int, digits: String)?
        for number in numbers where !isElse(number, in: text) {
            if isMarked(number, in: text) { return number.digits }
            for mark in marks {
                let distance =
                    mark.lowerBound >= number.range.upperBound
                    ? mark.lowerBound - number.range.upperBound : number.range.lowerBound - mark.upperBound
                if distance <= reach, best.map({ distance < $0.distance }) ?? true { best = (distance, number.digits) }
            }
        }
        return best?.digits
    }

    /// Characters between a code and its word, at most.
    private static let reach = 60

    private struct Number {
        /// With its separator or prefix.
        let range: Range<Int>
        let digits: String
    }

    /// Words for codes in the languages of those who send them, in lower case.
    private static let words = [
        "code", "verification", "otp", "pin", "passcode", "passwor", "einmal", "tan", "код", "парол", "kod", "kód",
        "koodi", "codice",
        "código", "codigo", "codi", "κωδικ", "cod ", "mã", "รหัส", "رمز", "קוד", "验证码", "驗證碼", "校验码", "动态码", "認証",
        "確認コード",
        "確認番号", "コード", "パスワード", "暗証番号", "인증", "코드",
    ].map { Array($0.unicodeScalars) }
    /// Before "code": it is another kind of code.
    private static let others = [
        "promo", "discount", "coupon", "voucher", "gutschein", "zip", "postal", "country", "area",
    ]
    .map { Array($0.unicodeScalars) }

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

    private static func marks(in text: [Unicode.Scalar]) -> [Range<Int>] {
        let small = text.map { scalar in
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            return lower.count == 1 ? lower.first ?? scalar : scalar
        }
        var found: [Range<Int>] = []
        for start in small.indices {
            for word in words where small[start...].starts(with: word) {
                // A short word stands alone: "spin" is not a PIN, nor "Montana" a TAN.
                if word.count <= 3, word[0].isASCII,
                    start > 0 && isLetter(small[start - 1]) || after(start + word.count, small)
                {
                    continue
                }
                if others.contains(where: { isBefore(start, $0, small) }) { continue }
                found.append(start..<start + word.count)
            }
        }
        return found
    }

    private static func after(_ end: Int, _ text: [Unicode.Scalar]) -> Bool { end < text.count && isLetter(text[end]) }

    private static func isBefore(_ start: Int, _ word: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
        let end = start > 0 && text[start - 1] == " " ? start - 1 : start
        return end >= word.count && text[(end - word.count)..<end].elementsEqual(word)
    }

    private static func numbers(in text: [Unicode.Scalar]) -> [Number] {
        var runs: [Range<Int>] = []
        var start: Int?
        for index in 0...text.count {
            let isNumeral = index < text.count && isDigit(text[index])
            if isNumeral, start == nil { start = index }
            if !isNumeral, let begun = start {
                runs.append(begun..<index)
                start = nil
            }
        }
        var found: [Number] = []
        var index = 0
        while index < runs.count {
            var range = runs[index]
            var end = index
            // Groups that one space or hyphen joins are one number.
            while end + 1 < runs.count, runs[end + 1].lowerBound == range.upperBound + 1,
                [" ", "-"].contains(text[range.upperBound])
            {
                end += 1
                range = range.lowerBound..<runs[end].upperBound
            }
            let groups = runs[index...end].map(\.count)
            if groups == [3, 3] || groups.count == 1 && 4...10 ~= groups[0] {
                let digits = String(String.UnicodeScalarView(text[range].filter(isDigit)))
                let prefixed =
                    range.lowerBound >= 2 && text[range.lowerBound - 1] == "-" && text[range.lowerBound - 2] == "G"
                found.append(Number(range: prefixed ? range.lowerBound - 2..<range.upperBound : range, digits: digits))
            }
            index = end + 1
        }
        return found
    }

    /// An amount, a date, a time, a telephone number, or part of a word.
    private static func isElse(_ number: Number, in text: [Unicode.Scalar]) -> Bool {
        let before = number.range.lowerBound > 0 ? text[number.range.lowerBound - 1] : " "
        let beyond = number.range.upperBound
        let next = beyond < text.count ? text[beyond] : " "
        let second = beyond + 1 < text.count ? text[beyond + 1] : " "
        if before == "+" || isLatin(before) || isLatin(next) { return true }
        if currencies.contains(before) || currencies.contains(next) { return true }
        if ["-", "/", ".", ":", ","].contains(before), number.range.lowerBound > 1,
            isDigit(text[number.range.lowerBound - 2])
        {
            return true
        }
        if ["-", "/", ".", ":", ","].contains(next), isDigit(second) { return true }
        return money.contains { word in
            let spaced = [" "] + word
            return text[beyond...].starts(with: spaced)
                && !(beyond + spaced.count < text.count && isLatin(text[beyond + spaced.count]))
                || isBefore(number.range.lowerBound, word, text)
        }
    }

    /// A sign that says so: `#123456`, or a number on a line that begins with a site.
    private static func isMarked(_ number: Number, in text: [Unicode.Scalar]) -> Bool {
        if number.range.lowerBound > 0, text[number.range.lowerBound - 1] == "#" { return true }
        let line = text[..<number.range.lowerBound].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        return text[line] == "@" && !text[line..<number.range.lowerBound].contains(where: isDigit)
    }

    private static let currencies: [Unicode.Scalar] = ["$", "€", "£", "¥", "₹", "₽", "円", "元", "%"]
    private static let money = [
        "EUR", "USD", "GBP", "JPY", "CHF", "INR", "RUB", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "Rs", "kr", "euro",
    ]
    .map { Array($0.unicodeScalars) }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0"..."9" ~= scalar }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic }
    /// Of a script whose words have spaces between them.
    private static func isLatin(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x600 && isLetter(scalar) }
}
