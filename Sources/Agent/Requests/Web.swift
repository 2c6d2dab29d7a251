import Platform
import Vault
import Wire

// WEB_CREATE, WEB_ASSERT, WEB_KEYS and WEB_SIGNAL: pages of the web, for which a browser's own program asks.
extension Agent {
    func webCreate(_ request: WebCreateRequest, _ call: Call) throws(Refusal) {
        let page = try WebCeremony(request.page)
        let clientData = page.clientData(.create, challenge: request.challenge)
        var key = Wire.NewKey(request, clientData: clientData)
        // A page cannot be told to ask again with verification, as a CTAP client is.
        let pin = try use().contents.pin
        if pin.alwaysVerifies || pin.isSet && key.flags.contains(.discoverable) { key.flags.insert(.verification) }
        let inputs = request.prf
        try register(key, for: page, call) { [unowned self] key, data, requester throws(Refusal) in
            let values = try WebCeremony.prf(of: key, inputs)
            guard let connection = server.connection(requester.connection) else { return }
            connection.holdsSecrets = connection.holdsSecrets || values.bytes.count > 0
            server.send(
                WebCreatedReply(
                    credential: key.idOnWire, key.algorithm, publicKey: key.publicKey, clientData: clientData,
                    authenticatorData: data.bytes, prf: values.bytes),
                to: connection, request: requester.request)
        }
    }

    func webAssert(_ request: WebAssertRequest, _ call: Call) throws(Refusal) {
        let page = try WebCeremony(request.page)
        let contents = try use().contents
        var isVerified = request.wantsVerification || contents.pin.alwaysVerifies
        let found = KeyChoice.answering(
            page.site.keys(in: contents), allowed: request.allowed.map(\.bytes), isVerified: isVerified,
            needsOwner: contents.needsOwner, asks: true, at: .ctap)
        // Nobody is asked: the browser then has the person choose another way, and the page hears of that only.
        guard let key = found.first else { throw .noKey }
        guard found.count == 1 || !request.allowed.isEmpty else { throw .severalKeys }
        let needsOwner = contents.needsOwner(key)
        if needsOwner { isVerified = true }
        var question = webSignInQuestion(page)
        question.user = key.userName.isEmpty ? key.displayName : key.userName
        question.account = contents[key.account]
        question.needsPassphrase = isVerified
        (question.takesPin, question.takesFreshUnlock) = (true, !needsOwner)
        let clientData = page.clientData(.get, challenge: request.challenge)
        let flags: AuthenticatorData.Flags = isVerified ? [.userPresent, .userVerified] : .userPresent
        let inputs = request.prfOfKeys.first { key.has(id: $0.key.bytes) }?.inputs ?? request.prf
        try raise(question, call) { [unowned self, question, id = key.id] requester in
            goOn(requester) { (call) throws(Refusal) in
                try use(id, for: call) { [unowned self] (key, requester) throws(Refusal) in
                    let data = AuthenticatorData(of: key, flags)
                    let signature = try signature(data, Sodium.sha256(clientData.span).span, key)
                    let values = try WebCeremony.prf(of: key, inputs)
                    logKey(
                        .keySigned, key, AuditDetail.purpose(of: question), for: question.beneficiary, by: requester)
                    guard let connection = server.connection(requester.connection) else { return }
                    connection.holdsSecrets = connection.holdsSecrets || values.bytes.count > 0
                    server.send(
                        WebAssertedReply(
                            credential: key.idOnWire, clientData: clientData, authenticatorData: data.bytes,
                            signature: signature.encoded,
                            userHandle: key.flags.contains(.discoverable) ? key.userHandle : [], prf: values.bytes),
                        to: connection, request: requester.request)
                }
            }
        }
    }

    /// What the owner is asked for a sign-in at a page, as far as it is known without the keys.
    func webSignInQuestion(_ page: WebCeremony) -> Question {
        var question = Question(.signature, "sign in at the site")
        page.describe(&question)
        return question
    }

    func webKeys(_ request: WebKeysRequest, _ call: Call) throws(Refusal) {
        let page = try WebCeremony(request.page)
        let keys = page.site.keys(in: try look().contents).filter {
            $0.flags.contains(.discoverable) && !$0.isPlaceholder
        }
        let entries = keys.prefix(Limits.keyIDs).map {
            WebKey(KeyID($0.idOnWire), userName: $0.userName, displayName: $0.displayName)
        }
        server.send(WebKeysReply(entries), to: call)
    }

    /// A site has no say over the vault: the owner has, who is asked where there is something to do.
    func webSignal(_ request: WebSignalRequest, _ call: Call) throws(Refusal) {
        let page = try WebCeremony(request.page)
        let utc = utc
        let keys = page.site.keys(in: try use().contents).filter(request.concerns)
        guard !keys.isEmpty else { return server.send(OKReply(), to: call) }
        let isRemoval = request.signal != .names
        var question = Question(
            .presence,
            isRemoval
                ? keys.count == 1
                    ? noted("put into the trash 1 security key that the site no longer knows")
                    : noted("put into the trash \(keys.count) security keys that the site no longer knows")
                : noted("take over another name of a user from the site"))
        page.describe(&question)
        question.user = isRemoval ? keys.first?.userName ?? "" : request.userName
        question.account = keys.count == 1 ? keys.first.flatMap { open?.contents[$0.account] } : nil
        let ids = keys.map(\.id)
        try raise(question, call) { [unowned self] requester in
            goOn(requester) { (call) throws(Refusal) in
                try change(for: call) { (contents: inout Contents) throws(VaultError) in
                    for id in ids where contents.key(id) != nil {
                        if isRemoval {
                            try contents.removeKey(id, at: utc)
                        } else {
                            try contents.editKey(
                                id, userName: request.userName, displayName: request.displayName, at: utc)
                        }
                    }
                } then: { [unowned self] _, requester in
                    for key in keys {
                        log(isRemoval ? .keyRemoved : .keyEdited, key.account, outcome: .done, by: requester)
                    }
                    reply(OKReply(), to: requester)
                }
            }
        }
    }
}

extension WebAssertRequest {
    /// Whether the owner is verified: prf's values are for nobody else.
    fileprivate var wantsVerification: Bool { isVerified || !prf.isEmpty || !prfOfKeys.isEmpty }
}

extension WebSignalRequest {
    /// Whether there is something to do about a key.
    fileprivate func concerns(_ key: KeyCredential) -> Bool {
        let isNamed = keys.contains { key.has(id: $0.bytes) }
        switch signal {
        case .unknownKey: return isNamed
        case .acceptedKeys: return key.userHandle == userHandle && !userHandle.isEmpty && !isNamed
        case .names:
            return key.userHandle == userHandle && !userHandle.isEmpty
                && (key.userName != userName || key.displayName != displayName)
        }
    }
}

extension Wire.NewKey {
    /// The key that a page wants.
    init(_ request: WebCreateRequest, clientData: [UInt8]) {
        self.init(.ctap, site: request.page.site, algorithms: request.algorithms)
        if request.flags.contains(.discoverable) { flags.insert(.discoverable) }
        // Its values are those of a verified owner.
        if request.flags.contains(.verification) || !request.prf.isEmpty { flags.insert(.verification) }
        if request.flags.contains(.prf) || !request.prf.isEmpty { flags.insert(.hmacSecret) }
        (protection, siteName, userHandle) = (request.protection, request.siteName, request.userHandle)
        (userName, displayName, requester) = (request.userName, request.displayName, request.page.requester)
        excluded = request.excluded.map(\.bytes)
        let hash = Sodium.sha256(clientData.span)
        self.clientData = hash.indices.map { hash[$0] }
    }
}
