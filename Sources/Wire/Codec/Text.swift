/// Text for display that comes from outside (names, paths, messages of the system).
package enum Text {
    /// The longest start of `text` that fits into `limit` bytes of UTF-8, without NUL, cut between scalars.
    package static func clipped(_ text: String, to limit: Int = Limits.text) -> String {
        if text.utf8.count <= limit && !text.utf8.contains(0) { return text }
        var clipped = String.UnicodeScalarView()
        var room = limit
        for scalar in text.unicodeScalars where scalar.value != 0 {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            clipped.append(scalar)
        }
        return String(clipped)
    }

    /// `text` as it may be shown: on one line, with nothing in it that moves, reorders or hides text. Blanks of every
    /// kind, however many in a row, are one space; control characters and what cannot be seen become `\n`, `\u{200b}`, but for
    /// what puts an emoji together.
    package static func shown(_ text: String) -> String {
        isPlain(text) ? text : clean(text, most: .max).text
    }

    /// `text` as ``shown(_:)`` has it, in quotation marks, at most `most` scalars of it; what was cut off is told behind
    /// the marks, where nothing of the text can stand.
    package static func quoted(_ text: String, most: Int = 64) -> String {
        let (clean, isWhole) = clean(text, most: most)
        var quoted: String.UnicodeScalarView = "\"".unicodeScalars
        // A mark that would be drawn over the quotation mark gets a circle of its own.
        if let first = clean.unicodeScalars.first, isCombining(first) { quoted.append("\u{25CC}") }
        for scalar in clean.unicodeScalars {
            if scalar == "\"" { quoted.append("\\") }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted) + (isWhole ? "" : "...")
    }

    /// Whether nothing is seen of a scalar, or it acts on others: a control or format character, one of those that
    /// Unicode says are to be ignored where they are not known (Default_Ignorable_Code_Point). Blanks are not among them.
    package static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F, 0xA0..<0xAD, 0xAE..<0x34F: false
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x34F: true
        // Marks in front of numbers, of Arabic and Syriac, and the Arabic letter mark.
        case 0x600...0x605, 0x61C, 0x6DD, 0x70F, 0x890...0x891, 0x8E2: true
        // Khmer inherent vowels; Mongolian variation selectors and the vowel separator.
        case 0x17B4...0x17B5, 0x180B...0x180F: true
        // Zero width space, joiners, bidirectional marks, embeddings, overrides, isolates; invisible operators.
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F: true
        // Variation selectors, the byte order mark, interlinear annotation.
        case 0xFE00...0xFE0F, 0xFEFF, 0xFFF0...0xFFFB: true
        // Kaithi number signs, hieroglyphic joiners, shorthand controls, musical beams and slurs.
        case 0x110BD, 0x110CD, 0x13430...0x1343F, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A: true
        // Tags and more variation selectors, which can hide whole texts.
        case 0xE0000...0xE0FFF: true
        default: false
        }
    }

    /// Whether the scalar at `place`, which is not seen, makes one emoji of what is beside it (UTS #51): the joiner between two
    /// pictures, the selector that colours one or makes a keycap, the tags that make a flag of England, Scotland or Wales.
    /// Anywhere else, and in any other number, these hide what a text is.
    package static func joinsEmoji(at place: String.Index, of text: String.UnicodeScalarView) -> Bool {
        var before = text[..<place]
        let next = text[place...].dropFirst().first
        switch text[place].value {
        case 0xFE0F:
            guard let last = before.last else { return false }
            return isPicture(last) || next == "\u{20E3}" && (last == "#" || last == "*" || "0"..."9" ~= last)
        case 0x200D:
            guard let next, isPicture(next) else { return false }
            if let last = before.last, last == "\u{FE0F}" || "\u{1F3FB}"..."\u{1F3FF}" ~= last { before.removeLast() }
            return before.last.map(isPicture) ?? false
        case 0xE0061...0xE007F:
            guard let flag = before.lastIndex(of: "\u{1F3F4}") else { return false }
            let tags = text[flag...].dropFirst().prefix(6)
            let letters = tags.map { UInt8($0.value & 0x7F) }
            return place < tags.endIndex
                && ["gbeng\u{7F}", "gbsct\u{7F}", "gbwls\u{7F}"].contains { $0.utf8.elementsEqual(letters) }
        default: return false
        }
    }

    /// Whether a scalar is a picture that emoji are made of (Extended_Pictographic).
    private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xA9, 0xAE, 0x203C, 0x2049, 0x2122, 0x2139, 0x2194...0x21AA, 0x231A...0x23FF, 0x24C2, 0x25AA...0x25FE: true
        case 0x2600...0x27BF, 0x2934...0x2935, 0x2B05...0x2B55, 0x3030, 0x303D, 0x3297, 0x3299: true
        // But for the letters of flags and the colours of skin.
        case 0x1F000...0x1F1E5, 0x1F200...0x1F3FA, 0x1F400...0x1FAFF: true
        default: false
        }
    }

    /// Whether a scalar looks like a space: Unicode's White_Space but for control characters, the fillers of Hangul, the
    /// empty pattern of Braille, the empty note head.
    package static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F, 0x205F, 0x3000: true
        case 0x115F...0x1160, 0x2800, 0x3164, 0xFFA0, 0x1D159: true
        default: false
        }
    }

    /// Whether a scalar is a mark that is drawn over the one before it, whatever script that is of.
    private static func isCombining(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x300...0x36F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F: true
        default: false
        }
    }

    /// Printable ASCII without two spaces in a row, as most text is.
    private static func isPlain(_ text: String) -> Bool {
        var last: UInt8 = 0
        for byte in text.utf8 {
            guard 0x20..<0x7F ~= byte, byte != 0x20 || last != 0x20 else { return false }
            last = byte
        }
        return true
    }

    private static func clean(_ text: String, most: Int) -> (text: String, isWhole: Bool) {
        var shown = String.UnicodeScalarView()
        var count = 0
        var wasBlank = false
        let scalars = text.unicodeScalars
        for (place, scalar) in zip(scalars.indices, scalars) {
            let isBlank = isBlank(scalar)
            if isBlank && wasBlank { continue }
            wasBlank = isBlank
            guard count < most else { return (String(shown), false) }
            count += 1
            if isBlank {
                shown.append(" ")
            } else if isInvisible(scalar), !joinsEmoji(at: place, of: scalars) {
                shown.append(contentsOf: escape(scalar).unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return (String(shown), true)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        default: "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }
}
