import Authenticator
import Encodings
import Platform
import Synchronization
import Wire

/// Builds messages of the ssh-agent protocol.
struct SSHMessage {
    var bytes: [UInt8]

    init(_ number: UInt8...) { bytes = number }

    func u32(_ value: UInt32) -> SSHMessage {
        var message = self
        for shift in [24, 16, 8, 0] { message.bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
        return message
    }
    func string(_ string: [UInt8]) -> SSHMessage {
        var message = u32(UInt32(string.count))
        message.bytes += string
        return message
    }
    func text(_ text: String) -> SSHMessage { string(Array(text.utf8)) }
    func byte(_ byte: UInt8) -> SSHMessage {
        var message = self
        message.bytes.append(byte)
        return message
    }

    static let identities = SSHMessage(11)
    static func sign(_ key: SSHKey, _ data: [UInt8], flags: UInt32 = 0) -> SSHMessage {
        SSHMessage(13).string(key.blob).string(data).u32(flags)
    }
    static func lock(_ passphrase: String) -> SSHMessage { SSHMessage(22).text(passphrase) }
    static func unlock(_ passphrase: String) -> SSHMessage { SSHMessage(23).text(passphrase) }
    static let query = SSHMessage(27).text("query")
}

/// A server that ssh logs in to: its Ed25519 host key.
struct HostKey {
    let seed: [UInt8]
    init(_ byte: UInt8) { seed = [UInt8](repeating: byte, count: 32) }

    var blob: [UInt8] {
        let key = Sodium.signingPublicKey(seed: seed.span)
        return SSHMessage().text("ssh-ed25519").string(key.indices.map { key[$0] }).bytes
    }

    func bind(_ session: [UInt8], isForwarding: Bool = false, signing signed: [UInt8]? = nil) -> SSHMessage {
        let text = signed ?? session
        let signature = Sodium.signature(of: text.span, seed: seed.span)
        let signatureBlob = SSHMessage().text("ssh-ed25519").string(signature.indices.map { signature[$0] })
        return SSHMessage(27).text("session-bind@openssh.com").string(blob).string(session)
            .string(signatureBlob.bytes).byte(isForwarding ? 1 : 0)
    }
}

/// What a login signs.
func login(
    _ user: String, _ session: [UInt8], _ key: SSHKey, hostKey: [UInt8]? = nil
) -> [UInt8] {
    let method = hostKey == nil ? "publickey" : "publickey-hostbound-v00@openssh.com"
    let message = SSHMessage().string(session).byte(50).text(user).text("ssh-connection").text(method).byte(1)
        .text(key.algorithm.rawValue).string(key.blob)
    return (hostKey.map { message.string($0) } ?? message).bytes
}

/// Stands for the agent, and remembers what it was asked.
struct FakeHolder: SSHKeyHolder {
    final class Log: Sendable {
        private let entries = Mutex<[String]>([])
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    let held: [HeldKey]
    let log: Log
    var isRefusing = false
    var signature = [UInt8](repeating: 0, count: 64)

    mutating func keys() throws(SSHRefusal) -> [HeldKey] {
        log.add("keys")
        return held
    }
    mutating func sign(_ key: HeldKey, _ data: Span<UInt8>) throws(SSHRefusal) -> KeySignatureReply {
        log.add("sign \(key.credential) \(data.count) \(key.needs.rawValue)")
        guard !isRefusing else { throw SSHRefusal() }
        return KeySignatureReply(flags: 5, counter: 7, signature: signature)
    }
    mutating func bind(_ binding: SSHBindRequest) throws(SSHRefusal) {
        log.add("bind \(binding.session.count) \(binding.isForwarding) \(binding.name)")
        guard !isRefusing else { throw SSHRefusal() }
    }
    mutating func lock() throws(SSHRefusal) { log.add("lock") }
    mutating func unlock(passphrase: Span<UInt8>) throws(SSHRefusal) {
        log.add("unlock \(passphrase.count)")
        guard !isRefusing else { throw SSHRefusal() }
    }
}

extension SSHSession<FakeHolder> {
    mutating func answer(_ message: SSHMessage) -> [UInt8] { answer(message.bytes.span) }
}

enum Sample {
    static let failure: [UInt8] = [0, 0, 0, 1, 5]
    static let success: [UInt8] = [0, 0, 0, 1, 6]
    static let session = [UInt8](repeating: 0x53, count: 32)

    static func key(_ algorithm: SSHKey.Algorithm, _ byte: UInt8 = 1, application: String = "ssh:") throws -> SSHKey {
        guard
            let key = SSHKey(
                algorithm, publicKey: [UInt8](repeating: byte, count: algorithm.publicKeyCount),
                application: application)
        else { throw SSHError.malformed }
        return key
    }

    static func holder(_ log: FakeHolder.Log = FakeHolder.Log()) throws -> FakeHolder {
        FakeHolder(
            held: [
                HeldKey(try key(.ed25519), credential: [1], comment: "one", needs: .presence),
                HeldKey(
                    try key(.ecdsa, 2, application: "ssh:work"), credential: [2], comment: "two\u{1B}[2J",
                    needs: [.presence, .verification]),
            ], log: log)
    }
}
