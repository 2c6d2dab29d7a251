import Platform
import Vault
import Wire

// PIN_TOKEN, UV_TOKEN, TOKEN_VERIFY: that the owner was verified, by the PIN or the passphrase.
extension Agent {
    func pinToken(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(PinTokenRequest.self, body)
        try checkTries(of: use().contents.pin)
        guard request.permissions.isSubset(of: .supported) else { throw .permissionMissing }
        let key = try agreedKey(connection, request.version, request.platformKey)
        try checkPin(request.pinHash, key, connection, id) { [unowned self] (connection, id) throws(Refusal) in
            try give(
                tokenFor: request.permissions, at: request.site, key, request.version, connection, id)
        }
    }

    func verificationToken(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(VerificationTokenRequest.self, body)
        _ = try use()
        guard !request.permissions.isEmpty, request.permissions.isSubset(of: .supported) else {
            throw .permissionMissing
        }
        let key = try agreedKey(connection, request.version, request.platformKey)
        let what = request.permissions.contains(.credentialManagement) ? "manage security keys" : "use security keys"
        var question = Question(
            .verification, request.site.isEmpty ? "let a program \(what)" : "let a program \(what) of \(request.site)")
        question.beneficiary = request.requester.processID
        question.needsPassphrase = true
        try raise(question, connection, id) { [unowned self] requester in
            goOn(requester) { (connection, id) throws(Refusal) in
                try give(tokenFor: request.permissions, at: request.site, key, request.version, connection, id)
            }
        }
    }

    func tokenVerify(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(TokenVerifyRequest.self, body)
        _ = try use()
        _ = try checkToken(
            connection, request.authentication, over: request.message.span, for: request.permission,
            site: request.site)
        server.send(OKReply(), to: connection, request: id)
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
        _ connection: Connection, _ id: UInt32
    ) throws(Refusal) {
        do {
            let token = try PinToken(version, for: permissions, site: site.isEmpty ? nil : site, at: now)
            let encrypted = try token.encrypted(with: key)
            connection.keys.token = token
            server.send(PinTokenReply(token: encrypted), to: connection, request: id)
        } catch { throw .lockedMemory }
    }
}
