import Encodings
import Platform
import Vault

/// What OpenSSH asks to be signed, read from the data itself: who asks has no word in it.
enum SSHPurpose: Equatable {
    /// A login (RFC 4252, section 7) as that user, in that session; with the server's key where it is in what is signed
    /// (publickey-hostbound-v00@openssh.com): then no other server takes the signature.
    case login(user: String, session: [UInt8], hostKey: [UInt8]?)
    /// A signature over a file or a commit (OpenSSH's PROTOCOL.sshsig).
    case signature(namespace: String)
    /// Something else.
    case other

    private static let userAuthentication: UInt8 = 50
    private static let preamble = Array("SSHSIG".utf8)

    /// Looks at data that is to be signed with a key.
    init(_ data: Span<UInt8>, key: KeyCredential) {
        self = (try? Self.login(data, key)) ?? (try? Self.signature(data)) ?? .other
    }

    private static func login(_ data: Span<UInt8>, _ key: KeyCredential) throws(SSHError) -> SSHPurpose {
        var reader = SSHReader()
        let session = try reader.string(data)
        guard try reader.byte(data) == userAuthentication else { throw .unsupported }
        let user = try reader.text(data)
        guard try reader.text(data) == "ssh-connection" else { throw .unsupported }
        let method = try reader.text(data)
        let isBound = method == "publickey-hostbound-v00@openssh.com"
        guard isBound || method == "publickey", try reader.bool(data) else { throw .unsupported }
        _ = try reader.text(data)
        guard try key.isNamed(by: data.extracting(try reader.string(data))) else { throw .unsupported }
        let hostKey = isBound ? try reader.string(data) : nil
        try reader.end(data)
        return .login(user: user, session: session.map { data[$0] }, hostKey: hostKey?.map { data[$0] })
    }

    private static func signature(_ data: Span<UInt8>) throws(SSHError) -> SSHPurpose {
        guard data.count >= preamble.count, preamble.indices.allSatisfy({ data[$0] == preamble[$0] }) else {
            throw .unsupported
        }
        let rest = data.extracting(preamble.count..<data.count)
        var reader = SSHReader()
        let namespace = try reader.text(rest)
        for _ in 0..<3 { _ = try reader.string(rest) }
        try reader.end(rest)
        return .signature(namespace: namespace)
    }
}

extension KeyCredential {
    /// Whether an ssh key blob (OpenSSH's PROTOCOL.u2f) is that of this key.
    fileprivate func isNamed(by blob: Span<UInt8>) throws(SSHError) -> Bool {
        var reader = SSHReader()
        let type = try reader.text(blob)
        var prefix: [UInt8] = []
        switch algorithm {
        case .edDSA: guard type == "sk-ssh-ed25519@openssh.com" else { return false }
        case .es256:
            guard type == "sk-ecdsa-sha2-nistp256@openssh.com", try reader.text(blob) == "nistp256" else {
                return false
            }
            // A point that is not compressed (SEC 1, section 2.3.3).
            prefix = [4]
        }
        let point = try reader.string(blob)
        guard point.map({ blob[$0] }) == prefix + publicKey, try reader.text(blob) == relyingParty else { return false }
        try reader.end(blob)
        return true
    }
}
