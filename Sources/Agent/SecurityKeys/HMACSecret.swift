import Platform
import Vault

/// The extension hmac-secret (CTAP 2.1, section 12.5), on which the PRF of WebAuthn and the encryption of disks stand: a
/// secret of 32 bytes for each salt, always the same.
enum HMACSecret {
    /// Bytes of a salt and of an output.
    static let saltBytes = 32

    /// The outputs for one or two salts, from one of a key's seeds.
    static func outputs(seed: Span<UInt8>, salts: Span<UInt8>) throws(SecurityKeyError) -> LockedBuffer {
        guard [saltBytes, 2 * saltBytes].contains(salts.count) else { throw .badLength }
        var outputs: LockedBuffer
        do throws(MemoryError) { outputs = try LockedBuffer(capacity: salts.count) } catch {
            throw SecurityKeyError.memory
        }
        for start in stride(from: 0, to: salts.count, by: saltBytes) {
            let salt = salts.extracting(start..<(start + saltBytes))
            outputs.append { Sodium.hmacSHA256(key: seed, salt, into: &$0) }
        }
        return outputs
    }

    /// Answers a client: checks what it sent, and seals the outputs for it.
    ///
    /// - Parameter isVerified: whether the owner was verified; that gives other secrets.
    /// - Returns: nil for a key that cannot hmac-secret.
    static func answer(
        _ key: KeyCredential, isVerified: Bool, sealedSalts: Span<UInt8>, tag: Span<UInt8>,
        _ shared: borrowing SharedKey
    ) throws(SecurityKeyError) -> [UInt8]? {
        try shared.check(tag, of: sealedSalts)
        let salts = try shared.decrypted(sealedSalts)
        guard [saltBytes, 2 * saltBytes].contains(salts.count) else { throw .badLength }
        return try key.withSeed(isVerified: isVerified) { (seed: Span<UInt8>) throws(SecurityKeyError) in
            guard seed.count > 0 else { return nil }
            let outputs = try outputs(seed: seed, salts: salts.bytes)
            return try shared.encrypted(outputs.bytes)
        }
    }
}
