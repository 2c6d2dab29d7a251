import CLinux
import Synchronization

/// The characters of the user's terminal, where they are not UTF-8. What goes elsewhere is UTF-8 always.
package enum Characters {
    private enum Repertoire: UInt8 {
        case utf8
        case latin1
        case ascii
    }

    private static let current = Atomic(Repertoire.utf8.rawValue)

    /// Asks the locale, which `Catalogue.open` has set. The locale C says nothing of a terminal.
    static func learn() {
        let name = unsafe String(cString: nl_langinfo(Int32(CODESET)))
        let found: Repertoire =
            switch name {
            case "UTF-8", "ANSI_X3.4-1968": .utf8
            case "ISO-8859-1", "ISO-8859-15": .latin1
            default: .ascii
            }
        current.store(found.rawValue, ordering: .relaxed)
    }

    /// Whether all sentences can be shown.
    static var isUTF8: Bool { current.load(ordering: .relaxed) == Repertoire.utf8.rawValue }

    /// What was typed on the terminal; nil where it is not, or not yet, in the terminal's characters.
    package static func typed(_ bytes: Span<UInt8>) -> String? {
        guard current.load(ordering: .relaxed) == Repertoire.latin1.rawValue else {
            guard let text = try? UTF8Span(validating: bytes) else { return nil }
            return String(copying: text)
        }
        return String(String.UnicodeScalarView(bytes.indices.map { Unicode.Scalar(bytes[$0]) }))
    }

    /// A text in the terminal's characters, with question marks for those that it does not have; nil where it takes UTF-8.
    package static func encoded(_ text: String) -> [UInt8]? {
        guard !isUTF8 else { return nil }
        let isLatin1 = current.load(ordering: .relaxed) == Repertoire.latin1.rawValue
        return text.unicodeScalars.map { scalar in
            scalar.value < 0x80 || isLatin1 && (0xA0...0xFF).contains(scalar.value)
                ? UInt8(scalar.value) : UInt8(ascii: "?")
        }
    }
}
