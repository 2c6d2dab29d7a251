import Client
import Platform
import Wire

/// Cards, deposits, requests and answers as they come: text in a file or on standard input, or a picture of its QR code.
enum ExchangeInput {
    /// The answers of all keepers of the largest set, wrapped.
    private static let longest = 512 << 10

    /// The text of a file; `-` is standard input. Of a mail that was quoted, without the marks of that.
    static func text(_ path: String) throws(ClientError) -> String {
        let bytes = try read(path)
        if !bytes.isEmpty, let text = decoded(bytes) { return unquoted(text) }
        guard path != "-", !bytes.isEmpty else {
            throw ClientError(.badInput, Sentences.noExchange(path), remedy: Sentences.exchangeForms)
        }
        return try scanned(path)
    }

    /// The texts of a file that begin so, wherever in it; each may be wrapped, and ends at an empty line, where the next one
    /// begins, or before what is no letter of such a text.
    static func lines(_ path: String, beginning start: String) throws(ClientError) -> [String] {
        lines(of: try text(path), beginning: start)
    }

    /// The first of them; the whole of a file without any.
    static func line(_ path: String, beginning start: String) throws(ClientError) -> String {
        let text = try text(path)
        return lines(of: text, beginning: start).first ?? text
    }

    private static func lines(of text: String, beginning start: String) -> [String] {
        // What does not show may stand anywhere.
        let shown = text.unicodeScalars.filter { $0.properties.generalCategory != .format }
        var found: [String] = []
        var isWithin = false
        for line in String(String.UnicodeScalarView(shown)).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        {
            let words = line.split(whereSeparator: \.isWhitespace)
            // Two hyphens are above the name of whoever has written.
            if words.isEmpty || words == ["--"] { isWithin = false }
            for word in words {
                var digits = word
                if let begin = word.firstRange(of: start) {
                    found.append(start)
                    digits = word[begin.upperBound...]
                    isWithin = true
                }
                guard isWithin else { continue }
                let taken = digits.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
                found[found.count - 1] += taken
                // Mail programs end a line that goes on with a sign.
                isWithin = digits.dropFirst(taken.count).allSatisfy { $0 == "=" }
            }
        }
        return found
    }

    /// Without `>` at the beginnings of lines.
    private static func unquoted(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            line.hasPrefix(">") ? line.drop { $0 == ">" || $0 == " " } : line
        }.joined(separator: "\n")
    }

    /// What is text, of whichever editor: UTF-8, or UTF-16 with its mark; nil for a picture.
    private static func decoded(_ bytes: [UInt8]) -> String? {
        for (mark, high) in [([0xFF, 0xFE] as [UInt8], 1), ([0xFE, 0xFF], 0)] where bytes.starts(with: mark) {
            let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
                UInt16(bytes[index + high]) << 8 | UInt16(bytes[index + 1 - high])
            }
            return String(decoding: units, as: UTF16.self)
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        return text.contains(0) ? nil : String(validating: text, as: UTF8.self)
    }

    private static func read(_ path: String) throws(ClientError) -> [UInt8] {
        let bytes = try OpenFile.named(path).bytes(limit: longest)
        guard bytes.count <= longest else {
            throw ClientError(.badInput, Sentences.longExchange(path), remedy: Sentences.sendAgain)
        }
        return bytes
    }

    /// The texts of the QR codes in a picture.
    private static func scanned(_ path: String) throws(ClientError) -> String {
        let found = try Scanner().text(of: path, remedy: Sentences.exchangeForms)
        let text = found.bytes
        return String(decoding: text.indices.map { text[$0] }, as: UTF8.self)
    }
}
