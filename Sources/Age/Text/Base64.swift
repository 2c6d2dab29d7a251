import Encodings

/// Canonical base64 without padding, as arguments of a stanza are written. Not for secrets: the results are ordinary
/// memory.
package enum Base64 {
    /// The text of `bytes`.
    package static func encode(_ bytes: Span<UInt8>) -> String { BaseEncoding.base64.text(bytes) }

    /// The bytes of a text, or nil unless it is exactly what `encode` writes (RFC 4648 §3.5).
    package static func decode(_ text: String) -> [UInt8]? { BaseEncoding.base64.bytes(text) }
}
