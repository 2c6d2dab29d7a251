package import Encodings

/// A request of the ssh-agent protocol (draft-ietf-sshm-ssh-agent, section 3; OpenSSH's PROTOCOL.agent).
package enum SSHRequest: Equatable, Sendable {
    /// Which keys are there?
    case identities
    /// Sign `data` with the key of that blob; both are ranges of the message.
    case sign(key: Range<Int>, data: Range<Int>, flags: UInt32)
    /// Lock. The passphrase that comes with it is not used.
    case lock
    /// Unlock, with a passphrase that is a range of the message.
    case unlock(passphrase: Range<Int>)
    /// This connection serves that session.
    case bind(SessionBinding)
    /// Which extensions are there?
    case query
    /// Add or remove a key that lives in a security key, and may be one of fob's.
    case own(SSHKey, isAdded: Bool)
    /// Something that fob does not do.
    case other

    /// Numbers of requests and replies.
    enum Number {
        static let failure: UInt8 = 5
        static let success: UInt8 = 6
        static let requestIdentities: UInt8 = 11
        static let identities: UInt8 = 12
        static let signRequest: UInt8 = 13
        static let signature: UInt8 = 14
        static let addIdentity: UInt8 = 17
        static let removeIdentity: UInt8 = 18
        static let removeAll: UInt8 = 19
        static let addSmartcard: UInt8 = 20
        static let removeSmartcard: UInt8 = 21
        static let lock: UInt8 = 22
        static let unlock: UInt8 = 23
        static let addConstrained: UInt8 = 25
        static let addSmartcardConstrained: UInt8 = 26
        static let `extension`: UInt8 = 27
        static let extensionResponse: UInt8 = 29
    }

    static let bindName = "session-bind@openssh.com"
    static let queryName = "query"

    /// Reads a message without its length.
    ///
    /// - Throws: `malformed` for one that is not what it should be, as far as it is one of fob's.
    package init(_ message: Span<UInt8>) throws(SSHError) {
        var reader = SSHReader()
        switch try reader.byte(message) {
        case Number.requestIdentities: self = .identities
        case Number.signRequest:
            self = .sign(
                key: try reader.string(message), data: try reader.string(message), flags: try reader.u32(message))
        case Number.lock:
            _ = try reader.string(message)
            self = .lock
        case Number.unlock: self = .unlock(passphrase: try reader.string(message))
        case Number.extension:
            switch try reader.text(message) {
            case Self.queryName: self = .query
            case Self.bindName:
                self = .bind(try SessionBinding(&reader, message))
            default:
                self = .other
                return
            }
        case Number.removeIdentity:
            let blob = try reader.string(message)
            self = (try? SSHKey(blob: message.extracting(blob))).map { .own($0, isAdded: false) } ?? .other
        case Number.addIdentity, Number.addConstrained:
            // What follows is the other agent's to read; it can be a private key.
            self = (try? SSHKey(added: &reader, message)).map { .own($0, isAdded: true) } ?? .other
            return
        case let number where Self.isKnown(number):
            self = .other
            return
        default: throw .unsupported
        }
        try reader.end(message)
    }

    private static func isKnown(_ number: UInt8) -> Bool { names[number] != nil }

    /// What the journal calls a request.
    static func name(of message: Span<UInt8>) -> String {
        message.isEmpty ? "an empty message" : names[message[0]] ?? "request \(message[0])"
    }

    private static let names: [UInt8: String] = [
        Number.requestIdentities: "list", Number.signRequest: "sign", Number.addIdentity: "add",
        Number.addConstrained: "add", Number.removeIdentity: "remove", Number.removeAll: "remove all",
        Number.addSmartcard: "add a smart card", Number.addSmartcardConstrained: "add a smart card",
        Number.removeSmartcard: "remove a smart card", Number.lock: "lock", Number.unlock: "unlock",
        Number.extension: "extension",
    ]

    /// Asks for all keys.
    static let identitiesMessage = [Number.requestIdentities]
}

/// The replies, each a whole message with its length.
enum SSHReply {
    static let failure = message([SSHRequest.Number.failure])
    static let success = message([SSHRequest.Number.success])

    static func identities(_ keys: [(blob: [UInt8], comment: String)]) -> [UInt8] {
        var list = SSHWriter()
        var count: UInt32 = 0
        for (blob, comment) in keys {
            var entry = SSHWriter()
            entry.append(string: blob)
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

    /// The keys in another agent's list, which has its length in front; none in what is no such list.
    static func foreignIdentities(_ reply: [UInt8]) -> [(blob: [UInt8], comment: String)] {
        guard reply.count > 4 else { return [] }
        let message = reply.span.extracting(4...)
        var reader = SSHReader()
        guard let number = try? reader.byte(message), number == SSHRequest.Number.identities,
            let count = try? reader.u32(message)
        else { return [] }
        var keys: [(blob: [UInt8], comment: String)] = []
        for _ in 0..<min(count, 2048) {
            guard let blob = try? reader.string(message), let comment = try? reader.string(message) else { break }
            let text = message.extracting(comment).array
            keys.append((message.extracting(blob).array, String(decoding: text, as: UTF8.self)))
        }
        return keys
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
