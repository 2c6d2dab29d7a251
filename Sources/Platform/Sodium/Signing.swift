import CSodium

extension Sodium {
    /// Bytes of an Ed25519 seed, from which both of its keys come (RFC 8032).
    package static let signingSeedBytes = 32
    /// Bytes of an Ed25519 signature.
    package static let signatureBytes = 64

    /// The Ed25519 public key that belongs to a seed (RFC 8032, section 5.1.5).
    package static func signingPublicKey(seed: Span<UInt8>) -> [32 of UInt8] {
        unsafe withKeyPair(seed) { publicKey, _ in
            var key: [32 of UInt8] = .init(repeating: 0)
            for index in key.indices { key[index] = unsafe publicKey[index] }
            return key
        }
    }

    /// The Ed25519 signature of a message (RFC 8032, section 5.1.6).
    package static func signature(of message: Span<UInt8>, seed: Span<UInt8>) -> [64 of UInt8] {
        unsafe withKeyPair(seed) { _, secretKey in
            var signature: [64 of UInt8] = .init(repeating: 0)
            var span = signature.mutableSpan
            unsafe span.withPointer { target in
                unsafe message.withPointer {
                    _ = unsafe crypto_sign_detached(target, nil, $0, UInt64(message.count), secretKey)
                }
            }
            return signature
        }
    }

    /// Whether `signature` is that of `message` under `publicKey`. All three are public.
    package static func isValid(
        signature: Span<UInt8>, of message: Span<UInt8>, publicKey: Span<UInt8>
    ) -> Bool {
        guard signature.count == signatureBytes, publicKey.count == 32 else { return false }
        var isValid = false
        unsafe signature.withPointer { signature in
            unsafe message.withPointer { text in
                unsafe publicKey.withPointer { key in
                    isValid = unsafe crypto_sign_verify_detached(signature, text, UInt64(message.count), key) == 0
                }
            }
        }
        return isValid
    }

    private static func withKeyPair<R>(
        _ seed: Span<UInt8>, _ body: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> R
    ) -> R {
        precondition(seed.count == signingSeedBytes)
        return unsafe withWiped(count: 96) { scratch in
            let secretKey = unsafe scratch
            let publicKey = unsafe scratch + 64
            unsafe seed.withPointer { _ = unsafe crypto_sign_seed_keypair(publicKey, secretKey, $0) }
            return unsafe body(publicKey, secretKey)
        }
    }
}
