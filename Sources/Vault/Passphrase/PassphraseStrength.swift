import Platform

/// An estimate of how many guesses a passphrase stands, without a network and without a copy of it anywhere.
///
/// Whoever guesses begins with what people take: common passwords, words, names, rows of keys, letters and digits in their
/// order, dates, and all of that once more and side by side. The passphrase is cut into such parts and single characters
/// in the way that takes the fewest guesses. The figures are rough and err towards too few. There are libraries for this
/// (zxcvbn, cracklib): they take strings, which cannot be wiped, or open files, which the agent cannot.
package struct PassphraseStrength: Equatable, Sendable {
    /// What most of a weak passphrase is.
    package enum Weakness: Equatable, Sendable {
        case short
        case common
        case words
        case keys
        case sequence
        case repetition
        case date
        case personal
    }

    /// The logarithm of the guesses, in hundredths of bits.
    package let centibits: Int
    /// What makes it weak; nil when it is not.
    package let weakness: Weakness?

    /// Less is weak: 2 to the 26th guesses, 67 million. A program that is after one vault makes some thousand a second
    /// against `PassphraseDerivation`, and one with much hardware makes all of these before its owner has noticed.
    package static let least = 2600
    /// Bytes that are looked at; more of them add nothing that matters.
    static let most = 128

    /// - Parameter names: what stands around the passphrase and is known to others: the user's name, the machine's.
    package init(_ passphrase: Span<UInt8>, names: [String] = []) {
        let parts = Lexicon(names.map { $0.lowercased() }.joined(separator: " "))
        var analysis = Analysis(
            passphrase: passphrase.extracting(0..<min(passphrase.count, Self.most)), names: parts)
        (centibits, weakness) = analysis.result()
    }

    /// The names of this process's user and machine.
    package static var namesHere: [String] {
        ["USER", "LOGNAME"].compactMap(Environment.value) + [Environment.machine]
    }

    /// Whether it falls.
    package var isWeak: Bool { weakness != nil }
}

extension PassphraseStrength.Weakness {
    /// The reason, for a sentence: "it ...".
    package var reason: Sentence {
        switch self {
        case .short: "it is too short"
        case .common: "it is, or hardly differs from, what everybody tries first"
        case .words: "one or two common words are too few"
        case .keys: "it is a row of keys"
        case .sequence: "its characters stand in their order"
        case .repetition: "it repeats itself"
        case .date: "it is a date"
        case .personal: "it is made of the name of its owner or of this machine"
        }
    }
}

/// The search for the cheapest way to cut a passphrase into parts.
private struct Analysis: ~Escapable {
    // Made for each passphrase: new ones are rare, and both would stay in memory.
    private let commonest = Lexicon(CommonPasswords.text)
    private let words = Lexicon(Words.text)
    private static let rows = [
        "1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiop", "yxcvbnm", "azertyuiop",
        "qsdfghjklm",
    ].map { Array($0.utf8) }

    private let passphrase: Span<UInt8>
    private let names: Lexicon
    /// For each end of a part, the least that everything up to there costs, where its last part begins, and what that is.
    private var cost: [Int]
    private var start: [Int]
    private var kind: [PassphraseStrength.Weakness]

    /// What one character of no kind costs: ten guesses.
    private static let character = 332

    @_lifetime(copy passphrase)
    init(passphrase: Span<UInt8>, names: Lexicon) {
        self.passphrase = passphrase
        self.names = names
        cost = Array(repeating: .max, count: passphrase.count + 1)
        start = Array(repeating: 0, count: passphrase.count + 1)
        kind = Array(repeating: .short, count: passphrase.count + 1)
        cost[0] = 0
    }

    mutating func result() -> (centibits: Int, weakness: PassphraseStrength.Weakness?) {
        for begin in passphrase.indices { look(at: begin) }
        let total = cost[passphrase.count]
        return (total, total < PassphraseStrength.least ? mostOfIt() : nil)
    }

    /// The kind that covers the most bytes of the cheapest way.
    private func mostOfIt() -> PassphraseStrength.Weakness {
        var bytes: [PassphraseStrength.Weakness: Int] = [:]
        var end = passphrase.count
        while end > 0 {
            bytes[kind[end], default: 0] += end - start[end]
            end = start[end]
        }
        let other = bytes.filter { $0.key != .short }.max { $0.value < $1.value }
        guard let other, other.value >= bytes[.short] ?? 0 else { return .short }
        return other.key
    }

    private mutating func note(_ part: Range<Int>, _ guesses: Int, _ what: PassphraseStrength.Weakness) {
        let total = cost[part.lowerBound] + guesses
        guard total < cost[part.upperBound] else { return }
        cost[part.upperBound] = total
        start[part.upperBound] = part.lowerBound
        kind[part.upperBound] = what
    }

    private mutating func look(at begin: Int) {
        note(begin..<(begin + 1), Self.character, .short)
        lookUp(at: begin)
        lookForSequence(at: begin)
        lookForKeys(at: begin)
        lookForDates(at: begin)
        lookForRepetition(at: begin)
    }

    /// The logarithm of a number, in hundredths of bits: exact for powers of two, linear between them.
    private static func centibits(_ number: Int) -> Int {
        guard number > 1 else { return 0 }
        let whole = Int.bitWidth - 1 - number.leadingZeroBitCount
        return 100 * whole + 100 * (number - 1 << whole) / (1 << whole)
    }

    private mutating func lookUp(at begin: Int) {
        var found: [(end: Int, guesses: Int, what: PassphraseStrength.Weakness)] = []
        names.find(in: passphrase, at: begin) { _, end, ways in
            if end - begin > 1 { found.append((end, 200 + 100 * ways, .personal)) }
        }
        let common = { (number: Int, end: Int, ways: Int) in
            found.append((end, Self.centibits(number + 2) + 100 * ways, .common))
        }
        commonest.find(in: passphrase, at: begin, common)
        commonest.findReversed(in: passphrase, at: begin, common)
        let size = Self.centibits(words.count)
        words.find(in: passphrase, at: begin) { _, end, ways in
            found.append((end, size + 100 * ways, .words))
        }
        for part in found { note(begin..<part.end, part.guesses, part.what) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    /// abc, 321.
    private mutating func lookForSequence(at begin: Int) {
        let first = Lexicon.folded(passphrase[begin])
        guard Self.isDigit(first) || Self.isLetter(first) else { return }
        for step in [1, -1] {
            var end = begin + 1
            while end < passphrase.count, Int(Lexicon.folded(passphrase[end])) == Int(first) + step * (end - begin),
                Self.isDigit(passphrase[end]) == Self.isDigit(first)
            {
                end += 1
                guard end - begin >= 3 else { continue }
                let isUsual = [
                    UInt8(ascii: "a"), UInt8(ascii: "z"), UInt8(ascii: "0"), UInt8(ascii: "1"),
                    UInt8(ascii: "9"),
                ].contains(first)
                let base = isUsual ? 200 : Self.isDigit(first) ? 332 : 470
                note(begin..<end, base + Self.centibits(end - begin) + (step < 0 ? 100 : 0), .sequence)
            }
        }
    }

    /// asdf, poiu.
    private mutating func lookForKeys(at begin: Int) {
        for row in Self.rows {
            guard let place = row.firstIndex(of: Lexicon.folded(passphrase[begin])) else { continue }
            for step in [1, -1] {
                var end = begin + 1
                while end < passphrase.count, row.indices.contains(place + step * (end - begin)),
                    Lexicon.folded(passphrase[end]) == row[place + step * (end - begin)]
                {
                    end += 1
                    if end - begin >= 3 { note(begin..<end, 500 + Self.centibits(end - begin), .keys) }
                }
            }
        }
    }

    /// 1987, 19870624, 240687, 24.6.87.
    private mutating func lookForDates(at begin: Int) {
        var numbers: [(value: Int, digits: Int)] = []
        var index = begin
        var separator: UInt8?
        while numbers.count < 3, index < passphrase.count {
            var value = 0
            let from = index
            while index < passphrase.count, Self.isDigit(passphrase[index]), index - from < 8 {
                value = value * 10 + Int(passphrase[index] - UInt8(ascii: "0"))
                index += 1
                let digits = index - from
                if numbers.isEmpty, digits == 4, 1900..<2050 ~= value { note(begin..<index, 730, .date) }
                if numbers.isEmpty, digits == 6 || digits == 8, Self.isDate(value, digits) {
                    note(begin..<index, 1500, .date)
                }
            }
            guard index > from else { return }
            numbers.append((value, index - from))
            if numbers.count == 3 { break }
            guard index < passphrase.count, [0x2E, 0x2F, 0x2D, 0x5F, 0x20].contains(passphrase[index]),
                separator == nil || separator == passphrase[index]
            else { return }
            separator = passphrase[index]
            index += 1
        }
        guard numbers.count == 3 else { return }
        let (a, b, c) = (numbers[0], numbers[1], numbers[2])
        let isDayFirst = Self.isDayAndMonth(a.value, b.value) && (c.digits == 2 || 1900..<2050 ~= c.value)
        let isYearFirst = (a.digits == 2 || 1900..<2050 ~= a.value) && Self.isDayAndMonth(b.value, c.value)
        if isDayFirst || isYearFirst { note(begin..<index, 1600, .date) }
    }

    private static func isDayAndMonth(_ a: Int, _ b: Int) -> Bool {
        1...31 ~= a && 1...12 ~= b || 1...12 ~= a && 1...31 ~= b
    }

    /// Six or eight digits, the year at either end.
    private static func isDate(_ value: Int, _ digits: Int) -> Bool {
        guard digits == 8 else {
            return isDayAndMonth(value / 10_000, value / 100 % 100) || isDayAndMonth(value / 100 % 100, value % 100)
        }
        return 1900..<2050 ~= value % 10_000 && isDayAndMonth(value / 1_000_000, value / 10_000 % 100)
            || 1900..<2050 ~= value / 10_000 && isDayAndMonth(value / 100 % 100, value % 100)
    }

    /// aaa, abcxabcx; and once more whatever stands in front.
    private mutating func lookForRepetition(at begin: Int) {
        // What was cut already, up to here, may be said again.
        for unit in 1...max(passphrase.count / 2, 1) where begin >= unit {
            var end = begin
            while end + unit <= passphrase.count, isSame(end - unit, end, unit) {
                end += unit
                let times = (end - begin) / unit + 1
                if unit > 1 || times > 2 { note(begin..<end, 100 + Self.centibits(times), .repetition) }
            }
        }
    }

    private func isSame(_ a: Int, _ b: Int, _ count: Int) -> Bool {
        for index in 0..<count
        where Lexicon.folded(passphrase[a + index]) != Lexicon.folded(passphrase[b + index]) { return false }
        return true
    }
}
