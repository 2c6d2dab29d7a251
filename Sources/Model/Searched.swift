/// Text as it is searched: without regard to case, nor to the marks of Latin letters.
package enum Searched {
    /// The letters that are plain ones with a mark, with the plain one, and some that have no mark of their own.
    private static let letters: [Character: String] = {
        var letters: [Character: String] = [
            "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae",
            "œ": "oe",
        ]
        let marks: [ClosedRange<UInt32>] = [0x300...0x304, 0x306...0x30C, 0x30F...0x311, 0x31B...0x31B, 0x323...0x331]
        for letter in "abcdefghijklmnopqrstuvwxyz".unicodeScalars {
            for mark in marks.joined().compactMap(Unicode.Scalar.init) {
                // Characters are equal when they are canonically equivalent, however they are written.
                var text = String(letter)
                text.unicodeScalars.append(mark)
                for character in text { letters[character] = String(letter) }
            }
        }
        return letters
    }()

    /// `text` in small plain letters.
    package static func text(_ text: String) -> String {
        let lower = text.lowercased()
        guard lower.utf8.contains(where: { $0 > 0x7F }) else { return lower }
        return lower.map { letters[$0] ?? String($0) }.joined()
    }

    /// The words of `text`, in small plain letters.
    package static func words(_ text: String) -> [String] {
        Self.text(text).split { $0 == " " || $0 == "/" }.map(String.init)
    }
}
