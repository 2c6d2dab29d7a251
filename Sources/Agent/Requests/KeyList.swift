import Platform
import Vault
import Wire

// KEY_LIST, KEY_EDIT, KEY_REMOVE, KEY_PRESENCE, KEY_RESET.
extension Agent {
    func keyList(_ request: KeyListRequest, _ call: Call) throws(Refusal) {
        guard !isLockedTo(call) else { return try keyListWhileLocked(request, call) }
        let contents = try look().contents
        var keys = Array(contents.keys.reversed())
        if request.withTrash { keys += contents.keysInTrash.reversed() }
        switch request.filter {
        case .all: break
        case .prefix(let text): keys.removeAll { !$0.relyingParty.hasPrefix(text) }
        case .site(let text): keys.removeAll { $0.relyingParty != text }
        }
        if call.connection.isForwarded { keys.removeAll { !isForwardable($0, in: contents) } }
        send(keys, of: contents.revision, request, call) { contents.removal(of: $0) }
    }

    /// Of a locked vault the keys of ssh are listed, and nothing else: their public halves are no secret, and ssh gives up on
    /// keys that are not there.
    private func keyListWhileLocked(_ request: KeyListRequest, _ call: Call) throws(Refusal) {
        guard case .prefix(let prefix) = request.filter, KeySite(ofKey: prefix).kind == .ssh, !request.withTrash,
            call.connection.version > 1
        else { throw .locked }
        let keys = knownKeys.ssh.reversed().filter { $0.relyingParty.hasPrefix(prefix) }
        send(keys, of: knownKeys.revision, request, call) { _ in 0 }
    }

    /// Whether the vault is locked, for a caller who may know more of it than that.
    private func isLockedTo(_ call: Call) -> Bool {
        lockIfDue()
        return (open == nil || isLocking) && hasVault && !call.connection.isForwarded
    }

    /// Keys in the order in which a host knows them most likely: those that were used there, and new ones, whatever was last;
    /// then those that were used elsewhere. Of two alike the first one stays in front.
    static func likeliest(_ keys: [KeyCredential], at host: [UInt8]) -> [KeyCredential] {
        func rank(_ key: KeyCredential) -> (Int, UInt64) {
            guard key.lastUsed > 0 else { return (1, key.created) }
            return (key.hostsSince(host) == nil ? 0 : 1, key.lastUsed)
        }
        return keys.enumerated().sorted { a, b in
            let (left, right) = (rank(a.element), rank(b.element))
            return left == right ? a.offset < b.offset : left > right
        }.map(\.element)
    }

    private func send(
        _ keys: [KeyCredential], of revision: UInt64, _ request: KeyListRequest, _ call: Call,
        removal: (KeyCredential) -> UInt64
    ) {
        // ssh offers a server so many keys only: none that would be refused.
        let ssh = call.connection.ssh
        var keys = keys.filter(ssh.mayUse)
        if let host = ssh.loginHost { keys = Self.likeliest(keys, at: host) }
        let page = Page(of: keys, from: request.start, size: \.encodedCount) {
            KeyEntry($0, removed: removal($0))
        }
        let reply = KeysReply(revision: revision, next: page.next, keys: page.entries)
        guard call.connection.version > 1 else { return server.send(Version1KeysReply(reply), to: call) }
        server.send(reply, to: call)
    }

    func keyEdit(_ request: KeyEditRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        let utc = utc
        let key = try find(request.key, in: contents, orTrash: request.isRestored)
        let event: AuditEvent = request.isRestored ? .keyRestored : .keyEdited
        let isEdited =
            request.label != nil || request.userName != nil || request.displayName != nil
            || request.isVerified != nil || request.hosts != nil
        let weakened = isEdited ? key.weakened(by: request) : []
        let apply = { [unowned self] (call: Call) throws(Refusal) in
            // A yes is for what was shown: others may have changed the key meanwhile.
            let now = try find(request.key, in: use().contents, orTrash: request.isRestored)
            guard !isEdited || now.weakened(by: request).allSatisfy(weakened.contains) else { throw .keepsChanging }
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                if request.isRestored { try contents.restoreKey(key.id, at: utc) }
                guard isEdited else { return }
                try contents.editKey(
                    key.id, label: request.label, userName: request.userName, displayName: request.displayName,
                    isVerified: request.isVerified, hosts: request.hosts, at: utc)
            } then: { [unowned self] _, requester in
                log(event, key.account, outcome: .done, by: requester)
                for protection in weakened {
                    logWeakened(AuditSubject(protection), of: key.account, from: .owner, by: requester)
                }
                reply(OKReply(), to: requester)
            }
        }
        guard !weakened.isEmpty else { return try apply(call) }
        var question = Question(.protection, "take a protection away from a security key")
        question.account = contents[key.account]
        question.label = key.shownName
        question.details = weakened.map(\.name)
        question.needsPassphrase = weakened.contains(where: \.takesPassphrase) || contents.needsOwner(key)
        try raise(question, call) { [unowned self] requester in goOn(requester, apply) }
    }

    func keyRemove(_ request: KeyRemoveRequest, _ call: Call) throws(Refusal) {
        let key = try find(request.key, in: use().contents)
        let utc = utc
        try changeKey(.keyRemoved, key, call) { (contents: inout Contents) throws(VaultError) in
            try contents.removeKey(key.id, at: utc)
        }
    }

    func keyPresence(_ request: KeyPresenceRequest, _ call: Call) throws(Refusal) {
        _ = try use()
        try raise(presenceQuestion(request), call) { [unowned self] requester in reply(OKReply(), to: requester) }
    }

    /// What the owner is asked for a human act and nothing else.
    func presenceQuestion(_ request: KeyPresenceRequest) -> Question {
        var question = Question(
            .presence, request.site.isEmpty ? "use this security key" : "use this security key at the site")
        question.site = request.site
        question.beneficiary = request.requester
        question.isAtAuthenticator = true
        return question
    }

    /// What the owner is asked for a reset.
    ///
    /// - Parameter count: of the keys; nil where that is not known.
    func resetQuestion(_ request: KeyResetRequest, count: Int?) -> Question {
        let what =
            count.map { noted("put all \($0) security keys into the trash and forget their PIN (a reset)") }
            ?? noted("put all security keys into the trash and forget their PIN (a reset)")
        var question = Question(.reset, what)
        question.beneficiary = request.requester
        question.needsPassphrase = !configuration.testAuthenticator
        question.isAtAuthenticator = true
        return question
    }

    /// Whoever asks gets no key destroyed: they go to the trash, of which the question says how many.
    func keyReset(_ request: KeyResetRequest, _ call: Call) throws(Refusal) {
        let question = resetQuestion(request, count: try use().contents.keyCount)
        let destroys = configuration.testAuthenticator
        try raise(question, call) { [unowned self] requester in
            goOn(requester) { (call) throws(Refusal) in
                for connection in server.all { connection.keys = KeySession() }
                wrongPassphrases.forgivePINs()
                let utc = utc
                try change(for: call) { (contents: inout Contents) throws(VaultError) in
                    try contents.clearPIN(at: utc)
                    // The suites make more keys than a trash holds.
                    if destroys { return try contents.destroyKeys(at: utc) }
                    for key in contents.keys { try contents.removeKey(key.id, at: utc) }
                } then: { [unowned self] _, requester in
                    log(.keysReset, outcome: .done, by: requester)
                    reply(OKReply(), to: requester)
                }
            }
        }
    }

    // MARK: Parts

    /// Whether a key can be asked for over the forwarded socket: one of ssh, of an account that is tagged for it.
    func isForwardable(_ key: KeyCredential, in contents: Contents) -> Bool {
        key.removed == 0 && KeySite(ofKey: key.relyingParty).kind == .ssh
            && contents[key.account]?.isForwardable == true
    }

    /// The key that a request names.
    func find(
        _ selector: KeySelector, in contents: Contents, orTrash: Bool = false
    ) throws(Refusal) -> KeyCredential {
        let key: KeyCredential? =
            switch selector {
            case .record(let id): orTrash ? contents.keyOrTrash(id) : contents.key(id)
            case .credential(let id):
                (orTrash ? contents.keys + contents.keysInTrash : contents.keys).first { $0.has(id: id) }
            }
        guard let key else { throw .noKey }
        return key
    }

    private func changeKey(
        _ event: AuditEvent, _ key: KeyCredential, _ call: Call,
        _ apply: (inout Contents) throws(VaultError) -> Void
    ) throws(Refusal) {
        try change(for: call, apply) { [unowned self] _, requester in
            log(event, key.account, outcome: .done, by: requester)
            reply(OKReply(), to: requester)
        }
    }
}

extension KeyCredential {
    /// Which of its protections an edit takes away.
    fileprivate func weakened(by edit: KeyEditRequest) -> [Protection] {
        var weakened: [Protection] = []
        if flags.contains(.alwaysVerify), edit.isVerified == false { weakened.append(.alwaysVerify) }
        guard flags.contains(.limited) else { return weakened }
        switch edit.hosts {
        case nil: break
        case .any: weakened.append(.hosts)
        case .only(let limits): if !limits.allSatisfy({ hosts.contains($0) }) { weakened.append(.hosts) }
        }
        return weakened
    }
}

extension KeyEntry {
    /// As messages have it.
    fileprivate init(_ key: KeyCredential, removed: UInt64) {
        self.init(
            record: key.id, credential: key.idOnWire, account: key.account, site: key.relyingParty,
            kind: key.kind, algorithm: key.algorithm,
            publicKey: key.publicKey)
        siteName = key.relyingPartyName
        (flags, hasBlob, hasLargeBlobKey) = (key.flags, key.blobCount > 0, key.hasLargeBlobKey)
        if !key.isBackedUp { flags.remove(.backedUp) }
        flags.remove(.limited)
        (protection, userHandle, userName) = (key.protection, key.userHandle, key.userName)
        (displayName, label, created) = (key.displayName, key.label, key.created)
        (lastUsed, self.removed, counter) = (key.lastUsed, removed, key.counter)
        hosts = key.flags.contains(.limited) ? .only(key.hosts) : .any
    }
}
