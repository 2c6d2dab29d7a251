import Encodings
package import Platform

/// The secret half of an `X25519Recipient`: `AGE-SECRET-KEY-1...` (C2SP age, "X25519 recipient stanza").
package struct X25519Identity: ~Copyable, Sendable {
    private let scalar: Secret
    /// Whom to seal to for this identity.
    package let recipient: X25519Recipient

    /// Bytes of the scalar.
    package static let byteCount = 32
    private static let prefix = "age-secret-key-"
    /// Characters of the text.
    package static let textCount = Bech32.encodedCount(prefix: prefix, byteCount)

    /// The identity with this scalar of 32 bytes; any will do, RFC 7748 §5 clears and sets the bits that matter.
    ///
    /// - Throws: `AgeError.malformedIdentity` for another length.
    package init(scalar: consuming Secret) throws(AgeError) {
        guard scalar.count == Self.byteCount else { throw .malformedIdentity }
        recipient = X25519Recipient(publicKey: scalar.withBytes { Sodium.x25519PublicKey(of: $0) })
        self.scalar = scalar
    }

    /// The identity with a copy of these 32 bytes.
    package init(scalar: Span<UInt8>) throws(AgeError) {
        try self.init(scalar: AgeError.locking(try Secret(copying: scalar)))
    }

    /// A new identity.
    package static func random() throws(AgeError) -> X25519Identity {
        try X25519Identity(scalar: AgeError.locking(try Secret.random(count: byteCount)))
    }

    /// The identity that `AGE-SECRET-KEY-1...` stands for: upper case, nothing around it.
    ///
    /// - Throws: `AgeError.unsupportedIdentity` for the text of a plugin or a hybrid key, else `malformedIdentity`.
    package init(text: Span<UInt8>) throws(AgeError) {
        guard text.count <= AgeLimits.identityTextBytes else { throw .malformedIdentity }
        var buffer = try AgeError.locking(try LockedBuffer(capacity: text.count))
        let found = buffer.append { output in try? Bech32.decode(text, into: &output) }
        guard let found else { throw .malformedIdentity }
        guard found == Self.prefix.uppercased() else {
            let isForeign = found.hasPrefix("AGE-PLUGIN-") || found.hasPrefix(Self.prefix.uppercased())
            throw isForeign ? .unsupportedIdentity : .malformedIdentity
        }
        try self.init(scalar: buffer.bytes)
    }

    /// Appends the text, `textCount` characters. It is as secret as the scalar.
    package borrowing func appendText(to output: inout OutputSpan<UInt8>) {
        scalar.withBytes { Bech32.encode(prefix: Self.prefix, $0, isUpperCase: true, into: &output) }
    }

    /// 32 bytes that follow from the scalar: a key of the same owner for another use, which `info` names.
    package borrowing func derivedSecret(_ info: StaticString) throws(AgeError) -> Secret {
        var derived = try AgeError.locking(try LockedBuffer(capacity: Self.byteCount))
        let (info, noSalt): (String, [UInt8]) = (info.description, [])
        scalar.withBytes { scalar in
            derived.append { output in
                Sodium.hkdfSHA256(
                    inputKey: scalar, salt: noSalt.span, info: info.utf8Span.span, count: Self.byteCount, into: &output)
            }
        }
        return try AgeError.locking(try Secret(copying: derived.bytes))
    }

    /// The file key in a stanza of type `X25519`; nil when it is for somebody else.
    borrowing func unwrap(_ stanza: Stanza) throws(AgeError) -> FileKey? {
        let share = try X25519Stanza.share(of: stanza)
        guard let shared = try agree(with: share.span) else { throw .malformedStanza(type: X25519Stanza.type) }
        let key = try X25519Stanza.wrappingKey(shared: shared.bytes, share: share.span, recipient: recipient)
        return try FileKey.unwrap(stanza.body.span, under: key.bytes)
    }

    /// The secret shared with the owner of `point`; nil when it is all zeros, that is, when the point is of low order
    /// (RFC 7748 §6.1).
    borrowing func agree(with point: Span<UInt8>) throws(AgeError) -> LockedBuffer? {
        var shared = try AgeError.locking(try LockedBuffer(capacity: Self.byteCount))
        let isValid = scalar.withBytes { scalar in
            shared.append { output in Sodium.x25519(scalar: scalar, point: point, into: &output) }
        }
        guard isValid else { return nil }
        return shared
    }
}
