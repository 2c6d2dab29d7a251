import Platform

/// What ssh says about the connection that it is about to authenticate, or to forward the agent over
/// (session-bind@openssh.com, OpenSSH's PROTOCOL.agent, section 1): the server's host key and its signature of the
/// session's id.
package struct SessionBinding: Equatable, Sendable {
    /// The key blob of the server.
    package let hostKey: [UInt8]
    /// The id of the session, which is in what is signed to log in.
    package let session: [UInt8]
    /// Whether the server's own requests come over this connection from here on.
    package let isForwarding: Bool
    /// Whether the signature was checked. Only Ed25519 host keys can be: this process has no other mathematics.
    package let isVerified: Bool

    /// Bytes of a session id: SHA-1 to SHA-512.
    private static let sessionBounds = 20...64
    private static let ed25519 = "ssh-ed25519"

    /// Reads the fields behind the extension's name.
    ///
    /// - Throws: `malformed` for a wrong signature too.
    init(_ reader: inout SSHReader, _ message: Span<UInt8>) throws(SSHError) {
        let key = message.extracting(try reader.string(message))
        let session = message.extracting(try reader.string(message))
        let signature = message.extracting(try reader.string(message))
        isForwarding = try reader.bool(message)
        try reader.end(message)
        guard Self.sessionBounds.contains(session.count) else { throw .malformed }
        var keyReader = SSHReader()
        var signatureReader = SSHReader()
        let type = try keyReader.text(key)
        let format = try signatureReader.text(signature)
        let bytes = signature.extracting(try signatureReader.string(signature))
        try signatureReader.end(signature)
        if type == Self.ed25519 {
            let publicKey = key.extracting(try keyReader.string(key))
            try keyReader.end(key)
            let isValid = Sodium.isValid(signature: bytes, of: session, publicKey: publicKey)
            guard format == type, isValid else { throw .malformed }
            isVerified = true
        } else {
            isVerified = false
        }
        hostKey = key.indices.map { key[$0] }
        self.session = session.indices.map { session[$0] }
    }
}

/// The sessions that one connection was bound to, in the order of the hops.
struct SessionBindings {
    private(set) var all: [SessionBinding] = []
    /// As many as OpenSSH's agent keeps.
    private static let most = 16

    /// Adds one, as OpenSSH's agent does: nothing comes behind a session that is for logging in, a session has one host
    /// key, and to say the same again is no fault.
    mutating func add(_ binding: SessionBinding) throws(SSHError) {
        for known in all {
            guard known.isForwarding else { throw .malformed }
            if known.session == binding.session {
                guard known.hostKey == binding.hostKey else { throw .malformed }
                return
            }
        }
        guard all.count < Self.most else { throw .malformed }
        all.append(binding)
    }
}
