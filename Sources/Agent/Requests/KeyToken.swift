import Platform
import Vault
import Wire

// PIN_TOKEN, UV_TOKEN, TOKEN_VERIFY: that the owner was verified, by the PIN or the passphrase.
extension Agent {
    func pinToken(_ request: PinTokenRequest, _ call: Call) throws(Refusal) {
        try checkTries(of: use().contents.pin, by: call.connection)
        guard request.permissions.isSubset(of: .supported) else { throw .permissionMissing }
        let key = try agreedKey(call.connection, request.version, request.platformKey)
        try checkPin(request.pinHash, key, call) { [unowned self] (call) throws(Refusal) in
            try give(
                tokenFor: request.permissions, at: request.site, key, request.version, isVerified: true, call)
        }
    }

    func verificationToken(_ request: VerificationTokenRequest, _ call: Call) throws(Refusal) {
        guard hasVault || open != nil else { throw .noVault }
        guard !request.permissions.isEmpty, request.permissions.isSubset(of: .supported) else {
            throw .permissionMissing
        }
        let key = try agreedKey(call.connection, request.version, request.platformKey)
        // What such a token is for asks a question of its own, which says more: that one verifies the owner.
        if request.permissions.isSubset(of: [.makeCredential, .getAssertion]), !request.site.isEmpty {
            return try give(
                tokenFor: request.permissions, at: request.site, key, request.version, isVerified: false, call)
        }
        _ = try use()
        try raise(verificationQuestion(request), call) { [unowned self] requester in
            goOn(requester) { (call) throws(Refusal) in
                try give(tokenFor: request.permissions, at: request.site, key, request.version, isVerified: true, call)
            }
        }
    }

    /// What the owner is asked before a token that is for more than the keys of one site.
    func verificationQuestion(_ request: VerificationTokenRequest) -> Question {
        let what = request.permissions.contains(.credentialManagement) ? "manage security keys" : "use security keys"
        var question = Question(
            .verification, request.site.isEmpty ? "let a program \(what)" : "let a program \(what) of the site")
        question.site = request.site
        question.beneficiary = request.requester
        (question.needsPassphrase, question.takesPin, question.takesFreshUnlock) = (true, true, true)
        question.isAtAuthenticator = true
        return question
    }

    func tokenVerify(_ request: TokenVerifyRequest, _ call: Call) throws(Refusal) {
        // First: a lock ends tokens, and who has none begins anew.
        let token = try checkToken(
            call.connection, request.authentication, over: request.message.span, for: request.permission,
            site: request.site)
        guard token.isVerified else { throw .tokenInvalid }
        _ = try use()
        server.send(OKReply(), to: call)
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
