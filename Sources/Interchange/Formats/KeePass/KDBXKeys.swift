import ForeignLibraries
import Platform

/// The keys of a KeePass database, of which all come from the owner's password.
struct KDBXKeys: ~Copyable {
    /// Of the cipher: 32 bytes.
    let cipher: LockedBuffer
    /// Of the authentication of version 4: 64 bytes.
    private let authentication: LockedBuffer

    /// - Parameter secrets: the hash of the password, what a key file stands for, or one behind the other.
    init(_ header: KDBXHeader, _ secrets: Span<UInt8>) throws(ConversionError) {
        let composite = try Decryption.hash(.sha256, secrets)
        let transformed = try Self.transform(composite.bytes, header.derivation)
        var parts = try ConversionError.buffer(header.masterSeed.count + transformed.count + 1)
        parts.append(copying: header.masterSeed.span)
        parts.append(copying: transformed.bytes)
        let cipher = try Decryption.hash(.sha256, parts.bytes)
        parts.append { $0.append(1) }
        let authentication = try Decryption.hash(.sha512, parts.bytes)
        self.cipher = cipher
        self.authentication = authentication
    }

    /// Whether `tag` is the HMAC-SHA-256 of two pieces under the key of a block; the header's is that of the last number.
    func isTag(
        _ tag: Span<UInt8>, block: UInt64, _ first: Span<UInt8>, _ second: Span<UInt8>
    ) throws(ConversionError) -> Bool {
        var parts = try ConversionError.buffer(8 + authentication.count)
        parts.append { output in
            for place in 0..<8 { output.append(UInt8(truncatingIfNeeded: block >> UInt64(8 * place))) }
        }
        parts.append(copying: authentication.bytes)
        let key = try Decryption.hash(.sha512, parts.bytes)
        let right = Sodium.hmacSHA256(key: key.bytes, first, second)
        return right.span.isSame(tag)
    }

    private static func transform(
        _ composite: Span<UInt8>, _ derivation: KDBXHeader.Derivation
    ) throws(ConversionError) -> LockedBuffer {
        switch derivation {
        case .aes(let seed, let rounds):
            var blocks = try ConversionError.copy(composite)
            do throws(ForeignError) {
                try blocks.withMutableBytes { (blocks: inout MutableSpan<UInt8>) throws(ForeignError) in
                    try Cipher.encryptRepeatedly(&blocks, key: seed.span, rounds: rounds)
                }
            } catch {
                throw ConversionError(error)
            }
            return try Decryption.hash(.sha256, blocks.bytes)
        case .argon2(let variant, let salt, let passes, let memory, let lanes):
            return try Decryption.argon2(
                variant, composite, salt: salt.span, passes: passes, memory: memory, lanes: lanes)
        }
    }
}
