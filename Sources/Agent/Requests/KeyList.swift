import Platform
import Vault
import Wire

// KEY_LIST, KEY_EDIT, KEY_REMOVE, KEY_PRESENCE, KEY_RESET.
extension Agent {
    func keyList(_ request: KeyListRequest, _ call: Call) throws(Refusal) {
        let contents = try look().contents
        var keys = Array(contents.keys.reversed())
        if request.withTrash { keys += contents.keysInTrash.reversed() }
        switch request.filter {
        case .all: break
        case .prefix(let text): keys.removeAll { !$0.relyingParty.hasPrefix(text) }
        case .site(let text): keys.removeAll { $0.relyingParty != text }
        }
        let page = Page(of: keys, from: request.start, size: \.encodedCount) {
            KeyEntry($0, removed: contents.removal(of: $0))
        }
        server.send(
            KeysReply(revision: contents.revision, next: page.next, keys: page.entries), to: call)
    }

    func keyEdit(_ request: KeyEditRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        let utc = utc
        let key = try find(request.key, in: contents, orTrash: request.isRestored)
        let event: AuditEvent = request.isRestored ? .keyRestored : .keyEdited
        let isEdited =
            request.label != nil || request.userName != nil || request.displayName != nil || request.isVerified != nil
        let weakened = isEdited ? key.weakened(by: request) : []
        let apply = { [unowned self] (call: Call) throws(Refusal) in
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                if request.isRestored { try contents.restoreKey(key.id, at: utc) }
                guard isEdited else { return }
                try contents.editKey(
                    key.id, label: request.label, userName: request.userName, displayName: request.displayName,
                    isVerified: request.isVerified, at: utc)
            } then: { [unowned self] _, requester in
                log(event, key.account, outcome: .done, by: requester)
                for protection in weakened {
                    logWeakened(AuditSubject(protection), of: key.account, from: .owner, by: requester)
                }
                reply(OKReply(), to: requester)
            }
        }
        guard !weakened.isEmpty else { return try apply(call) }
        var question = Question(.protection, "take a protection of a security key away")
        question.account = contents[key.account]
        question.label = key.shownName
        question.details = weakened.map(\.name)
        question.needsPassphrase = weakened.contains(where: \.takesPassphrase)
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
        var question = Question(
            .presence, request.site.isEmpty ? "use this security key" : "use this security key at the site")
        question.site = request.site
        question.beneficiary = request.requester
        try raise(question, call) { [unowned self] requester in reply(OKReply(), to: requester) }
    }

    /// Whoever asks gets no key destroyed: they go to the trash, of which the question says how many.
    func keyReset(_ request: KeyResetRequest, _ call: Call) throws(Refusal) {
        let count = try use().contents.keyCount
        var question = Question(
            .reset, "put all \(count) security keys into the trash and forget their PIN (a reset)")
        question.beneficiary = request.requester
        question.needsPassphrase = !configuration.testAuthenticator
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

extension Contents {
    /// When a key was put into the trash, by itself or with its account; 0 when it is not there.
    fileprivate func removal(of key: KeyCredential) -> UInt64 {
        key.removed != 0 ? key.removed : self[key.account]?.removed ?? 0
    }
}

extension KeyCredential {
    /// Which of its protections an edit takes away.
    fileprivate func weakened(by edit: KeyEditRequest) -> [Protection] {
        flags.contains(.alwaysVerify) && edit.isVerified == false ? [.alwaysVerify] : []
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
        (flags, hasBlob) = (key.flags, key.blobCount > 0)
        if !key.isBackedUp { flags.remove(.backedUp) }
        (protection, userHandle, userName) = (key.protection, key.userHandle, key.userName)
        (displayName, label, created) = (key.displayName, key.label, key.created)
        (lastUsed, self.removed, counter) = (key.lastUsed, removed, key.counter)
    }
}
