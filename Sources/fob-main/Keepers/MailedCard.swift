import Encodings
import Recovery

/// Cards in a text that programs for mail or chat have handed on. A card is known by its signature, so that it may be put
/// together in any way.
enum MailedCard {
    /// - Throws: `malformedCard` for a text without one; `forgedCard`.
    static func cards(in text: String) throws(ExchangeError) -> [KeeperCard] {
        var refusal = ExchangeError.malformedCard
        for form in forms(of: text) {
            // A line ended anywhere, or where a space was.
            for joint in ["", " "] {
                let lines = form.split(whereSeparator: \.isNewline).joined(separator: joint)
                do throws(ExchangeError) {
                    var cards: [KeeperCard] = []
                    for object in objects(in: lines) {
                        guard let value = try? JSONValue(parsing: object) else { throw .malformedCard }
                        cards.append(try KeeperCard(parsing: value.canonical))
                    }
                    if !cards.isEmpty { return cards }
                } catch { if error == .forgedCard { refusal = error } }
            }
        }
        throw refusal
    }

    /// As it is, and with ever more of what programs do to a text taken back.
    private static func forms(of text: String) -> [String] {
        let plain = MailedText.plain(text)
        let straight = plain.map { "\u{201C}\u{201D}\u{201E}\u{201F}\u{2033}\u{FF02}".contains($0) ? "\"" : $0 }
        return [text, quotedPrintable(text), MailedText.decoded(text), plain, String(straight)]
    }

    /// What stands from a brace to the next one that is in no string.
    private static func objects(in text: String) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var object: [UInt8] = []
        var (isString, isEscaped) = (false, false)
        for byte in text.utf8 {
            if object.isEmpty, byte != UInt8(ascii: "{") { continue }
            object.append(byte)
            if isString {
                if byte == UInt8(ascii: "\""), !isEscaped { isString = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else if byte == UInt8(ascii: "\"") {
                isString = true
            } else if byte == UInt8(ascii: "}") {
                found.append(object)
                object = []
            }
        }
        return found
    }

    /// RFC 2045: an equals sign and two digits are a byte, and one at the end of a line takes that away.
    private static func quotedPrintable(_ text: String) -> String {
        let bytes = Array(text.utf8.filter { $0 != UInt8(ascii: "\r") })
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let next = bytes[(index + 1)...].prefix(2)
            if bytes[index] != UInt8(ascii: "=") {
                plain.append(bytes[index])
            } else if next.first == UInt8(ascii: "\n") {
                index += 1
            } else if next.count == 2, let byte = UInt8(String(decoding: next, as: UTF8.self), radix: 16) {
                plain.append(byte)
                index += 2
            } else {
                plain.append(bytes[index])
            }
            index += 1
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
