import Encodings
import Wire

/// What ssh says about the connection that it is about to authenticate, or to forward the agent over
/// (session-bind@openssh.com, OpenSSH's PROTOCOL.agent, section 1). The agent checks it.
package struct SessionBinding: Equatable, Sendable {
    /// The key blob of the server.
    package let hostKey: [UInt8]
    /// The id of the session, which is in what is signed to log in.
    package let session: [UInt8]
    /// The server's signature of it.
    package let signature: [UInt8]
    /// Whether the server's own requests come over this connection from here on.
    package let isForwarding: Bool

    /// Reads the fields behind the extension's name.
    init(_ reader: inout SSHReader, _ message: Span<UInt8>) throws(SSHError) {
        let key = try reader.string(message)
        let session = try reader.string(message)
        let signature = try reader.string(message)
        isForwarding = try reader.bool(message)
        try reader.end(message)
        guard Limits.sshSession.contains(session.count), 1...Limits.hostKey ~= key.count,
            1...Limits.hostKey ~= signature.count
        else { throw .malformed }
        hostKey = key.map { message[$0] }
        self.session = session.map { message[$0] }
        self.signature = signature.map { message[$0] }
    }
}
