import Platform

/// `-> X25519 SHARE`: the file key under a key agreed between an ephemeral and the recipient's key (C2SP age, "X25519
/// recipient stanza").
enum X25519Stanza {
    static let type = "X25519"
    private static let info = Array("age-encryption.org/v1/X25519".utf8)

    /// Wraps `fileKey` for `recipient` with a key pair that is used this once.
    ///
    /// - Throws: `AgeError.malformedRecipient` when it is a point of low order.
    static func wrap(_ fileKey: borrowing FileKey, for recipient: X25519Recipient) throws(AgeError) -> Stanza {
        let ephemeral = try X25519Identity.random()
        let share = ephemeral.recipient.publicKey
        guard let shared = try ephemeral.agree(with: recipient.publicKey.span) else { throw .malformedRecipient }
        let key = try wrappingKey(shared: shared.bytes, share: share.span, recipient: recipient)
        return try Stanza(type: type, arguments: [Base64.encode(share.span)], body: fileKey.wrapped(under: key.bytes))
    }

    /// The ephemeral share of a stanza whose form is right in every respect.
    static func share(of stanza: Stanza) throws(AgeError) -> [UInt8] {
        guard stanza.arguments.count == 1, stanza.body.count == FileKey.wrappedCount,
            let share = Base64.decode(stanza.arguments[0]), share.count == 32
        else { throw .malformedStanza(type: type) }
        return share
    }

    /// The key that wraps the file key: used once, because the share is.
    static func wrappingKey(
        shared: Span<UInt8>, share: Span<UInt8>, recipient: X25519Recipient
    ) throws(AgeError) -> LockedBuffer {
        var key = try AgeError.locking(try LockedBuffer(capacity: 32))
        let salt = share.copied + recipient.publicKey.span.copied
        key.append { output in
            Sodium.hkdfSHA256(inputKey: shared, salt: salt.span, info: info.span, count: 32, into: &output)
        }
        return key
    }
}
