import Encodings
package import Wire

/// A key of the agent's that ssh can use.
package struct HeldKey: Equatable, Sendable {
    /// The key as ssh knows it.
    package let key: SSHKey
    /// Its id in the agent.
    package let credential: [UInt8]
    /// What stands behind it in lists.
    package let comment: String
    /// What has to be asked of the owner for a signature.
    package let needs: KeyUseFlags

    /// With those fields.
    package init(_ key: SSHKey, credential: [UInt8], comment: String, needs: KeyUseFlags) {
        self.key = key
        self.credential = credential
        self.comment = comment
        self.needs = needs
    }
}

/// What a session needs of the agent. Each throws when it was refused or the agent is gone: ssh learns no more than that.
package protocol SSHKeyHolder: ~Copyable {
    /// The keys that ssh can use; none while the vault is locked.
    mutating func keys() throws(SSHRefusal) -> [HeldKey]
    /// A signature.
    mutating func sign(_ key: HeldKey, _ data: Span<UInt8>) throws(SSHRefusal) -> KeySignatureReply
    /// Tells the agent what ssh says of its connection. It throws where a host has not signed that.
    mutating func bind(_ binding: SSHBindRequest) throws(SSHRefusal)
    /// Locks the vault.
    mutating func lock() throws(SSHRefusal)
    /// Unlocks the vault.
    mutating func unlock(passphrase: Span<UInt8>) throws(SSHRefusal)
}

/// The agent has refused, or there is none.
package struct SSHRefusal: Error {
    /// The one value.
    package init() {}
}

/// The conversation with one client of the ssh-agent protocol.
package struct SSHSession<Holder: SSHKeyHolder & ~Copyable>: ~Copyable {
    private var holder: Holder
    /// The agent is forwarded over this connection.
    private var isForwarded = false
    /// Something that ssh has said of its connection was not accepted: nobody knows any more who asks.
    private var isUnbound = false
    /// The keys that were listed last, so that a signature costs one question to the agent.
    private var listed: [HeldKey] = []
    private let hosts: @Sendable () -> KnownHosts

    /// A conversation at its start.
    package init(_ holder: consuming Holder, hosts: @escaping @Sendable () -> KnownHosts = KnownHosts.ofUser) {
        self.holder = holder
        self.hosts = hosts
    }

    /// The reply to a message without its length; the reply has one. Whatever is wrong is a failure: the protocol has no
    /// other word for it.
    package mutating func answer(_ message: Span<UInt8>) -> [UInt8] {
        do {
            return try reply(to: try SSHRequest(message), message)
        } catch {
            return SSHReply.failure
        }
    }

    private mutating func reply(to request: SSHRequest, _ message: Span<UInt8>) throws -> [UInt8] {
        switch request {
        case .identities:
            listed = try holder.keys()
            return SSHReply.identities(listed.map { ($0.key, $0.comment) })
        case .sign(let key, let data):
            return try sign(message.extracting(key), message.extracting(data))
        case .lock:
            try refuseForwarded()
            listed = []
            try holder.lock()
            return SSHReply.success
        case .unlock(let passphrase):
            try refuseForwarded()
            try holder.unlock(passphrase: message.extracting(passphrase))
            return SSHReply.success
        case .bind(let binding):
            try bind(binding)
            return SSHReply.success
        case .query: return SSHReply.extensions()
        }
    }

    /// A host to which the agent is forwarded has no business with the vault, nor guesses at its passphrase.
    private func refuseForwarded() throws {
        if isForwarded { throw SSHError.unsupported }
    }

    private mutating func bind(_ binding: SessionBinding) throws {
        isForwarded = isForwarded || binding.isForwarding
        do {
            try holder.bind(
                SSHBindRequest(
                    hostKey: binding.hostKey, session: binding.session, signature: binding.signature,
                    isForwarding: binding.isForwarding, name: hosts().name(of: binding.hostKey.span) ?? ""))
        } catch {
            isUnbound = true
            throw error
        }
    }

    private mutating func sign(_ blob: Span<UInt8>, _ data: Span<UInt8>) throws -> [UInt8] {
        let key = try SSHKey(blob: blob)
        guard data.count <= Limits.keyData, !isUnbound else { throw SSHError.unsupported }
        if !listed.contains(where: { $0.key == key }) { listed = try holder.keys() }
        guard let held = listed.first(where: { $0.key == key }) else { throw SSHError.unsupported }
        let signed = try holder.sign(held, data)
        return SSHReply.signature(key.signature(signed.signature, flags: signed.flags, counter: signed.counter))
    }
}
