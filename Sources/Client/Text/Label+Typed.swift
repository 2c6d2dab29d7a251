import Wire

// Names on a command line. What is shown of a name is not always the name: a blank may stand for two, and what nobody sees
// is shown by its number.
extension Label {
    /// `text` as ``untyped(_:)`` takes it back: what ``shown(_:)`` changes stands there by its number, as `\u{200b}`.
    package static func typed(_ text: String) -> String {
        let hasNumbers = text.contains("\\u{")
        var typed = ""
        var wasBlank = false
        let scalars = text.unicodeScalars
        for (place, scalar) in zip(scalars.indices, scalars) {
            let isBlank = Text.isBlank(scalar)
            let isSeen = !Text.isInvisible(scalar) || Text.joinsEmoji(at: place, of: scalars)
            let isPlain = isBlank ? scalar == " " && !wasBlank : isSeen
            wasBlank = isBlank
            // No argument with U+FFFD is taken: it may be what is left of another encoding.
            if isPlain, scalar != "\u{FFFD}", scalar != "\\" || !hasNumbers {
                typed.unicodeScalars.append(scalar)
            } else {
                typed += "\\u{" + String(scalar.value, radix: 16) + "}"
            }
        }
        return typed
    }

    /// The text that somebody means who has typed `text`.
    package static func untyped(_ text: String) -> String {
        var untyped = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\\", rest.starts(with: "u{".unicodeScalars), let end = rest.prefix(9).firstIndex(of: "}"),
                let meant = UInt32(String(rest[..<end].dropFirst(2)), radix: 16).flatMap(Unicode.Scalar.init)
            {
                untyped.append(meant)
                rest = rest[end...].dropFirst()
            } else {
                untyped.append(scalar)
            }
        }
        return String(untyped)
    }
}
