/// Text from outside (labels, paths, sentences of other programs) made fit for a terminal.
package enum Label {
    /// `text` with everything visible that could move the cursor, colour or reorder the line, or hide: control
    /// characters, line and paragraph separators, bidirectional and other format characters become `\u{...}`.
    ///
    /// Joiners inside emoji and scripts that need them are kept when something visible precedes them.
    package static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isDangerous) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isDangerous(scalar): result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether a scalar could move the cursor, colour or reorder a line, or hide.
    package static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F, 0xA0..<0xAD: false
        // C0, DEL and C1; the soft hyphen.
        case 0..<0x20, 0x7F..<0xA0, 0xAD: true
        // Joiners.
        case 0x200C, 0x200D: false
        // Zero width space, bidirectional marks, embeddings, overrides, isolates; separators; invisible operators.
        case 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
        // Language tags, which can hide text.
        case 0xE0000...0xE0FFF: true
        default: false
        }
    }
}
