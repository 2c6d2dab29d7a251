/// A list of words, found by their first letters.
struct Lexicon: Sendable {
    /// The words one after the other, in ASCII.
    private let text: String
    /// Where each lies in the text, in the list's order.
    private let places: [Range<Int>]
    /// The numbers of the words that begin with a byte.
    private let byFirst: [UInt8: [Int]]

    /// Words with spaces between.
    init(_ text: String) {
        self.text = text
        var places: [Range<Int>] = []
        var byFirst: [UInt8: [Int]] = [:]
        let bytes = text.utf8.span
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: " ") {
            if index > start {
                byFirst[bytes[start], default: []].append(places.count)
                places.append(start..<index)
            }
            start = index + 1
        }
        (self.places, self.byFirst) = (places, byFirst)
    }

    /// How many words there are.
    var count: Int { places.count }

    /// Lends the bytes of a word.
    func withWord<R>(_ number: Int, _ use: (Span<UInt8>) -> R) -> R {
        use(text.utf8.span.extracting(places[number]))
    }

    /// Tells of each word that the passphrase has at `start`.
    ///
    /// - Parameter found: gets the number of a word in the list, where it ends, and in how many ways what is there differs:
    ///   capitals, digits and signs in place of letters, the order of the letters.
    func find(in passphrase: Span<UInt8>, at start: Int, _ found: (_ number: Int, _ end: Int, _ ways: Int) -> Void) {
        let text = text.utf8.span
        for first in Self.letters(passphrase[start]) {
            for number in byFirst[first] ?? [] {
                let word = text.extracting(places[number])
                guard start + word.count <= passphrase.count else { continue }
                let part = passphrase.extracting(start..<(start + word.count))
                if let ways = Self.ways(part, word, isReversed: false) { found(number, start + word.count, ways) }
            }
        }
    }

    /// The same for words that stand there in reverse.
    func findReversed(
        in passphrase: Span<UInt8>, at start: Int, _ found: (_ number: Int, _ end: Int, _ ways: Int) -> Void
    ) {
        let text = text.utf8.span
        for (number, place) in places.enumerated() where start + place.count <= passphrase.count {
            let part = passphrase.extracting(start..<(start + place.count))
            if let ways = Self.ways(part, text.extracting(place), isReversed: true) {
                found(number, start + place.count, ways + 1)
            }
        }
    }

    /// In how many ways a part differs from a word; nil when it is another.
    private static func ways(_ part: Span<UInt8>, _ word: Span<UInt8>, isReversed: Bool) -> Int? {
        var (hasCapital, hasSign) = (false, false)
        for index in word.indices {
            let byte = part[index]
            let letter = word[isReversed ? word.count - 1 - index : index]
            if byte == letter { continue }
            if folded(byte) == letter {
                hasCapital = true
            } else if letters(byte).contains(letter) {
                hasSign = true
            } else {
                return nil
            }
        }
        return (hasCapital ? 1 : 0) + (hasSign ? 1 : 0)
    }

    static func folded(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// The letters or digits that a byte may stand for, itself first.
    private static func letters(_ byte: UInt8) -> [UInt8] {
        let own = folded(byte)
        return switch byte {
        case UInt8(ascii: "0"): [own, UInt8(ascii: "o")]
        case UInt8(ascii: "1"), UInt8(ascii: "!"), UInt8(ascii: "|"): [own, UInt8(ascii: "i"), UInt8(ascii: "l")]
        case UInt8(ascii: "3"): [own, UInt8(ascii: "e")]
        case UInt8(ascii: "4"), UInt8(ascii: "@"): [own, UInt8(ascii: "a")]
        case UInt8(ascii: "5"), UInt8(ascii: "$"): [own, UInt8(ascii: "s")]
        case UInt8(ascii: "7"), UInt8(ascii: "+"): [own, UInt8(ascii: "t")]
        case UInt8(ascii: "8"): [own, UInt8(ascii: "b")]
        case UInt8(ascii: "9"): [own, UInt8(ascii: "g")]
        default: [own]
        }
    }
}
