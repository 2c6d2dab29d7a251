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
    /// Why; the protocol has no room for it.
    package let reason: String

    /// With a reason for the journal.
    package init(_ reason: String = "the agent has refused") { self.reason = reason }
}

/// The conversation with one client of the ssh-agent protocol. What is not about fob's keys goes to the agent that the user
/// has besides, where there is one.
package struct SSHSession<Holder: SSHKeyHolder & ~Copyable>: ~Copyable {
    private var holder: Holder
    /// The agent is forwarded over this connection.
    private var isForwarded = false
    /// Something that ssh has said of its connection was not accepted: nobody knows any more who asks.
    private var isUnbound = false
    /// The keys that were listed last, so that a signature costs one question to the agent.
    private var listed: [HeldKey] = []
    /// The host that a login goes to: SHA-256 of its key.
    private var host: [UInt8]?
    /// The host of a login that was offered keys, those, and the ones it has used.
    private var login: (host: [UInt8], offered: [HeldKey], used: [HeldKey])?
    private var upstream: Upstream
    private let surroundings: SSHSurroundings
    private let offered: OfferedKeys

    /// A conversation at its start.
    package init(
        _ holder: consuming Holder, in surroundings: SSHSurroundings = SSHSurroundings(),
        offered: OfferedKeys = OfferedKeys()
    ) {
        self.holder = holder
        self.surroundings = surroundings
        self.offered = offered
        upstream = Upstream(surroundings.upstream, for: surroundings.client)
    }

    /// The reply to a message without its length; the reply has one. Whatever is wrong is a failure: the protocol has no
    /// other word for it, and the journal is told why.
    package mutating func answer(_ message: Span<UInt8>) -> [UInt8] {
        do {
            return try reply(to: message)
        } catch {
            let reason =
                (error as? SSHRefusal)?.reason ?? (error as? SSHError)?.reason ?? "the system refused something"
            surroundings.say("\(SSHRequest.name(of: message)): \(reason)")
            return SSHReply.failure
        }
    }

    private mutating func reply(to message: Span<UInt8>) throws -> [UInt8] {
        switch try SSHRequest(message) {
        case .identities: return try identities()
        case .sign(let key, let data, let flags):
            return try sign(message.extracting(key), message.extracting(data), flags, message)
        case .lock:
            try refuseForwarded()
            try holder.lock()
            _ = foreign(message)
            return SSHReply.success
        case .unlock(let passphrase):
            try refuseForwarded()
            // The other agent was locked by the same word, which need not be the vault's passphrase.
            let isForeign = foreign(message) == SSHReply.success
            do { try holder.unlock(passphrase: message.extracting(passphrase)) } catch {
                guard isForeign else { throw error }
                surroundings.say("unlock: \(error.reason)")
            }
            return SSHReply.success
        case .bind(let binding):
            // It binds that agent's keys in the same way, whether or not it is one that fob can check.
            try bind(binding)
            _ = foreign(message)
            return SSHReply.success
        case .query: return SSHReply.extensions()
        case .own(let key, let isAdded):
            guard isHeld(key) else { return try passedOn(message, orRefuse: "fob takes in no keys of others") }
            // ssh-add -K has found what is here already.
            guard isAdded else { throw SSHRefusal("a key of fob is removed with 'fob key remove'") }
            return SSHReply.success
        case .other: return try passedOn(message)
        }
    }

    /// A host to which the agent is forwarded has no business with the vault, nor guesses at its passphrase.
    private func refuseForwarded() throws {
        if isForwarded {
            throw SSHRefusal("a host to which the agent is forwarded neither locks nor unlocks the vault")
        }
    }

    private mutating func isHeld(_ key: SSHKey) -> Bool {
        if !listed.contains(where: { $0.key == key }) {
            do { listed = try holder.keys() } catch {
                listed = []
                surroundings.say("list: \(error.reason)")
            }
        }
        return listed.contains { $0.key == key }
    }

    // MARK: The other agent

    /// What the other agent answers; nil where there is none for this client.
    private mutating func foreign(_ message: Span<UInt8>, asksPerson: Bool = false) -> [UInt8]? {
        // One that the asking program would use by itself was not chosen for other hosts.
        guard surroundings.isUpstreamNamed || !isForwarded else { return nil }
        return upstream.answer(message, asksPerson: asksPerson)
    }

    private mutating func passedOn(
        _ message: Span<UInt8>, orRefuse reason: String = "fob does not do that"
    ) throws -> [UInt8] {
        guard let reply = foreign(message, asksPerson: true) else {
            throw SSHRefusal("\(reason), and there is no other agent to ask; see --upstream in fob-authenticator(1)")
        }
        return reply
    }

    // MARK: Keys

    private mutating func identities() throws -> [UInt8] {
        let question = SSHRequest.identitiesMessage
        var foreign = SSHReply.foreignIdentities(foreign(question.span) ?? [])
        do { listed = try holder.keys() } catch {
            // That fob's cannot be listed takes nobody else's keys away.
            guard !foreign.isEmpty else { throw error }
            listed = []
            surroundings.say("list: \(error.reason)")
        }
        let own = listed.map(\.key.blob)
        foreign.removeAll { own.contains($0.blob) }
        var shown = listed
        if let host, !isForwarded {
            let surroundings = surroundings
            lazy var named = surroundings.namedKeys()
            shown = offered.choose(among: listed, for: host, foreign: foreign.count) { named.contains($0.key.blob) }
            end()
            login = (host, shown, [])
        }
        return SSHReply.identities(shown.map { ($0.key.blob, $0.comment) } + foreign)
    }

    /// The client has left, or begins another login.
    package mutating func end() {
        guard let (host, shown, used) = login else { return }
        offered.noteEnd(at: host, unused: shown.filter { !used.contains($0) }, isInVain: used.isEmpty)
        login = nil
    }

    private mutating func bind(_ binding: SessionBinding) throws {
        isForwarded = isForwarded || binding.isForwarding
        host = binding.isForwarding ? nil : SSHText.hash(binding.hostKey.span)
        do {
            try holder.bind(
                SSHBindRequest(
                    hostKey: binding.hostKey, session: binding.session, signature: binding.signature,
                    isForwarding: binding.isForwarding,
                    name: surroundings.hosts().name(of: binding.hostKey.span) ?? ""))
        } catch {
            isUnbound = true
            throw error
        }
    }

    private mutating func sign(
        _ blob: Span<UInt8>, _ data: Span<UInt8>, _ flags: UInt32, _ message: Span<UInt8>
    ) throws -> [UInt8] {
        guard let key = try? SSHKey(blob: blob), isHeld(key), let held = listed.first(where: { $0.key == key }) else {
            return try passedOn(message, orRefuse: "that is no key of fob's")
        }
        // All flags that are defined are about RSA.
        guard data.count <= Limits.keyData, flags == 0 else { throw SSHError.unsupported }
        guard !isUnbound else { throw SSHRefusal("what ssh says of its connection was not signed by that host") }
        if let host { offered.noteUse(of: held, at: host) }
        login?.used.append(held)
        let signed = try holder.sign(held, data)
        return SSHReply.signature(key.signature(signed.signature, flags: signed.flags, counter: signed.counter))
    }
}

extension SSHError {
    /// For the journal.
    fileprivate var reason: String {
        switch self {
        case .malformed: "the message is malformed"
        case .unsupported: "fob does not do that"
        }
    }
}
