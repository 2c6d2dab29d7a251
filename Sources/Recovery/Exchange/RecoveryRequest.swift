package import Age
package import Model
import Platform

/// What a machine that has lost everything but a backup asks a keeper for.
///
///     0x01 || token id (16) || session (32) || recipient (32) || digest of the owner's key (32)
package struct RecoveryRequest: Equatable, Sendable {
    /// The token's id, which follows from the backup.
    package let token: Identifier
    /// Random, of one session.
    package let session: [UInt8]
    /// To whom the answer is sealed: a key of this session.
    package let recipient: X25519Recipient
    /// Whose token it is.
    package let owner: KeyDigest

    /// Bytes of a session's id.
    package static let sessionBytes = 32
    private static let version: UInt8 = 1
    private static let byteCount = 1 + Identifier.count + sessionBytes + 32 + 32

    /// From its parts.
    package init(token: Identifier, session: [UInt8], recipient: X25519Recipient, owner: KeyDigest) {
        self.token = token
        self.session = session
        self.recipient = recipient
        self.owner = owner
    }

    /// Reads a request.
    ///
    /// - Throws: `malformed`.
    package init(_ text: String) throws(ExchangeError) {
        let bytes = try ExchangeText.bytes(.request, text)
        var reader = ByteReader(bytes)
        guard bytes.count == Self.byteCount, reader.byte() == Self.version, let token = reader.identifier(),
            let session = reader.take(Self.sessionBytes), let key = reader.take(32),
            let owner = reader.take(32).flatMap({ KeyDigest($0) })
        else { throw .malformed }
        var publicKey = [32 of UInt8](repeating: 0)
        for index in key.indices { publicKey[index] = key[index] }
        self.init(token: token, session: session, recipient: X25519Recipient(publicKey: publicKey), owner: owner)
    }

    var bytes: [UInt8] {
        var bytes = [Self.version]
        bytes.append(token)
        return bytes + session + recipientBytes + owner.bytes
    }

    private var recipientBytes: [UInt8] { recipient.publicKey.indices.map { recipient.publicKey[$0] } }

    /// `fob-request:` and base64url, 163 characters.
    package var text: String { ExchangeText.text(.request, bytes) }

    /// What the two people compare before the keeper answers.
    package var words: ComparedWords { ComparedWords("fob-request-words/1", bytes) }

    /// What ties an answer to this session and to nobody else's key: SHA-256 of `fob-session/1`, session and recipient.
    package var binding: [UInt8] {
        let message = Array("fob-session/1".utf8) + session + recipientBytes
        let hash = Sodium.sha256(message.span)
        return hash.indices.map { hash[$0] }
    }

    /// Whether both ask the same.
    package static func == (left: RecoveryRequest, right: RecoveryRequest) -> Bool { left.bytes == right.bytes }
}
