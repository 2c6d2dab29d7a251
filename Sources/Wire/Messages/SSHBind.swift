/// SSH_BIND: what ssh says about the connection that is served over this one (session-bind@openssh.com). It holds until the
/// connection ends.
package struct SSHBindRequest: PlainMessage, Request {
    package static var type: MessageType { .sshBind }
    /// The key blob of the server.
    package var hostKey: [UInt8] = []
    /// The id of the session, of SHA-1 to SHA-512.
    package var session: [UInt8] = []
    /// The server's signature of it.
    package var signature: [UInt8] = []
    /// Whether the server's own requests come over this connection from here on.
    package var isForwarding = false
    /// What known_hosts calls the key; empty when that is not known. For display.
    package var name = ""

    package init() {}

    /// With a name that is clipped to its limit.
    package init(hostKey: [UInt8], session: [UInt8], signature: [UInt8], isForwarding: Bool, name: String = "") {
        (self.hostKey, self.session, self.signature) = (hostKey, session, signature)
        self.isForwarding = isForwarding
        self.name = Text.clipped(name, to: Limits.hostName)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&hostKey, 1...Limits.hostKey)
        try coder.bytes(&session, Limits.sshSession)
        try coder.bytes(&signature, 1...Limits.hostKey)
        try coder.bool(&isForwarding)
        try coder.string(&name, Limits.hostName)
    }
}
