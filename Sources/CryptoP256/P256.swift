import COpenSSL
import Platform

/// The curve P-256 (FIPS 186-4, secp256r1) for signatures and key agreement, by libcrypto.
///
/// Private keys are 32 bytes, big-endian, and lent for one call: what the library makes of them is wiped before it
/// returns. Public keys are x and y, signatures are r and s, each of 32 bytes, big-endian.
package enum P256 {
    /// Bytes of a private key.
    package static let privateKeyBytes = 32
    /// Bytes of a public key and of a signature.
    package static let pairBytes = 64

    /// Appends a new private key.
    package static func generatePrivateKey(into output: inout OutputSpan<UInt8>) throws(CryptoP256Error) {
        var key = try locked(privateKeyBytes)
        while true {
            key.append { Sodium.randomBytes(into: &$0, count: privateKeyBytes) }
            if try Number.reading(key.bytes).isScalar { break }
            key.removeAll()
        }
        for index in 0..<privateKeyBytes { output.append(key.bytes[index]) }
        Memory.scrubStack()
    }

    /// The public key that belongs to a private one.
    package static func publicKey(of privateKey: Span<UInt8>) throws(CryptoP256Error) -> [64 of UInt8] {
        defer { Memory.scrubStack() }
        let scalar = try scalar(privateKey)
        let scratch = try Scratch()
        let coordinates = try Point.base(times: scalar, scratch).coordinates(scratch)
        var key: [64 of UInt8] = .init(repeating: 0)
        coordinates.x.write(to: &key, at: 0)
        coordinates.y.write(to: &key, at: 32)
        return key
    }

    /// The ECDSA signature of a digest of 32 bytes. Its nonce comes from the key and the digest (RFC 6979), so that
    /// neither a bad source of random numbers nor a copied machine can give the key away.
    package static func signature(
        ofDigest digest: Span<UInt8>, privateKey: Span<UInt8>
    ) throws(CryptoP256Error) -> [64 of UInt8] {
        guard digest.count == 32 else { throw .badLength }
        defer { Memory.scrubStack() }
        let key = try PrivateKey.reading(try scalar(privateKey))
        var nonces = try Nonces.of(privateKey: privateKey, reducedDigest: try reduced(digest).span)
        // One in 2 to the power of 32 nonces is not fit; so many in a row are none.
        for _ in 0..<8 {
            let nonce = try nonces.next()
            if let signature = try signature(digest, key, nonce.bytes) { return signature }
        }
        throw .outOfMemory
    }

    /// One try with a nonce; nil when that is not one with which this digest can be signed.
    private static func signature(
        _ digest: Span<UInt8>, _ key: borrowing PrivateKey, _ nonce: Span<UInt8>
    ) throws(CryptoP256Error) -> [64 of UInt8]? {
        let curve = Library.curve
        let k = try Number.reading(nonce)
        guard k.isScalar else { return nil }
        let scratch = try Scratch()
        let point = try Point.base(times: k, scratch).coordinates(scratch)
        let r = try Number.zero()
        let inverse = try Number.zero()
        let isReady =
            unsafe BN_nnmod(r.pointer, point.x.pointer, curve.order, scratch.pointer) == 1
            && BN_mod_exp_mont_consttime(
                inverse.pointer, k.pointer, curve.inversion, curve.order, scratch.pointer, curve.montgomery) == 1
        guard isReady else { throw .outOfMemory }
        guard !r.isZero else { return nil }
        let made = unsafe digest.withUnsafeBufferPointer { digest in
            unsafe ECDSA_do_sign_ex(digest.baseAddress, 32, inverse.pointer, r.pointer, key.pointer)
        }
        // With r given, the library fails where s would be zero.
        guard let made = unsafe made else { return nil }
        defer { unsafe ECDSA_SIG_free(made) }
        var signature: [64 of UInt8] = .init(repeating: 0)
        var span = signature.mutableSpan
        unsafe span.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, unsafe BN_bn2binpad(ECDSA_SIG_get0_r(made), base, 32) == 32,
                unsafe BN_bn2binpad(ECDSA_SIG_get0_s(made), base + 32, 32) == 32
            else { fatalError("fob: internal error: a signature has more than 64 bytes") }
        }
        return signature
    }

    /// Whether `signature` is that of a digest of 32 bytes under a public key. All three are public.
    package static func isValid(
        signature: Span<UInt8>, ofDigest digest: Span<UInt8>, publicKey: Span<UInt8>
    ) -> Bool {
        guard signature.count == pairBytes, digest.count == 32, publicKey.count == pairBytes,
            let isValid = try? verify(signature, digest, publicKey)
        else { return false }
        return isValid
    }

    private static func verify(
        _ signature: Span<UInt8>, _ digest: Span<UInt8>, _ publicKey: Span<UInt8>
    ) throws(CryptoP256Error) -> Bool {
        let point = try Point.reading(publicKey, try Scratch())
        let r = try Number.reading(signature.extracting(0..<32))
        let s = try Number.reading(signature.extracting(32..<64))
        guard let key = unsafe EC_KEY_new(), let made = unsafe ECDSA_SIG_new() else { throw .outOfMemory }
        defer {
            unsafe EC_KEY_free(key)
            unsafe ECDSA_SIG_free(made)
        }
        // The signature takes its numbers over.
        let isSet =
            unsafe EC_KEY_set_group(key, Library.curve.group) == 1 && EC_KEY_set_public_key(key, point.pointer) == 1
            && ECDSA_SIG_set0(made, BN_dup(r.pointer), BN_dup(s.pointer)) == 1
        guard isSet else { throw .outOfMemory }
        return unsafe digest.withUnsafeBufferPointer { digest in
            unsafe ECDSA_do_verify(digest.baseAddress, 32, made, key) == 1
        }
    }

    /// Appends the 32 bytes of x of what two keys agree on (ECDH, SP 800-56A).
    ///
    /// - Throws: `badKey` for a public key that is no point of the curve.
    package static func agree(
        privateKey: Span<UInt8>, publicKey: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(CryptoP256Error) {
        defer { Memory.scrubStack() }
        let scalar = try scalar(privateKey)
        let scratch = try Scratch()
        let point = try Point.reading(publicKey, scratch)
        let shared = try point.times(scalar, scratch).coordinates(scratch)
        shared.x.append(to: &output)
    }

    // MARK: Parts

    private static func scalar(_ privateKey: Span<UInt8>) throws(CryptoP256Error) -> Number {
        guard privateKey.count == privateKeyBytes else { throw .badLength }
        let scalar = try Number.reading(privateKey)
        guard scalar.isScalar else { throw .badKey }
        return scalar
    }

    /// A digest, which is public, modulo the order: bits2octets of RFC 6979.
    private static func reduced(_ digest: Span<UInt8>) throws(CryptoP256Error) -> [32 of UInt8] {
        let number = try Number.reading(digest)
        let scratch = try Scratch()
        let result = try Number.zero()
        guard unsafe BN_nnmod(result.pointer, number.pointer, Library.curve.order, scratch.pointer) == 1 else {
            throw .outOfMemory
        }
        var pair: [64 of UInt8] = .init(repeating: 0)
        result.write(to: &pair, at: 0)
        var bytes: [32 of UInt8] = .init(repeating: 0)
        for index in 0..<32 { bytes[index] = pair[index] }
        return bytes
    }

    static func locked(_ capacity: Int) throws(CryptoP256Error) -> LockedBuffer {
        do { return try LockedBuffer(capacity: capacity) } catch { throw .outOfMemory }
    }
}

/// A private key in the library's form, wiped when it is let go.
@safe
private struct PrivateKey: ~Copyable {
    // Invariant: a key of P-256 that nobody else has.
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    static func reading(_ scalar: borrowing Number) throws(CryptoP256Error) -> PrivateKey {
        guard let pointer = unsafe EC_KEY_new() else { throw .outOfMemory }
        let key = unsafe PrivateKey(pointer)
        let isSet =
            unsafe EC_KEY_set_group(pointer, Library.curve.group) == 1
            && EC_KEY_set_private_key(pointer, scalar.pointer) == 1
        guard isSet else { throw .outOfMemory }
        return key
    }

    deinit { unsafe EC_KEY_free(pointer) }
}
