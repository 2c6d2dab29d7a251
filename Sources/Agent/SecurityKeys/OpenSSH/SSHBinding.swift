import CryptoP256
import Encodings
import Platform
import Wire

/// What ssh has said about the connection that it is about to authenticate, or to forward the agent over
/// (session-bind@openssh.com, OpenSSH's PROTOCOL.agent, section 1).
struct SSHBinding: Equatable {
    /// The key blob of the server.
    let hostKey: [UInt8]
    /// The id of the session, which is in what is signed to log in.
    let session: [UInt8]
    /// Whether the server's own requests come over this connection from here on.
    let isForwarding: Bool
    /// Whether the key has signed the session: `proved` or `claimed`.
    let standing: ChallengeHost.Standing
    /// What the client's known_hosts calls the key.
    let name: String

    /// Checks the server's signature of the session, where its algorithm is known here.
    ///
    /// - Throws: `bindingRefused` for a wrong signature.
    init(_ request: SSHBindRequest) throws(Refusal) {
        (hostKey, session) = (request.hostKey, request.session)
        (isForwarding, name) = (request.isForwarding, request.name)
        do throws(SSHError) {
            let isKnown = try Self.check(request.signature.span, of: request.session.span, by: request.hostKey.span)
            standing = isKnown ? .proved : .claimed
        } catch { throw .bindingRefused }
    }

    /// False for a key of an algorithm that is not known here.
    private static func check(
        _ signature: Span<UInt8>, of session: Span<UInt8>, by key: Span<UInt8>
    ) throws(SSHError) -> Bool {
        var (keyReader, reader) = (SSHReader(), SSHReader())
        let type = try keyReader.text(key)
        let format = try reader.text(signature)
        let bytes = signature.extracting(try reader.string(signature))
        try reader.end(signature)
        let isValid: Bool
        switch type {
        case "ssh-ed25519":
            let publicKey = key.extracting(try keyReader.string(key))
            isValid = Sodium.isValid(signature: bytes, of: session, publicKey: publicKey)
        case "ecdsa-sha2-nistp256":
            guard try keyReader.text(key) == "nistp256" else { throw .malformed }
            let point = key.extracting(try keyReader.string(key))
            guard point.count == 65, point[0] == 4 else { throw .malformed }
            let pair = try pair(bytes)
            isValid = P256.isValid(
                signature: pair.span, ofDigest: Sodium.sha256(session).span, publicKey: point.extracting(1..<65))
        case "ssh-rsa":
            func number() throws(SSHError) -> [UInt8] {
                Array(try keyReader.string(key).map { key[$0] }.drop { $0 == 0 })
            }
            let exponent = try number()
            let modulus = try number()
            let bits = 8 * modulus.count - (modulus.first?.leadingZeroBitCount ?? 0)
            // What OpenSSH takes no more (SHA-1), or in no such size, is not looked at.
            guard let hash = RSASignature.Hash(rawValue: format), RSASignature.modulusBits.contains(bits),
                exponent.count <= RSASignature.mostExponent
            else { return false }
            try keyReader.end(key)
            guard RSASignature.isValid(bytes, of: session, hash, modulus: modulus, exponent: exponent) else {
                throw .malformed
            }
            return true
        default: return false
        }
        try keyReader.end(key)
        guard isValid, format == type else { throw .malformed }
        return true
    }

    /// r and s of an ECDSA signature (RFC 5656, section 3.1.2), 32 bytes each.
    private static func pair(_ bytes: Span<UInt8>) throws(SSHError) -> [UInt8] {
        var reader = SSHReader()
        var pair: [UInt8] = []
        for _ in 0..<2 {
            let digits = try reader.string(bytes).map { bytes[$0] }.drop { $0 == 0 }
            guard digits.count <= 32 else { throw .malformed }
            pair += [UInt8](repeating: 0, count: 32 - digits.count) + digits
        }
        try reader.end(bytes)
        return pair
    }

    /// The host as it is shown.
    var host: ChallengeHost { ChallengeHost(standing, fingerprint: SSHHostKey.fingerprint(hostKey.span), name: name) }
}

/// The sessions that one connection was bound to, in the order of the hops. Neither a lock nor anything else but the end of
/// the connection makes an agent forget them.
struct SSHBindings {
    private(set) var all: [SSHBinding] = []
    /// As many as OpenSSH's agent keeps.
    private static let most = 16

    /// Adds one, as OpenSSH's agent does: nothing comes behind a session that is for logging in, a session has one host
    /// key, and to say the same again is no fault.
    mutating func add(_ binding: SSHBinding) throws(Refusal) {
        for known in all {
            guard known.isForwarding else { throw .bindingRefused }
            if known.session == binding.session {
                guard known.hostKey == binding.hostKey else { throw .bindingRefused }
                return
            }
        }
        guard all.count < Self.most else { throw .bindingRefused }
        all.append(binding)
    }

    /// The hosts to which the agent is forwarded, the nearest first.
    var hops: [SSHBinding] { all.filter(\.isForwarding) }

    /// SHA-256 of the key of the host that ssh is about to log in to from here; nil before it has said so.
    var loginHost: [UInt8]? {
        guard let last = all.last, !last.isForwarding, hops.isEmpty else { return nil }
        return SSHHostKey.hash(last.hostKey.span)
    }

    /// The server that a session is a login at; nil when none was named.
    func login(_ session: [UInt8]) -> SSHBinding? { all.last { $0.session == session && !$0.isForwarding } }
}

/// Host keys, as ssh writes them for people and as fob keeps them.
enum SSHHostKey {
    /// SHA-256 of a key blob.
    static func hash(_ blob: Span<UInt8>) -> [UInt8] {
        let hash = Sodium.sha256(blob)
        return hash.indices.map { hash[$0] }
    }

    /// The fingerprint as `ssh-keygen -l` prints it.
    static func fingerprint(_ blob: Span<UInt8>) -> String {
        "SHA256:" + BaseEncoding.base64.text(hash(blob).span, isPadded: false)
    }
}
