import OneTimePassword
import Platform
import Wire

/// The XML of KeePass 2, which KeePassXC reads as well; codes as KeePassXC keeps them, as a URI in `otp`.
final class KeePassXMLWriter: FormatWriter {
    static let format = ExportFormat.keepassXML
    static let holding = Holding(
        [.totp, .steam], tags: .many(without: ",;"), hasNote: true, shownRight: keePassXCPeriods)
    /// Its versions up to 2.7.4 bound the period (keepassxreboot/keepassxc#7095).
    static let keePassXCPeriods: (period: UInt32, by: String) = (60, "KeePassXC up to 2.7.4")

    private let output: TextOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
        try output.put(
            """
            <?xml version="1.0" encoding="utf-8" standalone="yes"?>
            <KeePassFile><Meta><Generator>fob</Generator><DatabaseName>fob</DatabaseName></Meta>
            <Root><Group>
            """)
        try putIdentifier()
        try output.put("<Name>Root</Name>\n")
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        try output.put("<Entry>")
        try putIdentifier()
        try output.put("<IconID>0</IconID><Tags>")
        try output.putMarkup(tags.joined(separator: ";"))
        try output.put("</Tags>")
        try string("Title", entry.issuer)
        try string("UserName", entry.name)
        try output.put("<String><Key>Password</Key><Value/></String><String><Key>URL</Key><Value/></String>")
        try string("Notes", entry.note.bytes)
        let uri = try entry.uri()
        try string("otp", uri.bytes)
        try output.put("</Entry>\n")
        return nil
    }

    private func string(_ name: String, _ value: String) throws(ConversionError) {
        try string(name, value.utf8.span)
    }

    private func string(_ name: String, _ value: Span<UInt8>) throws(ConversionError) {
        try output.put("<String><Key>\(name)</Key><Value\(name == "otp" ? " ProtectInMemory=\"True\"" : "")>")
        try output.putMarkup(value)
        try output.put("</Value></String>")
    }

    func finish() throws(ConversionError) {
        try output.put("</Group></Root></KeePassFile>\n")
        try output.finish()
    }

    private func putIdentifier() throws(ConversionError) {
        try output.put("<UUID>")
        let identifier = try LockedBuffer.random(16)
        try Base64Encoder.put(identifier.bytes, to: output)
        try output.put("</UUID>")
    }
}

extension TextOutput {
    /// Appends text that is not secret between or inside the tags of XML or HTML.
    func putMarkup(_ text: String) throws(ConversionError) { try putMarkup(text.utf8.span) }

    /// Appends text between or inside the tags of XML or HTML.
    func putMarkup(_ text: Span<UInt8>) throws(ConversionError) {
        try put(text) { byte in
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case UInt8(ascii: "\""): "&quot;"
            case UInt8(ascii: "'"): "&#39;"
            // Without this, a parser makes a line feed of it.
            case 0x0D: "&#13;"
            // Others have no place in XML at all.
            case 0x09, 0x0A: nil
            case 0..<0x20: "\u{FFFD}"
            default: nil
            }
        }
    }
}
