package import Encodings

/// A request of the ssh-agent protocol (draft-ietf-sshm-ssh-agent, section 3; OpenSSH's PROTOCOL.agent).
package enum SSHRequest: Equatable, Sendable {
    /// Which keys are there?
    case identities
    /// Sign `data` with the key of that blob; both are ranges of the message.
    case sign(key: Range<Int>, data: Range<Int>)
    /// Lock. The passphrase that comes with it is not used.
    case lock
    /// Unlock, with a passphrase that is a range of the message.
    case unlock(passphrase: Range<Int>)
    /// This connection serves that session.
    case bind(SessionBinding)
    /// Which extensions are there?
    case query

    /// Numbers of requests and replies.
    enum Number {
        static let failure: UInt8 = 5
        static let success: UInt8 = 6
        static let requestIdentities: UInt8 = 11
        static let identities: UInt8 = 12
        static let signRequest: UInt8 = 13
        static let signature: UInt8 = 14
        static let lock: UInt8 = 22
        static let unlock: UInt8 = 23
        static let `extension`: UInt8 = 27
        static let extensionResponse: UInt8 = 29
    }

    static let bindName = "session-bind@openssh.com"
    static let queryName = "query"

    /// Reads a message without its length.
    ///
    /// - Throws: `unsupported` for a request that fob does not do.
    package init(_ message: Span<UInt8>) throws(SSHError) {
        var reader = SSHReader()
        switch try reader.byte(message) {
        case Number.requestIdentities: self = .identities
        case Number.signRequest:
            self = .sign(key: try reader.string(message), data: try reader.string(message))
            // All flags that are defined are about RSA.
            guard try reader.u32(message) == 0 else { throw .unsupported }
        case Number.lock:
            _ = try reader.string(message)
            self = .lock
        case Number.unlock: self = .unlock(passphrase: try reader.string(message))
        case Number.extension:
            switch try reader.text(message) {
            case Self.queryName: self = .query
            case Self.bindName:
                self = .bind(try SessionBinding(&reader, message))
            default: throw .unsupported
            }
        default: throw .unsupported
        }
        try reader.end(message)
    }
}

/// The replies, each a whole message with its length.
enum SSHReply {
    static let failure = message([SSHRequest.Number.failure])
    static let success = message([SSHRequest.Number.success])

    static func identities(_ keys: [(key: SSHKey, comment: String)]) -> [UInt8] {
        var list = SSHWriter()
        var count: UInt32 = 0
        for (key, comment) in keys {
            var entry = SSHWriter()
            entry.append(string: key.blob)
            entry.append(text: SSHText.oneLine(comment))
            // More than a client would read is left out.
            guard list.bytes.count + entry.bytes.count <= SSHLimits.message - 5 else { break }
            list.append(bytes: entry.bytes)
            count += 1
        }
        var writer = SSHWriter()
        writer.append(SSHRequest.Number.identities)
        writer.append(u32: count)
        writer.append(bytes: list.bytes)
        return message(writer.bytes)
    }

    static func signature(_ signature: [UInt8]) -> [UInt8] {
        var writer = SSHWriter()
        writer.append(SSHRequest.Number.signature)
        writer.append(string: signature)
        return message(writer.bytes)
    }

    /// The answer to `query`: the name again, then those of the extensions.
    static func extensions() -> [UInt8] {
        var writer = SSHWriter()
        writer.append(SSHRequest.Number.extensionResponse)
        for name in [SSHRequest.queryName, SSHRequest.queryName, SSHRequest.bindName] { writer.append(text: name) }
        return message(writer.bytes)
    }

    private static func message(_ body: [UInt8]) -> [UInt8] {
        var writer = SSHWriter()
        writer.append(string: body)
        return writer.bytes
    }
}

/// Bounds of the ssh-agent protocol.
package enum SSHLimits {
    /// A message without its length, as OpenSSH bounds it.
    package static let message = 262_144
}
