import Platform

/// A page of HTML with otpauth URIs in `<code>`: what Stratum writes, and this program's own page.
enum HTMLReader: FormatReader {
    static let name = "html"

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape else { return false }
        return source.text.withBytes { bytes in
            let start = bytes.firstIndex(from: bytes.hasPrefix("\u{FEFF}") ? 3 : 0) { $0 > 0x20 } ?? bytes.count
            let page = bytes.extracting(start...)
            return (page.hasASCIIPrefix("<!doctype html") || page.hasASCIIPrefix("<html"))
                && page.firstIndex(of: "<code>") != nil
        }
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        var position = 0
        var place = 0
        while let range = code(in: source.text, from: place) {
            place = range.upperBound
            var text = try ConversionError.buffer(range.count)
            source.text.withBytes { bytes in
                text.append { output in unescape(bytes.extracting(range), into: &output) }
            }
            guard URILine.kind(text.bytes) == .account else { continue }
            position += 1
            try sink.item("code \(position)", at: position) { () throws(ItemError) in try URILine.entry(text.bytes) }
        }
    }

    /// What stands in the next `<code>`.
    private static func code(in text: LockedText, from place: Int) -> Range<Int>? {
        text.withBytes { bytes in
            guard let tag = bytes.firstIndex(of: "<code>", from: place),
                let end = bytes.firstIndex(of: "</code>", from: tag)
            else { return nil }
            return tag + 6..<end
        }
    }

    /// Ampersands stand for themselves too: Stratum does not escape them.
    private static func unescape(_ text: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        let escapes: [(name: StaticString, octet: UInt8)] = [
            ("&amp;", UInt8(ascii: "&")), ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")),
            ("&quot;", UInt8(ascii: "\"")), ("&#39;", UInt8(ascii: "'")),
        ]
        var index = 0
        while index < text.count {
            let rest = text.extracting(index...)
            if let escape = escapes.first(where: { rest.hasPrefix($0.name) }) {
                output.append(escape.octet)
                index += escape.name.utf8CodeUnitCount
            } else {
                output.append(text[index])
                index += 1
            }
        }
    }
}
