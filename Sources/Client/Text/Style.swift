import Platform

/// How results look on a terminal.
package enum Style {
    /// The colours of ECMA-48 that are used.
    package enum Colour: Int, Sendable {
        case red = 31
        case green = 32
        case yellow = 33
    }

    /// Whether results may have colours: they go to a terminal that has some, and nobody has asked for none (no-color.org).
    package static var hasColours: Bool {
        hasColours(
            isTerminal: Terminal.isTerminal(1), canMove: Terminal.canMove, noColour: Environment.value(of: "NO_COLOR"))
    }

    static func hasColours(isTerminal: Bool, canMove: Bool, noColour: String?) -> Bool {
        isTerminal && canMove && (noColour ?? "").isEmpty
    }

    /// A part of a result in a colour.
    package static func coloured(_ text: String, _ colour: Colour) -> String {
        hasColours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// Numbers of things.
package enum Count {
    /// "1 account", "2 accounts".
    ///
    /// - Parameter plural: where it is not the word with an s.
    package static func text(_ count: some BinaryInteger, _ word: String, _ plural: String? = nil) -> String {
        Translation.text(UInt64(clamping: count), "%1 \(word)", "%1 \(plural ?? word + "s")", ["\(count)"])
    }
}
