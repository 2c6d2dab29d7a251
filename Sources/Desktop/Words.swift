/// Sentences in the language of the user. The program sets how they are looked up; without that they are English.
package enum Words {
    /// How a sentence is looked up, and one of a number of things.
    package struct Catalogue: Sendable {
        package let text: @Sendable (String) -> String
        package let number: @Sendable (String, String, Int) -> String

        package init(
            text: @escaping @Sendable (String) -> String, number: @escaping @Sendable (String, String, Int) -> String
        ) { (self.text, self.number) = (text, number) }
    }

    /// Set once, before the first sentence is asked for.
    nonisolated(unsafe) private static var catalogue: Catalogue?

    package static func use(_ catalogue: Catalogue) { unsafe self.catalogue = catalogue }

    static func translated(_ text: String) -> String { unsafe catalogue?.text(text) ?? text }

    static func translated(_ one: String, _ many: String, _ number: Int) -> String {
        unsafe catalogue?.number(one, many, number) ?? (number == 1 ? one : many)
    }

    /// Puts parts where the sentence has %1, %2 and so on: their order is the language's.
    static func put(_ parts: [String], into sentence: String) -> String {
        var text = ""
        var rest = sentence[...]
        while let mark = rest.firstIndex(of: "%") {
            text += rest[..<mark]
            rest = rest[rest.index(after: mark)...]
            if let digit = rest.first?.wholeNumberValue, digit >= 1, digit <= parts.count {
                text += parts[digit - 1]
                rest = rest.dropFirst()
            } else {
                text += "%"
            }
        }
        return text + rest
    }
}

/// A sentence in the user's language, with its parts in place of %1, %2 and so on. The catalogue is made from the calls.
package func tr(_ sentence: String, _ parts: String...) -> String { Words.put(parts, into: Words.translated(sentence)) }

/// The same of a number of things, which is %1.
package func trn(_ one: String, _ many: String, _ number: Int, _ parts: String...) -> String {
    Words.put([String(number)] + parts, into: Words.translated(one, many, number))
}
