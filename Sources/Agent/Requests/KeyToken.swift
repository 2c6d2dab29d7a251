import Platform
import Vault
import Wire

// PIN_TOKEN, UV_TOKEN, TOKEN_VERIFY: that the owner was verified, by the PIN or the passphrase.
extension Agent {
    func pinToken(_ request: PinTokenRequest, _ call: Call) throws(Refusal) {
        try checkTries(of: use().contents.pin, by: call.connection)
        try check(request.permissions)
        let key = try agreedKey(call.connection, request.version, request.platformKey)
        try checkPin(request.pinHash, key, call) { [unowned self] (call) throws(Refusal) in
            // Section 6.5.5.7.1: it is not the one that is wanted.
            guard try !use().contents.pin.mustChange else { throw .pinWrong }
            if request.permissions == .persistentList { return try giveListToken(key, call) }
            try give(
                tokenFor: request.permissions, at: request.site, key, request.version, isVerified: true, call)
        }
    }

    func verificationToken(_ request: VerificationTokenRequest, _ call: Call) throws(Refusal) {
        guard hasVault || open != nil else { throw .noVault }
        guard !request.permissions.isEmpty else { throw .permissionMissing }
        try check(request.permissions)
        let key = try agreedKey(call.connection, request.version, request.platformKey)
        // What such a token is for asks a question of its own, which says more: that one verifies the owner.
        if request.permissions.isSubset(of: [.makeCredential, .getAssertion]), !request.site.isEmpty {
            return try give(
                tokenFor: request.permissions, at: request.site, key, request.version, isVerified: false, call)
        }
        _ = try use()
        try raise(verificationQuestion(request), call) { [unowned self] requester in
            goOn(requester) { (call) throws(Refusal) in
                if request.permissions == .persistentList { return try giveListToken(key, call) }
                try give(tokenFor: request.permissions, at: request.site, key, request.version, isVerified: true, call)
            }
        }
    }

    /// What the owner is asked before a token that is for more than the keys of one site.
    func verificationQuestion(_ request: VerificationTokenRequest) -> Question {
        let permissions = request.permissions
        let what =
            permissions.contains(.authenticatorConfiguration)
            ? noted("change how security keys verify you")
            : permissions.contains(.credentialManagement)
                ? noted("manage security keys")
                : permissions.contains(.persistentList)
                    ? noted("list security keys from now on")
                    : permissions == .largeBlobWrite
                        ? noted("write what sites keep beside security keys") : noted("use security keys")
        var question = Question(
            .verification, request.site.isEmpty ? "let a program \(what)" : "let a program \(what) of the site")
        question.site = request.site
        question.beneficiary = request.requester
        (question.needsPassphrase, question.takesPin, question.takesFreshUnlock) = (true, true, true)
        question.isAtAuthenticator = true
        return question
    }

    func tokenVerify(_ request: TokenVerifyRequest, _ call: Call) throws(Refusal) {
        if request.permission == .persistentList, try isListToken(request) {
            noteListing(of: request.site, givesLargeBlobKeys: false, call)
            return server.send(OKReply(), to: call)
        }
        // First: a lock ends tokens, and who has none begins anew.
        let token = try checkToken(
            call.connection, request.authentication, over: request.message.span,
            for: request.permission == .persistentList ? .credentialManagement : request.permission, site: request.site)
        guard token.isVerified else { throw .tokenInvalid }
        _ = try use()
        if !request.permission.isDisjoint(with: [.credentialManagement, .persistentList]) {
            noteListing(of: request.site, givesLargeBlobKeys: true, call)
        }
        server.send(OKReply(), to: call)
    }

    private func noteListing(of site: String, givesLargeBlobKeys: Bool, _ call: Call) {
        call.connection.keys.listing = KeyListing(
            site: site, until: now + AgentLimits.nextAssertionMilliseconds, givesLargeBlobKeys: givesLargeBlobKeys)
    }

    /// This connection's token, which has authenticated `message` and is good for that.
    func checkToken(
        _ connection: Connection, _ authentication: PinAuthentication, over message: Span<UInt8>,
        for permission: TokenPermissions, site: String
    ) throws(Refusal) -> PinToken {
        guard let token = connection.keys.token, token.hasAuthenticated(message, as: authentication),
            !permission.isEmpty, token.allows(permission, site: site, at: now)
        else { throw .tokenInvalid }
        if !permission.isDisjoint(with: [.makeCredential, .getAssertion]) { token.bind(to: site) }
        return token
    }

    /// Refuses permissions that there are not, and what lists keys on all connections beside others.
    private func check(_ permissions: TokenPermissions) throws(Refusal) {
        guard permissions.isSubset(of: .supported),
            !permissions.contains(.persistentList) || permissions == .persistentList
        else { throw .permissionMissing }
    }

    /// Whether a request was authenticated by the token that lists keys on all connections (CTAP 2.2, section 6.5.2.2).
    private func isListToken(_ request: TokenVerifyRequest) throws(Refusal) -> Bool {
        try use().contents.pin.withToken { token in
            !token.isEmpty
                && request.authentication.version.inAgent.isAuthentic(
                    request.authentication.parameter.span, of: request.message.span, key: token)
        }
    }

    /// Gives the token that lists keys on all connections until the PIN is changed or the keys are reset.
    private func giveListToken(_ key: AgreedKey, _ call: Call) throws(Refusal) {
        let fresh: SharedSecret
        do {
            var bytes = try LockedBuffer(capacity: SecurityPIN.tokenBytes)
            bytes.append { Sodium.randomBytes(into: &$0, count: SecurityPIN.tokenBytes) }
            fresh = SharedSecret(try Secret(bytes))
        } catch { throw .lockedMemory }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            if contents.pin.withToken({ $0.isEmpty }) {
                try fresh.withBytes { (token: Span<UInt8>) throws(VaultError) in
                    try contents.setListToken(token, at: utc)
                }
            }
            return contents.pin
        } then: { [unowned self] pin, requester in
            answer(requester) { () throws(Refusal) in
                let sealed: [UInt8]
                do throws(SecurityKeyError) {
                    sealed = try pin.withToken { (token: Span<UInt8>) throws(SecurityKeyError) in
                        try key.key.encrypted(token)
                    }
                } catch { throw Refusal(error) }
                reply(PinTokenReply(token: sealed), to: requester)
            }
        }
    }

    /// A new token in place of this connection's last one.
    private func give(
        tokenFor permissions: TokenPermissions, at site: String, _ key: AgreedKey, _ version: PinProtocolNumber,
        isVerified: Bool, _ call: Call
    ) throws(Refusal) {
        do {
            let token = try PinToken(
                version, for: permissions, site: site.isEmpty ? nil : site, isVerified: isVerified, at: now)
            let encrypted = try token.encrypted(with: key)
            call.connection.keys.token = token
            server.send(PinTokenReply(token: encrypted), to: call)
        } catch { throw .lockedMemory }
    }
}
