import ForeignLibraries
import Interchange
import Platform

/// What a JSON text is read as.
func read(json text: String, password: String = "") throws(ConversionError) -> CollectingSink {
    try read(Array(text.utf8), password: password).found
}

/// The one account of a JSON text, or nil when there is another number of them.
func only(_ text: String) throws(ConversionError) -> FoundEntry? {
    let found = try read(json: text)
    return found.entries.count == 1 ? found.entries.first : nil
}

/// The reason of the one problem of a JSON text without accounts.
func problem(_ text: String) throws(ConversionError) -> String? {
    let found = try read(json: text)
    return found.entries.isEmpty && found.problems.count == 1 ? found.problems.first?.reason : nil
}

/// Why a JSON text cannot be read; nil when it can.
func failure(_ text: String) -> ConversionError? {
    do throws(ConversionError) {
        _ = try read(json: text)
        return nil
    } catch {
        return error
    }
}

/// Whether a JSON text is refused as broken, before a password is asked for.
func isMalformed(_ text: String) -> Bool {
    guard case .malformed = failure(text) else { return false }
    return true
}

/// What to do about a JSON text that is refused as unsupported; nil when it is not.
func remedy(_ text: String) -> String? {
    guard case .unsupported(_, let remedy) = failure(text) else { return nil }
    return remedy
}

/// Encryption for the tests of decryption.
enum Sealing {
    /// Bytes that a derivation or a cipher gives.
    static func bytes(
        _ count: Int, _ body: (inout OutputSpan<UInt8>) throws(ForeignError) -> Void
    ) throws -> [UInt8] {
        var buffer = try LockedBuffer(capacity: count)
        try buffer.append(body)
        return buffer.bytes.indices.map { buffer.bytes[$0] }
    }

    /// AES-256-GCM, the tag behind the ciphertext.
    static func gcm(_ plain: [UInt8], key: [UInt8], nonce: [UInt8], additional: [UInt8] = []) throws -> [UInt8] {
        try bytes(plain.count + 16) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Cipher.sealGCM(
                plain.span, key: key.span, nonce: nonce.span, additional: additional.span, into: &output)
        }
    }

    /// Padded base64.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }

    /// Lower case, two digits each.
    static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.span.hexadecimal }
}
