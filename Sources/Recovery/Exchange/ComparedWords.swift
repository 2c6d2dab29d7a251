import Platform

/// Six words by which two people see that they have the same bytes before them. Each stands for 16 bits as a proquint
/// (D. S. Wilkerson, "A Proposal for Proquints", 2009): five letters that can be said in most languages. 96 bits in all.
package struct ComparedWords: Equatable, Sendable, CustomStringConvertible {
    /// Six, in their order.
    package let words: [String]

    private static let consonants = Array("bdfghjklmnprstvz".unicodeScalars)
    private static let vowels = Array("aiou".unicodeScalars)

    /// The words of bytes: of the first 12 bytes of SHA-256 of the purpose and them.
    init(_ purpose: StaticString, _ bytes: [UInt8]) {
        let message = Array(purpose.description.utf8) + bytes
        let hash = Sodium.sha256(message.span)
        words = (0..<6).map { number in Self.word(UInt16(hash[2 * number]) << 8 | UInt16(hash[2 * number + 1])) }
    }

    /// The proquint of 16 bits.
    static func word(_ value: UInt16) -> String {
        var word = String.UnicodeScalarView()
        for (shift, isVowel) in [(12, false), (10, true), (6, false), (4, true), (0, false)] {
            let bits = Int(value >> UInt16(shift))
            word.append(isVowel ? vowels[bits & 3] : consonants[bits & 15])
        }
        return String(word)
    }

    /// All six with spaces between.
    package var description: String { words.joined(separator: " ") }
}
