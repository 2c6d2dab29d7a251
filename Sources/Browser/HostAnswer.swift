import CBOR
import Client
import Encodings
package import Platform
package import Wire

/// What the extension is told: JSON of at most ``HostRequest/most`` bytes, in locked memory where secrets are in it.
package enum HostAnswer {
    /// Accounts that are told of.
    private static let mostAccounts = 2000

    /// Why there is no answer.
    package static func failure(
        _ code: ErrorCode, _ text: String, remedy: String = ""
    ) throws(MemoryError) -> LockedBuffer {
        let error: JSON = .object([
            ("code", .number(code.rawValue)), ("text", .string(text)), ("remedy", .string(remedy)),
        ])
        return try LockedBuffer(copying: Array(JSON.object([("error", error)]).text.utf8).span)
    }

    /// A new key.
    package static func created(_ reply: WebCreatedReply) throws(MemoryError) -> LockedBuffer {
        let attestation = CBORWriter.write(
            .map(["fmt": .text("none"), "attStmt": .map([:]), "authData": .bytes(reply.authenticatorData)]))
        return try answer(
            [
                ("id", text(reply.credential)), ("clientDataJSON", text(reply.clientData)),
                ("authenticatorData", text(reply.authenticatorData)), ("attestationObject", text(attestation)),
                ("publicKey", text(subjectPublicKey(reply.publicKey, reply.algorithm))),
                // The number of COSE without its sign.
                ("algorithm", .number(reply.algorithm.rawValue)),
            ], prf: reply.prf)
    }

    /// A sign-in.
    package static func asserted(_ reply: WebAssertedReply) throws(MemoryError) -> LockedBuffer {
        let handle: JSON = reply.userHandle.isEmpty ? .null : text(reply.userHandle)
        return try answer(
            [
                ("id", text(reply.credential)), ("clientDataJSON", text(reply.clientData)),
                ("authenticatorData", text(reply.authenticatorData)), ("signature", text(reply.signature)),
                ("userHandle", handle),
            ], prf: reply.prf)
    }

    /// Keys to choose among.
    package static func keys(_ reply: WebKeysReply) throws(MemoryError) -> LockedBuffer {
        let keys = reply.keys.map { key -> JSON in
            .object([
                ("id", text(key.credential.bytes)), ("name", .string(key.userName)),
                ("displayName", .string(key.displayName)),
            ])
        }
        return try answer([("keys", .array(keys))])
    }

    /// Whether there is a vault.
    package static func status(_ reply: StatusReply) throws(MemoryError) -> LockedBuffer {
        let word =
            switch reply.vault {
            case .none: "none"
            case .locked: "locked"
            case .unlocked: "unlocked"
            }
        return try answer([("vault", .string(word))])
    }

    /// The accounts that give codes, in the owner's order.
    package static func accounts(_ accounts: [Account]) throws(MemoryError) -> LockedBuffer {
        let giving = accounts.filter { $0.credential.kind != nil && $0.credential.kind != .ocra && $0.state == .ok }
        let entries = giving.prefix(mostAccounts).map { account -> JSON in
            .object([
                ("id", .string(account.id.description)), ("issuer", .string(account.issuer)),
                ("name", .string(account.name)),
            ])
        }
        return try answer([("accounts", .array(entries)), ("isWhole", .bool(entries.count == giving.count))])
    }

    /// A code.
    package static func code(_ reply: CodeReply) throws(MemoryError) -> LockedBuffer {
        try answer([("code", .string(reply.code)), ("validUntil", .number(reply.validUntil))])
    }

    /// Nothing but that it is done.
    package static func done() throws(MemoryError) -> LockedBuffer { try answer([]) }

    // MARK: Parts

    private static func text(_ bytes: [UInt8]) -> JSON { .string(BaseEncoding.base64URL.text(bytes.span)) }

    /// The members of `ok` and beside it, in locked memory alone, the secrets of prf.
    private static func answer(_ members: [(String, JSON)], prf: Span<UInt8> = Span()) throws(MemoryError)
        -> LockedBuffer
    {
        let start = Array("{\"ok\":\(JSON.object(members).text),\"prf\":[".utf8)
        let (quote, comma, end) = (Array("\"".utf8), Array(",".utf8), Array("]}".utf8))
        let count = prf.count / outputBytes
        let each = BaseEncoding.base64URL.encodedCount(outputBytes) + 2
        var answer = try LockedBuffer(capacity: start.count + count * (each + 1) + end.count)
        answer.append(copying: start.span)
        for index in 0..<count {
            if index > 0 { answer.append(copying: comma.span) }
            answer.append(copying: quote.span)
            let value = prf.extracting(index * outputBytes..<(index + 1) * outputBytes)
            answer.append { BaseEncoding.base64URL.encode(value, into: &$0) }
            answer.append(copying: quote.span)
        }
        answer.append(copying: end.span)
        return answer
    }

    /// Bytes of one of prf's values.
    private static let outputBytes = 32

    /// SubjectPublicKeyInfo (RFC 5280, section 4.1; RFC 5480, RFC 8410), which is the same for all keys up to the key.
    private static func subjectPublicKey(_ key: [UInt8], _ algorithm: KeyAlgorithm) -> [UInt8] {
        switch algorithm {
        case .es256:
            [
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86,
                0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
            ] + key
        case .edDSA: [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + key
        }
    }
}
