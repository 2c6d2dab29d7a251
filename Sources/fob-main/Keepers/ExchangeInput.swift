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

    /// The texts of a file that begin so, wherever in it; each may be wrapped, and ends where the next one begins, before what is
    /// no letter of such a text, or where ``ExchangeLine`` tells that it was whole.
    static func lines(_ path: String, beginning start: String) throws(ClientError) -> [String] {
        lines(of: try text(path), beginning: start)
    }

    /// The first of them; the whole of a file without any.
    static func line(_ path: String, beginning start: String) throws(ClientError) -> String {
        let text = try text(path)
        return lines(of: text, beginning: start).first ?? text
    }

    private static func lines(of text: String, beginning start: String) -> [String] {
        var found: [ExchangeLine] = []
        for line in MailedText.plain(text).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.isEmpty { found.last?.meetEmptyLine() }
            for word in words {
                // A telephone writes a capital where a sentence begins.
                if let begin = word.lowercased().firstRange(of: start) {
                    let line = ExchangeLine(start)
                    found.append(line)
                    line.take(word.dropFirst(word.lowercased()[..<begin.upperBound].count), behind: word.count)
                } else {
                    found.last?.take(word, behind: word.count)
                }
            }
        }
        return found.map(\.text)
    }

    /// Without what mail programs put in front of lines that they quote.
    private static func unquoted(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            var rest = line
            while rest.first == ">" || rest.first == "|" {
                rest = rest.dropFirst()
                if rest.first == " " { rest = rest.dropFirst() }
            }
            return rest
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
