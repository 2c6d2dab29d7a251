import Platform

/// The nonces that RFC 6979, section 3.2, derives from a private key and a digest: HMAC_DRBG with SHA-256.
struct Nonces: ~Copyable {
    private var key: LockedBuffer
    private var value: LockedBuffer
    private var isFirst = true

    private init(_ key: consuming LockedBuffer, _ value: consuming LockedBuffer) {
        self.key = key
        self.value = value
    }

    /// - Parameter reducedDigest: the digest modulo the order of the curve.
    static func of(privateKey: Span<UInt8>, reducedDigest: Span<UInt8>) throws(CryptoP256Error) -> Nonces {
        var nonces = Nonces(try filled(with: 0), try filled(with: 1))
        for separator: UInt8 in [0, 1] {
            var message = try P256.locked(97)
            message.append(copying: nonces.value.bytes)
            message.append { $0.append(separator) }
            message.append(copying: privateKey)
            message.append(copying: reducedDigest)
            try nonces.update(message.bytes)
        }
        return nonces
    }

    private static func filled(with byte: UInt8) throws(CryptoP256Error) -> LockedBuffer {
        var buffer = try P256.locked(32)
        buffer.append { output in for _ in 0..<32 { output.append(byte) } }
        return buffer
    }

    /// The next one; the first is nearly always the right one.
    mutating func next() throws(CryptoP256Error) -> LockedBuffer {
        if !isFirst {
            var message = try P256.locked(33)
            message.append(copying: value.bytes)
            message.append { $0.append(0) }
            try update(message.bytes)
        }
        isFirst = false
        try step()
        var nonce = try P256.locked(32)
        nonce.append(copying: value.bytes)
        return nonce
    }

    /// Another key by a message, and the value that follows.
    private mutating func update(_ message: Span<UInt8>) throws(CryptoP256Error) {
        var next = try P256.locked(32)
        next.append { Sodium.hmacSHA256(key: key.bytes, message, into: &$0) }
        key = next
        try step()
    }

    private mutating func step() throws(CryptoP256Error) {
        var next = try P256.locked(32)
        next.append { Sodium.hmacSHA256(key: key.bytes, value.bytes, into: &$0) }
        value = next
    }
}
