#if hasFeature(Embedded)
/// The programs that are Embedded Swift speak English, and nothing of theirs is told in another language.
package typealias Sentence = String
extension String {
    @inline(always) package var text: String { self }
}
#else
/// A sentence for people as its literal says it: the words, and the parts that stand where it has an interpolation. By its
/// words it is found in the catalogue of another language, which has the parts in an order of its own.
package struct Sentence: ExpressibleByStringInterpolation, CustomStringConvertible, Equatable, Sendable {
    /// The words, with %1, %2 and so on in place of the parts.
    package private(set) var key = ""
    /// The parts, in the order of the literal: sentences themselves, or what is the same in every language.
    package private(set) var parts: [Sentence] = []
    /// A name, a number or another text that is looked up in no catalogue; it has no parts.
    package private(set) var isVerbatim = false

    /// A sentence whose words are known from elsewhere.
    package init(_ key: String, parts: [Sentence] = []) { (self.key, self.parts) = (key, parts) }

    /// What is put into a sentence as it is.
    package init(verbatim text: String) { (key, isVerbatim) = (text, true) }

    package init(stringLiteral value: String) { key = value }

    package init(stringInterpolation: Interpolation) {
        (key, parts) = (stringInterpolation.key, stringInterpolation.parts)
    }

    /// What is between the quotes.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var key = ""
        fileprivate var parts: [Sentence] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) { key += literal }

        package mutating func appendInterpolation(_ part: some Any) {
            appendInterpolation(Sentence(verbatim: "\(part)"))
        }

        package mutating func appendInterpolation(_ part: Sentence) {
            parts.append(part)
            key += "%\(parts.count)"
        }
    }

    /// The sentence as it stands in the sources.
    package var text: String { Self.put(parts.map(\.text), into: key) }

    package var description: String { text }

    /// A long sentence in two literals.
    package static func + (start: Sentence, end: Sentence) -> Sentence {
        var whole = start
        let count = start.parts.count
        whole.key += put(end.parts.indices.map { "%\($0 + count + 1)" }, into: end.key)
        whole.parts += end.parts
        return whole
    }

    /// Puts parts where a template has %1, %2 and so on.
    package static func put(_ parts: [String], into template: String) -> String {
        guard !parts.isEmpty else { return template }
        var text = ""
        var rest = template[...]
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

    /// The parts of a text that a template may have made; nil where it fits none.
    package static func parts(of text: String, in template: String) -> [String]? {
        var parts: [String] = []
        var rest = text.utf8[...]
        var words = template.utf8[...]
        while let mark = words.firstIndex(of: UInt8(ascii: "%")) {
            guard rest.starts(with: words[..<mark]) else { return nil }
            rest = rest.dropFirst(words[..<mark].count)
            words = words[mark...].dropFirst(2)
            // A part ends where the words behind it begin.
            let next = words.prefix { $0 != UInt8(ascii: "%") }
            var end = rest.startIndex
            while end != rest.endIndex, !(next.isEmpty ? false : rest[end...].starts(with: next)) {
                end = rest.index(after: end)
            }
            guard next.isEmpty || end != rest.endIndex, let part = String(rest[..<end]) else { return nil }
            parts.append(part)
            rest = rest[end...]
        }
        return rest.elementsEqual(words) ? parts : nil
    }
}

/// A sentence for people that another process tells them, or this one later, in their language: it is found in the
/// catalogue by its words.
package func noted(_ sentence: Sentence) -> String { sentence.text }
#endif
