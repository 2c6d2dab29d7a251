/// Canonical base64 (RFC 4648 §4) for what may be public: wrapped keys, shares, salts, armor. Not for secrets: the
/// results are ordinary memory.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// `bytes` without padding, as arguments of a stanza are written.
    package static func encode(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        append(bytes, padded: false, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of unpadded text, or nil unless it is exactly what `encode` writes (RFC 4648 §3.5).
    package static func decode(_ text: String) -> [UInt8]? {
        let text = Array(text.utf8)
        var bytes: [UInt8] = []
        return append(decoded: text.span, padded: false, to: &bytes) ? bytes : nil
    }

    static func append(_ bytes: Span<UInt8>, padded: Bool, to text: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            let have = min(3, bytes.count - index)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < have ? UInt32(bytes[index + offset]) : 0) }
            for digit in 0...have { text.append(alphabet[Int(group >> UInt32(18 - 6 * digit)) & 63]) }
            if padded { for _ in have..<3 { text.append(UInt8(ascii: "=")) } }
            index += have
        }
    }

    /// Appends the bytes of `text`; false unless it is canonical. What was appended by then does not count.
    static func append(decoded text: Span<UInt8>, padded: Bool, to bytes: inout [UInt8]) -> Bool {
        var digits = text.count
        if padded {
            guard digits % 4 == 0 else { return false }
            for _ in 0..<2 where digits > 0 && text[digits - 1] == UInt8(ascii: "=") { digits -= 1 }
        }
        guard digits % 4 != 1 else { return false }
        var group: UInt32 = 0
        var bits = 0
        for index in 0..<digits {
            guard let value = value(of: text[index]) else { return false }
            group = group << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            group &= 1 << UInt32(bits) - 1
        }
        return group == 0
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
