import CSodium

extension Sodium {
    /// Length of the tag behind every ciphertext.
    package static let tagBytes = Int(crypto_aead_chacha20poly1305_ietf_ABYTES)

    /// ChaCha20-Poly1305 (RFC 8439) without additional data; appends ciphertext and tag. Key 32 bytes, nonce 12.
    package static func sealChaCha20Poly1305(
        _ plaintext: Span<UInt8>, key: Span<UInt8>, nonce: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) {
        precondition(key.count == 32 && nonce.count == 12)
        unsafe append(plaintext.count + tagBytes, to: &output) { target in
            unsafe plaintext.withPointer { plain in
                unsafe key.withPointer { key in
                    unsafe nonce.withPointer { nonce in
                        _ = unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
                            target, nil, plain, UInt64(plaintext.count), nil, 0, nil, nonce, key)
                    }
                }
            }
        }
    }

    /// Opens what `sealChaCha20Poly1305` made; appends the plaintext. False, and nothing appended, when it is not
    /// authentic.
    package static func openChaCha20Poly1305(
        _ ciphertext: Span<UInt8>, key: Span<UInt8>, nonce: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) -> Bool {
        precondition(key.count == 32 && nonce.count == 12)
        guard ciphertext.count >= tagBytes else { return false }
        let count = ciphertext.count - tagBytes
        precondition(output.freeCapacity >= count, "fob: internal error: output is too small")
        return unsafe output.withUnsafeMutableBufferPointer { buffer, used in
            let opened = unsafe ciphertext.withPointer { sealed in
                unsafe key.withPointer { key in
                    unsafe nonce.withPointer { nonce in
                        let target = unsafe buffer.baseAddress.map { unsafe $0 + used }
                        return unsafe crypto_aead_chacha20poly1305_ietf_decrypt(
                            target, nil, nil, sealed, UInt64(ciphertext.count), nil, 0, nonce, key) == 0
                    }
                }
            }
            if opened { used += count }
            return opened
        }
    }
}
