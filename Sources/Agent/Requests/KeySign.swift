import Platform
import Vault
import Wire

// KEY_SIGN and SSH_BIND: signatures for OpenSSH and for scripts.
extension Agent {
    /// It is no use of the vault, and can be said while that is locked.
    func sshBind(_ request: SSHBindRequest, _ call: Call) throws(Refusal) {
        try call.connection.ssh.add(SSHBinding(request))
        server.send(OKReply(), to: call)
    }

    func keySign(_ request: KeySignRequest, _ call: Call) throws(Refusal) {
        guard request.transport == .ssh || request.transport == .script else {
            throw .badSite("sites of the web are signed for by KEY_ASSERT")
        }
        // What scripts sign is signed on this machine.
        guard request.transport == .ssh || !call.connection.isForwarded else { throw .notForwarded }
        let site = try KeySite(request.site, at: request.transport)
        let isForwarded = call.connection.isForwarded
        let contents = try isForwarded ? look().contents : use().contents
        guard let key = site.keys(in: contents).first(where: { $0.has(id: request.credential) }),
            !isForwarded || isForwardable(key, in: contents)
        else { throw .noKey }
        guard !key.isPlaceholder else { throw .placeholder }
        let hash = Sodium.sha256(request.data)
        var question: Question
        if request.transport == .ssh {
            let purpose = SSHPurpose(request.data, key: key)
            if isForwarded, purpose == .other { throw .forwardedData }
            try call.connection.ssh.check(purpose, against: key)
            question = try Self.question(purpose, key, call.connection.ssh)
            // Also where ssh says of no hosts behind it.
            if isForwarded { (question.isForwarded, question.grant) = (true, nil) }
        } else {
            question = Self.question(script: request, key, hash)
        }
        question.beneficiary = request.requester
        let isVerified = request.flags.contains(.verification) || contents.needsOwner(key)
        // A key whose owner wants no questions is asked for without one only by who wants none either, and is near.
        if !isVerified, !request.flags.contains(.presence), key.flags.contains(.noTouch), !question.isForwarded {
            return try sign(key.id, hash, [], question, call)
        }
        let flags: AuthenticatorData.Flags = isVerified ? [.userPresent, .userVerified] : .userPresent
        // That the owner was verified is said of each signature: no remembered yes says it.
        if isVerified { question.grant = nil }
        if case .signature? = question.grant, !isLocalSigner(request.requester, call) { question.grant = nil }
        if let grant = question.grant,
            isGranted(grant, to: call.connection.session(for: request.requester))
        {
            return try sign(key.id, hash, flags, question, call)
        }
        question.account = contents[key.account]
        (question.needsPassphrase, question.takesPin) = (isVerified, true)
        try raise(question, call) { [unowned self, question] requester in
            goOn(requester) { (call) throws(Refusal) in try sign(key.id, hash, flags, question, call) }
        }
    }

    /// Whether files and commits are signed by ssh-keygen itself. What ssh asks for comes from the host to which it forwards
    /// the agent; not every client of ssh says so.
    private func isLocalSigner(_ requester: KeyRequester, _ call: Call) -> Bool {
        let asking = call.connection.beneficiary(of: requester)?.caller ?? call.connection.caller
        return asking.executable.hasSuffix("/ssh-keygen")
    }

    /// What the owner is asked for a signature of an ssh key.
    static func question(
        _ purpose: SSHPurpose, _ key: KeyCredential, _ bindings: SSHBindings
    ) throws(Refusal) -> Question {
        let hops = bindings.hops
        var question: Question
        switch purpose {
        case .login(let user, let session, let hostKey):
            question = Question(.signature, "use an ssh key for a login")
            question.user = user
            let server = bindings.login(session)
            question.host = host(hostKey, server)
            // Without a server on this connection nobody says whether the request comes from afar.
            question.loginHost = hops.isEmpty ? (hostKey ?? server?.hostKey).map { SSHHostKey.hash($0.span) } : nil
            if let server, server.standing == .proved, hostKey == nil || hostKey == server.hostKey, hops.isEmpty {
                question.grant = .login(key.id, hostKey: SSHHostKey.hash(server.hostKey.span), user: user)
            }
        case .signature(let namespace):
            question = Question(.signature, "use an ssh key for a signature")
            question.dataName = namespace
            if hops.isEmpty { question.grant = .signature(key.id, namespace: namespace) }
        case .other:
            guard hops.isEmpty else { throw .forwardedData }
            question = Question(.signature, "use an ssh key for data of an unknown kind")
        }
        question.isForwarded = !hops.isEmpty
        question.hops = hops.map(\.host)
        question.label = key.shownName
        return question
    }

    /// The host of a login: the one whose key is in what is signed, else the one that the session was bound to.
    private static func host(_ hostKey: [UInt8]?, _ server: SSHBinding?) -> ChallengeHost {
        if let hostKey {
            let name = server?.hostKey == hostKey ? server?.name : nil
            return ChallengeHost(.proved, fingerprint: SSHHostKey.fingerprint(hostKey.span), name: name ?? "")
        }
        return server?.host ?? ChallengeHost()
    }

    /// What the owner is asked for a signature of a script.
    ///
    /// - Parameter key: nil where it is not known.
    static func question(script request: KeySignRequest, _ key: KeyCredential?, _ hash: [32 of UInt8]) -> Question {
        var question = Question(.signature, "sign for the script's site")
        question.site = request.site
        question.dataName = request.requester.dataName
        question.dataHash = Digest(hash)
        question.grant = key.map { .data($0.id, hash: hash.indices.map { hash[$0] }) }
        return question
    }

    private func sign(
        _ key: Identifier, _ hash: [32 of UInt8], _ flags: AuthenticatorData.Flags, _ question: Question, _ call: Call
    ) throws(Refusal) {
        try use(key, at: question.loginHost, for: call) { [unowned self] (key, requester) throws(Refusal) in
            let data = AuthenticatorData(of: key, flags)
            let signature = try signature(data, hash.span, key)
            logKey(
                .keySigned, key, AuditDetail.purpose(of: question), for: question.beneficiary, by: requester)
            reply(
                KeySignatureReply(
                    flags: data.allFlags.rawValue, counter: key.counter, signature: signature.raw),
                to: requester)
        }
    }

    /// A key's signature over what the agent says of it and a hash: nothing that a caller sends gets in front of that.
    func signature(
        _ data: AuthenticatorData, _ hash: Span<UInt8>, _ key: KeyCredential
    ) throws(Refusal) -> KeySignature {
        do throws(SecurityKeyError) {
            return try KeySignature.sign(data.message(clientDataHash: hash), with: key)
        } catch { throw Refusal(error) }
    }

    /// Notes a use of a key, and calls `then` with the key once its counter is durable. Of a synced key, which has no
    /// counter, the use is noted with some later save, and not each time: a signature need not wait for the disk.
    func use(
        _ id: Identifier, at host: [UInt8]? = nil, for call: Call,
        then: @escaping (KeyCredential, Requester) throws(Refusal) -> Void
    ) throws(Refusal) {
        let vault = try use()
        guard let key = vault.contents.key(id), !key.isPlaceholder else { throw .noKey }
        let utc = utc
        if key.kind == .synced {
            let isElsewhere = host.map { key.hostsSince($0) != 0 } ?? false
            if call.connection.transaction == nil, isElsewhere || utc >= key.lastUsed + AgentLimits.lastUseSeconds,
                (try? vault.contents.useKey(id, at: utc, host: host)) != nil
            {
                vault.isDirty = true
            }
            return try then(key, call.requester)
        }
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.useKey(id, at: utc, host: host)
        } then: { [unowned self] key, requester in
            answer(requester) { () throws(Refusal) in try then(key, requester) }
        }
    }
}

extension KeyCredential {
    /// What the key is called in a question: the owner's word, else the user's name, behind the site.
    var shownName: String {
        let name = label.isEmpty ? userName : label
        return name.isEmpty ? relyingParty : "\(relyingParty)/\(name)"
    }
}
