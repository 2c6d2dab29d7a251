/// Text of a file made fit to be kept and shown: without what could move the cursor, colour or reorder a line, or hide,
/// and no longer than the protocol allows.
struct FittedText {
    /// What is left.
    private(set) var text = ""
    /// Characters were taken away that nobody should have in a name.
    private(set) var hadControls = false
    /// The end was cut off.
    private(set) var wasCut = false

    /// The start of `original`, whole characters of at most `limit` bytes in all. Line ends and tabs become spaces.
    init(_ original: String, _ limit: Int) {
        var clean = original
        if original.unicodeScalars.contains(where: Self.isControl) {
            hadControls = true
            var scalars = String.UnicodeScalarView()
            for scalar in original.unicodeScalars {
                if ["\n", "\r", "\t"].contains(scalar) { scalars.append(" ") }
                if !Self.isControl(scalar) { scalars.append(scalar) }
            }
            clean = String(scalars)
        }
        guard clean.utf8.count > limit else {
            text = clean
            return
        }
        wasCut = true
        for character in clean {
            guard text.utf8.count + character.utf8.count <= limit else { break }
            text.append(character)
        }
    }

    /// Control, format and bidirectional characters, separators of lines and language tags; joiners are none.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F, 0xA0..<0xAD, 0x200C, 0x200D: false
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
            true
        default: false
        }
    }
}
