/// Columns of a terminal.
package enum Columns {
    /// Columns that `text` takes, nearly: two for East Asian wide characters and emoji, none for marks.
    package static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20..<0x300: return 1
        case 0x200C, 0x200D, 0xFE00...0xFE0F: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        // Two of these letters are a flag.
        case 0x1F1E6...0x1F1FF: return 1
        default:
            if scalar.properties.isEmojiPresentation { return 2 }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return 0
            default: return 1
            }
        }
    }

    /// The start of `text` that takes at most `columns`.
    package static func cut(_ text: String, to columns: Int) -> String {
        var result = String.UnicodeScalarView()
        var left = columns
        for scalar in text.unicodeScalars {
            left -= Self.columns(scalar)
            guard left >= 0 else { break }
            result.append(scalar)
        }
        return String(result)
    }
}
