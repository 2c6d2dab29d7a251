import CSodium

extension Sodium {
    /// Length of the header of a stream of messages.
    package static let secretStreamHeaderBytes = Int(crypto_secretstream_xchacha20poly1305_HEADERBYTES)
    /// Bytes by which a sealed message of a stream is longer than the plain one.
    package static let secretStreamOverhead = Int(crypto_secretstream_xchacha20poly1305_ABYTES)
    /// Length of the nonce of XChaCha20-Poly1305.
    package static let extendedNonceBytes = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)

    /// Opens the first message of a stream (libsodium's secretstream, XChaCha20-Poly1305), whatever its tag byte says;
    /// appends the plain text. False, and nothing appended, when it is not authentic. Key 32 bytes, header 24.
    package static func openSecretStream(
        _ message: Span<UInt8>, key: Span<UInt8>, header: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) -> Bool {
        precondition(key.count == 32 && header.count == secretStreamHeaderBytes)
        guard message.count >= secretStreamOverhead else { return false }
        var state = crypto_secretstream_xchacha20poly1305_state()
        defer { unsafe sodium_memzero(&state, MemoryLayout.size(ofValue: state)) }
        let isReady = unsafe key.withPointer { key in
            unsafe header.withPointer { header in
                unsafe crypto_secretstream_xchacha20poly1305_init_pull(&state, header, key) == 0
            }
        }
        guard isReady else { return false }
        return unsafe open(message.count - secretStreamOverhead, into: &output) { target in
            unsafe message.withPointer { sealed in
                unsafe crypto_secretstream_xchacha20poly1305_pull(
                    &state, target, nil, nil, sealed, UInt64(message.count), nil, 0) == 0
            }
        }
    }

    /// Opens XChaCha20-Poly1305 with the tag behind the ciphertext and without additional data; appends the plain text.
    /// False, and nothing appended, when it is not authentic. Key 32 bytes, nonce 24.
    package static func openXChaCha20Poly1305(
        _ ciphertext: Span<UInt8>, key: Span<UInt8>, nonce: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) -> Bool {
        precondition(key.count == 32 && nonce.count == extendedNonceBytes)
        guard ciphertext.count >= tagBytes else { return false }
        return unsafe open(ciphertext.count - tagBytes, into: &output) { target in
            unsafe ciphertext.withPointer { sealed in
                unsafe key.withPointer { key in
                    unsafe nonce.withPointer { nonce in
                        unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                            target, nil, nil, sealed, UInt64(ciphertext.count), nil, 0, nonce, key) == 0
                    }
                }
            }
        }
    }

    /// Appends `count` bytes that `body` writes, or nothing when it says that they are not authentic.
    private static func open(
        _ count: Int, into output: inout OutputSpan<UInt8>, _ body: (UnsafeMutablePointer<UInt8>?) -> Bool
    ) -> Bool {
        precondition(output.freeCapacity >= count, "fob: internal error: output is too small")
        return unsafe output.withUnsafeMutableBufferPointer { buffer, used in
            let target = unsafe buffer.baseAddress.map { unsafe $0 + used }
            guard unsafe body(target) else { return false }
            used += count
            return true
        }
    }
}
