import Platform
import Vault
import Wire

/// What an assertion is made of besides the key.
struct Assertion {
    let site: KeySite
    let transport: KeyTransport
    let clientDataHash: Digest
    /// What is true of the owner: presence, verification.
    let flags: AuthenticatorData.Flags
    /// What is wanted of extensions.
    let wants: KeyUseFlags
    let requester: KeyRequester
    let hmacSecret: HmacExchange?
}

// KEY_ASSERT and KEY_NEXT: sign-ins at sites of the web.
extension Agent {
    func keyAssert(_ request: KeyAssertRequest, _ call: Call) throws(Refusal) {
        (call.connection.keys.next, call.connection.keys.largeBlobKey) = (nil, nil)
        guard request.transport == .ctap || request.transport == .u2f else {
            throw .badSite("OpenSSH and scripts are signed for by KEY_SIGN")
        }
        let site = try KeySite(request.site, at: request.transport)
        let contents = try use().contents
        var token: PinToken?
        if let authentication = request.authentication {
            token = try checkToken(
                call.connection, authentication, over: request.clientDataHash.bytes.span, for: .getAssertion,
                site: request.site)
        }
        let wantsPresence = request.flags.contains(.presence)
        var isAsked = wantsPresence || request.flags.contains(.verification)
        // Without a question, a token that the owner was not verified for yet proves nothing.
        var isVerified = request.flags.contains(.verification) || token.map { $0.isVerified || isAsked } ?? false
        if wantsPresence, !isVerified, contents.pin.alwaysVerifies { throw .verificationRequired }
        // U2F asks first whether the key is here, and gets no signature for that.
        func choose() -> [KeyCredential] {
            KeyChoice.answering(
                site.keys(in: contents), allowed: request.allowed, isVerified: isVerified,
                needsOwner: contents.needsOwner, asks: wantsPresence || request.transport == .u2f,
                at: request.transport)
        }
        var found = choose()
        if found.isEmpty, token != nil, !isVerified, !request.allowed.isEmpty {
            // A key that shows itself to verified owners only: the question comes first.
            (isVerified, isAsked) = (true, true)
            found = choose()
            isAsked = !found.isEmpty
        }
        guard let first = found.first else {
            guard wantsPresence, request.transport == .ctap else { throw .noKey }
            return try sayThatNoneIsHere(site.shown(in: contents), request, call)
        }
        // A site that names its keys takes any of them; else it is told how many there are.
        let keys = request.allowed.isEmpty ? found : [first]
        let needsOwner = keys.contains(where: contents.needsOwner)
        // Whoever gives the passphrase is verified, whether or not the site wanted that. U2F cannot say so.
        if needsOwner, wantsPresence, request.transport == .ctap { isVerified = true }
        var exchange: HmacExchange?
        if let input = request.hmacSecret {
            guard wantsPresence else { throw .presenceNeeded }
            exchange = try HmacExchange(input, agreedKey(call.connection, input.version, input.platformKey))
        }
        var flags: AuthenticatorData.Flags = []
        if wantsPresence { flags.insert(.userPresent) }
        if isVerified { flags.insert(.userVerified) }
        let assertion = Assertion(
            site: site, transport: request.transport, clientDataHash: request.clientDataHash, flags: flags,
            wants: request.flags, requester: request.requester, hmacSecret: exchange)
        guard isAsked else {
            // What is signed unasked tells that the key is here: only who names it may know, and never for ssh.
            guard site.kind == .web, !request.allowed.isEmpty else { throw .silentNeedsList }
            // U2F asks only whether the key is here.
            if request.transport == .u2f {
                let reply = KeyAssertionReply(credential: first.idOnWire, authenticatorData: [], signature: [])
                return server.send(reply, to: call)
            }
            return try assert(assertion, keys.map(\.id), call)
        }
        var question = signInQuestion(site.shown(in: contents), request)
        if keys.count == 1 {
            question.user = first.userName.isEmpty ? first.displayName : first.userName
        } else {
            question.details = ["as one of \(keys.count) users"]
        }
        question.account = keys.count == 1 ? contents[first.account] : nil
        question.isVerified = token?.isVerified ?? false
        question.needsPassphrase = (isVerified || needsOwner) && !question.isVerified
        (question.takesPin, question.takesFreshUnlock) = (true, !needsOwner)
        let wanted = keys.map(\.id)
        // The owner has said yes to this with the verification, a moment ago.
        if wantsPresence, let token, token.takeConsent(to: wanted, at: now) {
            token.spend()
            return try assert(assertion, wanted, call)
        }
        try raise(question, call) { [unowned self] requester in
            token?.noteVerified()
            if wantsPresence { token?.spend() } else { token?.noteConsent(to: wanted, at: now) }
            goOn(requester) { (call) throws(Refusal) in try assert(assertion, wanted, call) }
        }
    }

    /// What the owner is asked for a sign-in, as far as it is known without the keys.
    func signInQuestion(_ site: String, _ request: KeyAssertRequest) -> Question {
        var question = Question(.signature, "sign in at the site")
        question.site = site
        question.beneficiary = request.requester
        question.isAtAuthenticator = true
        return question
    }

    /// Tells a client that no key is here, once a person has said that it may know: clients take that for an answer of the
    /// person, who has chosen this authenticator, and give up on all others.
    private func sayThatNoneIsHere(_ site: String, _ request: KeyAssertRequest, _ call: Call) throws(Refusal) {
        var question = Question(.presence, "say that no security key is here to the site")
        question.site = site
        question.details = [noted("leave it unanswered to sign in with another authenticator")]
        question.beneficiary = request.requester
        question.isAtAuthenticator = true
        try raise(question, call) { [unowned self] requester in reply(Refusal.noKey, to: requester) }
    }

    func keyNext(_: KeyNextRequest, _ call: Call) throws(Refusal) {
        guard var next = call.connection.keys.next, next.until > now, let key = next.keys.first else {
            call.connection.keys.next = nil
            throw .nothingNext
        }
        _ = try use()
        next.keys.removeFirst()
        next.until = now + AgentLimits.nextAssertionMilliseconds
        call.connection.keys.next = next
        try assert(next.assertion, key, of: 1, hasOthers: true, call)
    }

    /// Gives the first of `keys`, and keeps the others for KEY_NEXT.
    private func assert(
        _ assertion: Assertion, _ keys: [Identifier], _ call: Call
    ) throws(Refusal) {
        // What was put into the trash while the owner was asked is not there any more.
        let contents = try use().contents
        let left = keys.filter { contents.key($0) != nil }
        guard let first = left.first else { throw .noKey }
        if left.count > 1 {
            call.connection.keys.next = NextAssertions(
                assertion: assertion, keys: Array(left.dropFirst()),
                until: now + AgentLimits.nextAssertionMilliseconds)
        }
        try assert(assertion, first, of: left.count, hasOthers: left.count > 1, call)
    }

    private func assert(
        _ assertion: Assertion, _ key: Identifier, of count: Int, hasOthers: Bool, _ call: Call
    ) throws(Refusal) {
        try use(key, for: call) { [unowned self] (key, requester) throws(Refusal) in
            let isVerified = assertion.flags.contains(.userVerified)
            var data = AuthenticatorData(of: key, assertion.flags)
            if assertion.wants.contains(.blob) {
                data.extensions.credBlob = key.withBlob { blob in blob.indices.map { blob[$0] } }
            }
            data.extensions.hmacSecret = try assertion.hmacSecret?.output(of: key, isVerified: isVerified)
            if assertion.wants.contains(.thirdPartyPayment) {
                data.extensions.thirdPartyPayment = key.flags.contains(.thirdPartyPayment)
            }
            // CTAP 2.1, section 12.3: never without a human act.
            if assertion.wants.contains(.largeBlobKey), key.hasLargeBlobKey, assertion.flags.contains(.userPresent) {
                server.connection(requester.connection)?.keys.largeBlobKey = key
            }
            let signature = try signature(data, assertion.clientDataHash.bytes.span, key)
            logKey(
                .keySigned, key, [.site(assertion.site.shown), .user(key.userName)], for: assertion.requester,
                by: requester)
            // A site gets names only where a verified owner has to choose among several (section 6.2.2, step 13).
            let hasNames = isVerified && hasOthers
            let isKnown = key.flags.contains(.discoverable)
            reply(
                KeyAssertionReply(
                    credential: key.idOnWire, authenticatorData: data.bytes, signature: signature.encoded,
                    userHandle: isKnown ? key.userHandle : [], userName: hasNames ? key.userName : "",
                    displayName: hasNames ? key.displayName : "", count: UInt16(clamping: count)),
                to: requester)
        }
    }
}
