import CSodium

extension Sodium {
    /// X25519 (RFC 7748); appends 32 bytes. False, and zeros, for a point of low order.
    package static func x25519(
        scalar: Span<UInt8>, point: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) -> Bool {
        precondition(scalar.count == 32 && point.count == 32)
        var valid = false
        unsafe append(32, to: &output) { target in
            unsafe scalar.withPointer { scalar in
                unsafe point.withPointer { point in valid = unsafe crypto_scalarmult(target, scalar, point) == 0 }
            }
            if !valid { unsafe sodium_memzero(target, 32) }
        }
        return valid
    }

    /// The public key that belongs to an X25519 scalar.
    package static func x25519PublicKey(of scalar: Span<UInt8>) -> [32 of UInt8] {
        precondition(scalar.count == 32)
        var key: [32 of UInt8] = .init(repeating: 0)
        var span = key.mutableSpan
        unsafe span.withPointer { target in
            unsafe scalar.withPointer { scalar in _ = unsafe crypto_scalarmult_base(target, scalar) }
        }
        return key
    }
}
