/// Decides whether lines hold the recovery codes of a service, and which.
///
/// Other lists look much alike: checksums, dates, telephone numbers, tables. What is wrong must not be taken, because
/// its owner would find out on the day on which a code is needed.
struct RecoveryCodeFinder {
    private let lines: [RecoveryCodeLine]
    /// The file's name or the owner says that these are codes.
    private let isKnown: Bool
    /// The codes, in their order.
    private(set) var tokens: [RecoveryCodeToken] = []
    /// The lines that are none.
    private(set) var others: [Range<Int>] = []
    /// What the codes share.
    private(set) var shape = RecoveryCodeShape(groups: 0, length: 0, separator: 0)
    private(set) var signs: RecoveryCodeSigns = []

    init(lines: [RecoveryCodeLine], isKnown: Bool) {
        self.lines = lines
        self.isKnown = isKnown
    }

    /// Looks for the shape that most lines share.
    mutating func find(in bytes: Span<UInt8>) -> Bool {
        var counts: [RecoveryCodeShape: Int] = [:]
        for line in lines {
            for token in line.tokens { counts[token.shape, default: 0] += 1 }
        }
        guard let most = counts.max(by: { $0.value < $1.value }), counts.values.count(where: { $0 == most.value }) == 1
        else { return false }
        shape = most.key
        let isCode = lines.map { line in !line.tokens.isEmpty && line.tokens.allSatisfy { $0.shape == shape } }
        guard let first = isCode.firstIndex(of: true), let last = isCode.lastIndex(of: true) else { return false }
        // From the first code to the last, at least 60 of 100 lines are codes.
        let codeLines = isCode.count { $0 }
        guard 5 * codeLines >= 3 * (last - first + 1) else { return false }
        for (line, isCode) in zip(lines, isCode) {
            if isCode { tokens += line.tokens } else { others.append(line.text) }
        }
        for token in tokens { signs.formUnion(token.signs) }
        let bound = isKnown ? RecoveryCodeText.mostCodes : RecoveryCodeText.mostUnknown
        guard others.count <= RecoveryCodeText.mostOthers, tokens.count <= bound else { return false }
        sortByOrdinals()
        if tokens.count == 1, serviceOfShape != nil { return true }
        guard tokens.count >= (isKnown ? 1 : RecoveryCodeText.leastCodes) else { return false }
        guard isKnown || isUsual(in: bytes) else { return false }
        return tokens.count < RecoveryCodeText.leastCodes || isRandom(in: bytes)
    }

    /// Columns are read line by line, but their numbers may run down.
    private mutating func sortByOrdinals() {
        let sorted = tokens.sorted { ($0.ordinal ?? 0) < ($1.ordinal ?? 0) }
        let isWhole = sorted.enumerated().allSatisfy { $1.ordinal == $0 + (sorted[0].ordinal ?? 0) }
        if isWhole, sorted[0].ordinal != nil { tokens = sorted }
    }

    /// The service whose codes alone have this shape.
    var serviceOfShape: String? {
        let hexadecimal: RecoveryCodeSigns = [.digit, .lowerHex]
        if tokens.count == 1 {
            let isOneCase = signs.isOneCase && signs.isMixed
            switch (shape.groups, shape.length, shape.separator) {
            // In hexadecimal digits alone they would be lines of a dump.
            case (5, 5, _) where isOneCase && !signs.isHexadecimal: return "microsoft"
            case (7, 4, _) where isOneCase && !signs.isHexadecimal: return "apple"
            case (8, 4, _) where isOneCase && !signs.isHexadecimal: return "bitwarden"
            case (8, 8, RecoveryCodeShape.dash) where signs == [.lowerHex, .lower]: return "systemd"
            default: return shape == .secretKey ? "1password" : nil
            }
        }
        let isDashed = shape.separator == RecoveryCodeShape.dash
        if tokens.count == 16, isDashed, shape.groups == 2, shape.length == 5, signs == hexadecimal { return "github" }
        if tokens.count == 12, isDashed, shape.groups == 3, shape.length == 4, tokens.allSatisfy({ $0.ordinal != nil }),
            signs.isSubset(of: [.digit, .upperHex, .upper])
        {
            return "keycloak"
        }
        return nil
    }

    /// Whether codes are built like this anywhere.
    private func isUsual(in bytes: Span<UInt8>) -> Bool {
        if signs == .digit {
            // Eight digits are also dates, amounts and telephone numbers: what stands around them speaks of codes, or
            // nothing does.
            guard shape.count == 8 else { return false }
            return others.isEmpty || others.contains { RecoveryCodeService.speaksOfCodes($0, in: bytes) }
        }
        guard signs.contains(.digit) else { return false }
        // Words and names have letters mostly: most codes have digits.
        guard 2 * tokens.count(where: { $0.signs.contains(.digit) }) >= tokens.count else { return false }
        // Groups of hexadecimal digits with spaces between them are a dump.
        guard shape.separator != RecoveryCodeShape.space || !signs.isHexadecimal else { return false }
        guard shape.groups == 1 else { return true }
        switch shape.length {
        // npm's; the same length as SHA-256.
        case 64: return signs == [.digit, .lowerHex] && others.isEmpty && tokens.count <= 10
        // MD5 and SHA-1 have 32 and 40 hexadecimal digits; passwords' hashes and keys in base32 and base64 are longer.
        case 8...31: return isInterspersed(in: bytes)
        default: return false
        }
    }

    /// Whether letters and digits are mixed as chance does it: in `track01` or `2026Nov` they are not.
    private func isInterspersed(in bytes: Span<UInt8>) -> Bool {
        var changes = 0
        for token in tokens {
            let text = bytes.extracting(token.text)
            for index in text.indices.dropFirst() {
                let isDigit = RecoveryCodeSigns(text[index]) == .digit
                if isDigit != (RecoveryCodeSigns(text[index - 1]) == .digit) { changes += 1 }
            }
        }
        // Two changes in each code, on average.
        return changes >= 2 * tokens.count
    }

    /// Whether nothing speaks against chance: numbers that count, dates, and names with a number behind do.
    private func isRandom(in bytes: Span<UInt8>) -> Bool {
        let first = bytes.extracting(tokens[0].text)
        if tokens.allSatisfy({ bytes[$0.text.lowerBound] == first[0] && bytes[$0.text.lowerBound + 1] == first[1] }) {
            return false
        }
        var poor = 0
        var rises = 0
        var falls = 0
        var dates = 0
        for (index, token) in tokens.enumerated() {
            let text = bytes.extracting(token.text)
            if distinct(text) < 3 { poor += 1 }
            if isDate(text) { dates += 1 }
            guard index > 0 else { continue }
            let order = compare(bytes.extracting(tokens[index - 1].text), text)
            if order < 0 { rises += 1 } else { falls += 1 }
        }
        guard 2 * poor < tokens.count, dates < tokens.count else { return false }
        // Six codes are in order by chance once in 360 times.
        return tokens.count < 6 || rises > 0 && falls > 0
    }

    private func distinct(_ text: Span<UInt8>) -> Int {
        var seen = Set<UInt8>()
        for index in text.indices where RecoveryCodeSigns(text[index]) != [] { seen.insert(text[index]) }
        return seen.count
    }

    private func compare(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int {
        for index in a.indices where index < b.count && a[index] != b[index] { return a[index] < b[index] ? -1 : 1 }
        return 0
    }

    /// Whether eight digits are a year, a month and a day, in this or the other order.
    private func isDate(_ text: Span<UInt8>) -> Bool {
        var digits: [Int] = []
        for index in text.indices where RecoveryCodeSigns(text[index]) == .digit {
            digits.append(Int(text[index] - UInt8(ascii: "0")))
        }
        guard digits.count == 8, signs == .digit else { return false }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { 10 * $0 + $1 } }
        func isDay(_ year: Range<Int>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
            let pair = [number(a), number(b)]
            return (1800..<2200).contains(number(year)) && pair.allSatisfy { (1...31).contains($0) }
                && pair.contains { $0 <= 12 }
        }
        return isDay(0..<4, 4..<6, 6..<8) || isDay(4..<8, 0..<2, 2..<4)
    }
}
