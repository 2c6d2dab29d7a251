package import Platform

/// A passphrase that a person can keep: words that chance has chosen.
package enum PassphraseSuggestion {
    /// How many words: 68 bits, which nobody guesses whatever it costs.
    package static let words = 6

    /// Six words with spaces between, in locked memory.
    package static func make() throws(MemoryError) -> LockedBuffer {
        let lexicon = Lexicon(Words.text)
        // The longest word has ten letters.
        var text = try LockedBuffer(capacity: words * 11)
        var dice = try LockedBuffer(capacity: 2)
        for number in 0..<words {
            let chosen = try roll(&dice, below: lexicon.count)
            lexicon.withWord(chosen) { word in
                if number > 0 { text.append { output in output.append(UInt8(ascii: " ")) } }
                text.append(copying: word)
            }
        }
        return text
    }

    /// A number below `bound`, each as likely as the others.
    private static func roll(_ dice: inout LockedBuffer, below bound: Int) throws(MemoryError) -> Int {
        let all = 1 << 16
        while true {
            dice.removeAll()
            dice.append { output in Sodium.randomBytes(into: &output, count: 2) }
            let rolled = Int(dice.bytes[0]) << 8 | Int(dice.bytes[1])
            if rolled < all - all % bound { return rolled % bound }
        }
    }
}
