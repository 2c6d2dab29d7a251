import Client

/// Sentences in the language of the user. The program sets how they are looked up; without that they are English.
package enum Words {
    /// How a sentence is looked up, and one of a number of things.
    package struct Catalogue: Sendable {
        package let text: @Sendable (String) -> String
        package let number: @Sendable (String, String, Int) -> String
        /// A moment of RFC 3339 in local time, in a layout of g_date_time_format(3).
        package let moment: @Sendable (String, String) -> String
        /// A text as it is searched.
        package let folded: @Sendable (String) -> String

        package init(
            text: @escaping @Sendable (String) -> String, number: @escaping @Sendable (String, String, Int) -> String,
            moment: @escaping @Sendable (String, String) -> String, folded: @escaping @Sendable (String) -> String
        ) { (self.text, self.number, self.moment, self.folded) = (text, number, moment, folded) }
    }

    /// Set once, before the first sentence is asked for.
    nonisolated(unsafe) private static var catalogue: Catalogue?

    package static func use(_ catalogue: Catalogue) { unsafe self.catalogue = catalogue }

    static func translated(_ text: String) -> String { unsafe catalogue?.text(text) ?? text }

    static func translated(_ one: String, _ many: String, _ number: Int) -> String {
        unsafe catalogue?.number(one, many, number) ?? (number == 1 ? one : many)
    }

    /// A text as it is searched: at least without case.
    static func folded(_ text: String) -> String { unsafe catalogue?.folded(text) ?? text.lowercased() }

    /// A moment as people of the user's language write it, in local time.
    ///
    /// - Parameter utc: as RFC 3339 has it.
    static func moment(_ utc: String) -> String { unsafe catalogue?.moment(utc, tr("%-d %B %Y, %H:%M")) ?? utc }

    /// The same of seconds of UTC.
    package static func moment(_ utc: UInt64) -> String { moment(Moment.utc(utc)) }

    /// A length of time in words, where it is a whole number of days, hours, minutes or seconds.
    package static func duration(_ seconds: UInt64) -> String {
        switch seconds {
        case let all where all % 86_400 == 0: trn("%1 day", "%1 days", Int(clamping: all / 86_400))
        case let all where all % 3600 == 0: trn("%1 hour", "%1 hours", Int(clamping: all / 3600))
        case let all where all % 60 == 0: trn("%1 minute", "%1 minutes", Int(clamping: all / 60))
        default: trn("%1 second", "%1 seconds", Int(clamping: seconds))
        }
    }
}

extension Words {
    /// A sentence of the agent or of `fob`, in the user's language and as one stands in a window: with a capital.
    package static func heard(_ text: String) -> String {
        let told = Translation.heard(text)
        // A name at the front, as of a place, a page or a program, stays as it is.
        guard let word = told.split(separator: " ", maxSplits: 1).first,
            word.utf8.allSatisfy({ 97...122 ~= $0 || $0 == 39 }),
            word != "fob"
        else { return told }
        return told.prefix(1).uppercased() + told.dropFirst()
    }

    /// A domain that is broken behind its dots first.
    package static func brokenAtDots(_ text: String) -> String {
        text.split(separator: ".", omittingEmptySubsequences: false).joined(separator: ".\u{200B}")
    }

    /// A name or path that is not broken behind a slash, which would look as if it ended there.
    package static func unbroken(_ text: String) -> String {
        text.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "/\u{2060}")
    }
}

/// A sentence in the user's language. The catalogue is made from the calls. Where a file imports Client, too, a call without
/// parts would be that module's if this were the function with parts.
package func tr(_ sentence: String) -> String { Words.translated(sentence) }

/// The same with its parts in place of %1, %2 and so on.
package func tr(_ sentence: String, _ part: String, _ more: String...) -> String {
    Sentence.put([part] + more, into: Words.translated(sentence))
}

/// The same of a number of things, which is %1.
package func trn(_ one: String, _ many: String, _ number: Int, _ parts: String...) -> String {
    Sentence.put([String(number)] + parts, into: Words.translated(one, many, number))
}
