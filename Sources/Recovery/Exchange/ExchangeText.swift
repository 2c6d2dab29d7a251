import Encodings

/// Bytes as one line of text that says what it is, for files, clipboards and QR codes: the kind, a colon, and base64url
/// without padding (RFC 4648, section 5).
enum ExchangeText {
    /// The kinds.
    enum Kind: String, CaseIterable {
        case deposit = "fob-deposit"
        case request = "fob-request"
        case answer = "fob-answer"
    }

    /// Characters of the longest text.
    static let limit = 65_536

    static func text(_ kind: Kind, _ bytes: [UInt8]) -> String {
        kind.rawValue + ":" + BaseEncoding.base64URL.text(bytes.span)
    }

    /// The bytes of a text; spaces and line ends are what paths and people add, and are skipped.
    static func bytes(_ kind: Kind, _ text: String) throws(ExchangeError) -> [UInt8] {
        let start = Array((kind.rawValue + ":").utf8)
        guard text.utf8.count <= limit else { throw .malformed }
        let characters = text.utf8.filter { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        guard characters.starts(with: start) else { throw .malformed }
        var bytes: [UInt8] = []
        let digits = Array(characters.dropFirst(start.count))
        guard BaseEncoding.base64URL.append(decoding: digits.span, to: &bytes) else { throw .malformed }
        return bytes
    }
}
