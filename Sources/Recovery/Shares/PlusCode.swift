package import Model
package import Platform

/// A code on paper that the owner of a set has besides: without it the shares of all keepers give no key.
///
///     scalar     = HKDF-SHA-256(secret || code, salt = set, info = "fob-plus-code/1")
///     commitment = SHA-256("fob-plus-code/1" || set || code)
package enum PlusCode {
    /// Bytes of a code: those of a kit code.
    package static let bytes = Limits.kitCode
    /// Bytes of a commitment.
    package static let commitmentBytes = 32
    private static let purpose = Array("fob-plus-code/1".utf8)

    /// What tells the right code from a wrong one, and tells nobody the code: that has 120 random bits.
    package static func commitment(to code: Span<UInt8>, set: Identifier) throws(ShareError) -> [UInt8] {
        guard code.count == bytes else { throw .badLength }
        var start = purpose
        start.append(set)
        var message = try ShareError.locking(try LockedBuffer(capacity: start.count + code.count))
        message.append(copying: start.span)
        message.append(copying: code)
        return [UInt8](capacity: commitmentBytes) { output in Sodium.sha256(message.bytes, into: &output) }
    }

    /// The scalar of the set's identity: of what the shares give, and the code.
    package static func scalar(
        of secret: Span<UInt8>, _ code: Span<UInt8>, set: Identifier
    ) throws(ShareError) -> LockedBuffer {
        guard code.count == bytes, secret.count == ShareSealing.secretBytes else { throw .badLength }
        var salt: [UInt8] = []
        salt.append(set)
        var input = try ShareError.locking(try LockedBuffer(capacity: secret.count + code.count))
        input.append(copying: secret)
        input.append(copying: code)
        var scalar = try ShareError.locking(try LockedBuffer(capacity: ShareSealing.secretBytes))
        scalar.append { output in
            Sodium.hkdfSHA256(
                inputKey: input.bytes, salt: salt.span, info: purpose.span, count: ShareSealing.secretBytes,
                into: &output)
        }
        return scalar
    }
}
