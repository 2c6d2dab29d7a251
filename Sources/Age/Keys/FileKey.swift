import Platform

/// The symmetric key of one file, from which the header's MAC key and the payload's key derive (C2SP age, "File
/// key"). Opening a file yields one; only the header and the payload have use for it.
package struct FileKey: ~Copyable, Sendable {
    static let byteCount = 16
    let secret: Secret

    /// A new key.
    static func random() throws(AgeError) -> FileKey {
        FileKey(secret: try AgeError.locking(try Secret.random(count: byteCount)))
    }

    init(secret: consuming Secret) { self.secret = secret }

    /// HMAC-SHA-256 of the header up to `---` (C2SP age, "Header MAC").
    borrowing func headerMAC(of header: Span<UInt8>) throws(AgeError) -> [32 of UInt8] {
        let key = try derive(salt: [], info: "header")
        return Sodium.hmacSHA256(key: key.bytes, header)
    }

    /// The key of the payload that starts with `nonce` (C2SP age, "Payload").
    borrowing func payloadKey(nonce: Span<UInt8>) throws(AgeError) -> LockedBuffer {
        try derive(salt: nonce.copied, info: "payload")
    }

    private borrowing func derive(salt: [UInt8], info: String) throws(AgeError) -> LockedBuffer {
        let info = Array(info.utf8)
        var derived = try AgeError.locking(try LockedBuffer(capacity: 32))
        secret.withBytes { key in
            derived.append { output in
                Sodium.hkdfSHA256(inputKey: key, salt: salt.span, info: info.span, count: 32, into: &output)
            }
        }
        return derived
    }

    /// The key, sealed under a key that is used for nothing else, hence the fixed nonce.
    borrowing func wrapped(under key: Span<UInt8>) -> [UInt8] {
        let nonce = [12 of UInt8](repeating: 0)
        return secret.withBytes { fileKey in
            [UInt8](capacity: Self.wrappedCount) { output in
                Sodium.sealChaCha20Poly1305(fileKey, key: key, nonce: nonce.span, into: &output)
            }
        }
    }

    /// Bytes of a wrapped key. Readers check it first: that makes a wrapped key fit one wrapping key only.
    static let wrappedCount = byteCount + Sodium.tagBytes

    /// The key in `body` of `wrappedCount` bytes; nil when it was wrapped under another one.
    static func unwrap(_ body: Span<UInt8>, under key: Span<UInt8>) throws(AgeError) -> FileKey? {
        let nonce = [12 of UInt8](repeating: 0)
        var buffer = try AgeError.locking(try LockedBuffer(capacity: byteCount))
        let isOpen = buffer.append { output in
            Sodium.openChaCha20Poly1305(body, key: key, nonce: nonce.span, into: &output)
        }
        guard isOpen else { return nil }
        return FileKey(secret: try AgeError.locking(try Secret(copying: buffer.bytes)))
    }
}
