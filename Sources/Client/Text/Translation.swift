#if hasFeature(Embedded)
/// The program that gives a code speaks English: to look a sentence up costs files that are read at each start.
@inline(always) func tr(_ text: String) -> String { text }
@inline(always) func noted(_ text: String) -> String { text }
enum Translation {
    @inline(always) static func text(_ english: String, _: Never?) -> String { english }
}
extension ErrorWords {
    var sentences: (message: Never?, remedy: Never?) { (nil, nil) }
}
extension SystemError {
    var told: String { reason }
}
#else
@_exported import Model
package import Platform
import Synchronization
import Wire

/// The language of what is said to people.
package enum Translation {
    private static let isOn = Atomic(false)

    /// From here on sentences are in the user's language, where there is a catalogue of it. Until then, and where a program
    /// reads what comes, they are those of the sources.
    package static func begin() { isOn.store(Catalogue.open(), ordering: .relaxed) }

    /// A sentence in the user's language, and the parts of it that are sentences.
    package static func text(_ sentence: Sentence) -> String {
        guard isOn.load(ordering: .relaxed), !sentence.isVerbatim else { return sentence.text }
        return Sentence.put(sentence.parts.map(text), into: Catalogue.text(sentence.key))
    }

    /// What the agent has said: by the sentence that it tells beside the text, whose arguments are made fit for a terminal;
    /// of an older agent, the text.
    static func text(_ english: String, _ words: Sentence?) -> String {
        guard isOn.load(ordering: .relaxed), let words else { return english }
        return text(words.shown)
    }

    /// What was kept in English, or comes so from a process that tells no sentence, in the user's language: by its words, or
    /// by those of the template that it fits (`Heard`); parts of it may be sentences themselves.
    package static func heard(_ text: String) -> String {
        guard isOn.load(ordering: .relaxed) else { return text }
        let told = Catalogue.text(text)
        guard told == text else { return told }
        guard let (template, parts) = Heard.match(text) else { return reasoned(text) }
        return Sentence.put(parts.map { $0.contains(" ") ? heard($0) : $0 }, into: Catalogue.text(template))
    }

    /// What stands behind the last colon: the reason that something in front of it has.
    private static func reasoned(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let colon = bytes.indices.last(where: { bytes[$0...].starts(with: ": ".utf8) }),
            let subject = String(validating: bytes[..<(colon + 2)], as: UTF8.self),
            let reason = String(validating: bytes[(colon + 2)...], as: UTF8.self)
        else { return text }
        return subject + Catalogue.text(reason)
    }

    /// A sentence about a number of things.
    static func text(_ number: UInt64, _ one: String, _ many: String, _ parts: [String]) -> String {
        let english = number == 1 ? one : many
        return Sentence.put(parts, into: isOn.load(ordering: .relaxed) ? Catalogue.text(one, many, number) : english)
    }
}

/// A sentence in the user's language. po/fob.pot is made from the calls.
package func tr(_ sentence: Sentence) -> String { Translation.text(sentence) }

/// The same of a number of things. Both sentences have the same parts; the first need not have the number where that is
/// the last of them.
package func trn(_ number: some BinaryInteger, _ one: Sentence, _ many: Sentence) -> String {
    Translation.text(UInt64(clamping: number), one.key, many.key, many.parts.map { Translation.text($0) })
}

extension SystemError {
    /// The reason, in the user's language.
    package var told: String { tr(Sentence(reason)) }
}

extension Sentence {
    /// With arguments that nothing moves, reorders or hides on a terminal.
    fileprivate var shown: Sentence {
        isVerbatim ? Sentence(verbatim: Text.shown(key)) : Sentence(key, parts: parts.map(\.shown))
    }
}
#endif
