import Platform

/// Seals and opens the chunks of one payload in their order (STREAM; C2SP age, "Payload").
struct PayloadCipher: ~Copyable, Sendable {
    private let key: LockedBuffer
    /// Chunks done.
    private(set) var count: UInt64 = 0

    /// Bytes in front of the chunks that make the payload's key unique.
    static let nonceBytes = 16
    /// Bytes of a full chunk in the file.
    static let sealedBytes = AgeLimits.chunkBytes + Sodium.tagBytes

    init(_ fileKey: borrowing FileKey, nonce: Span<UInt8>) throws(AgeError) {
        key = try fileKey.payloadKey(nonce: nonce)
    }

    /// Appends the next chunk to `file`.
    mutating func seal(_ chunk: borrowing LockedBuffer, isLast: Bool, onto file: inout [UInt8]) {
        let nonce = nonce(isLast: isLast)
        file.append(addingCapacity: chunk.count + Sodium.tagBytes) { output in
            Sodium.sealChaCha20Poly1305(chunk.bytes, key: key.bytes, nonce: nonce.span, into: &output)
        }
        count += 1
    }

    /// Appends the next chunk's plaintext to `chunk`; false, with nothing done, when it is not that chunk.
    mutating func open(_ sealed: Span<UInt8>, isLast: Bool, into chunk: inout LockedBuffer) -> Bool {
        let nonce = nonce(isLast: isLast)
        let isAuthentic = chunk.append { output in
            Sodium.openChaCha20Poly1305(sealed, key: key.bytes, nonce: nonce.span, into: &output)
        }
        if isAuthentic { count += 1 }
        return isAuthentic
    }

    /// 11 bytes of a big-endian counter, then 1 for the last chunk and else 0.
    private func nonce(isLast: Bool) -> [12 of UInt8] {
        var nonce = [12 of UInt8](repeating: 0)
        for byte in 0..<8 { nonce[10 - byte] = UInt8(truncatingIfNeeded: count >> UInt64(8 * byte)) }
        nonce[11] = isLast ? 1 : 0
        return nonce
    }
}
