import Encodings

/// What programs for mail and chat make of a text, taken back: tags and names of characters of web pages, dashes in place of
/// hyphens, the base64 of a mail that was saved as it came.
enum MailedText {
    static func plain(_ text: String) -> String {
        var text = decoded(text)
        if text.contains("<") || text.contains("&") { text = withoutMarkup(text) }
        var plain = String.UnicodeScalarView()
        // What does not show may stand anywhere.
        for scalar in text.unicodeScalars where scalar.properties.generalCategory != .format {
            switch scalar.value {
            case 0x2014: plain += "--".unicodeScalars
            case 0x2010...0x2013, 0x2212, 0xFE63, 0xFF0D: plain.append("-")
            default: plain.append(scalar)
            }
        }
        return String(plain)
    }

    /// With the bodies behind it that are base64, as mails that were saved have them.
    static func decoded(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let header = "content-transfer-encoding:base64"
        var plain = text
        for (index, line) in lines.enumerated() where line.lowercased().filter({ !$0.isWhitespace }) == header {
            let body = lines[index...].drop { !$0.isEmpty }.drop(while: \.isEmpty).prefix {
                !$0.isEmpty && !$0.hasPrefix("--")
            }
            if let bytes = BaseEncoding.base64.bytes(body.joined(), isPadded: true) {
                plain += "\n" + String(decoding: bytes, as: UTF8.self)
            }
        }
        return plain
    }

    private static func withoutMarkup(_ text: String) -> String {
        var plain = ""
        var rest = text[...]
        while let sign = rest.firstIndex(where: { $0 == "<" || $0 == "&" }) {
            plain += rest[..<sign]
            rest = rest[sign...]
            if let end = rest.prefix(longest).firstIndex(of: rest.first == "<" ? ">" : ";") {
                let name = rest[..<end].dropFirst().lowercased()
                plain += rest.first == "<" ? (name.hasPrefix("wbr") ? "" : "\n") : character(name) ?? " "
                rest = rest[rest.index(after: end)...]
            } else {
                plain += "\n"
                rest = rest.dropFirst()
            }
        }
        return plain + rest
    }

    /// Characters of a tag.
    private static let longest = 2000

    /// Of a name or number between `&` and `;`.
    private static func character(_ name: String) -> String? {
        let names = [
            "shy": "", "zwnj": "", "zwj": "", "colon": ":", "lowbar": "_", "hyphen": "-", "dash": "-", "ndash": "-",
            "minus": "-", "mdash": "--", "quot": "\"", "apos": "'", "amp": "&", "lt": "<", "gt": ">",
        ]
        if let known = names[name] { return known }
        let number =
            name.hasPrefix("#x")
            ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
        return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
    }
}
