import Platform
import Vault
import Wire

// KEY_SIGN: signatures for OpenSSH and for scripts.
extension Agent {
    func keySign(_ request: KeySignRequest, _ call: Call) throws(Refusal) {
        guard request.transport == .ssh || request.transport == .script else {
            throw .badSite("sites of the web are signed for by KEY_ASSERT")
        }
        let site = try KeySite(request.site, at: request.transport)
        let contents = try use().contents
        guard let key = site.keys(in: contents).first(where: { $0.has(id: request.credential) }) else { throw .noKey }
        guard !key.isPlaceholder else { throw .placeholder }
        let hash = Sodium.sha256(request.data)
        let isVerified = request.flags.contains(.verification) || key.flags.contains(.alwaysVerify)
        // A key whose owner wants no questions is asked for without one only by who wants none either.
        if !isVerified, !request.flags.contains(.presence), key.flags.contains(.noTouch) {
            return try sign(key.id, hash, [], call)
        }
        let flags: AuthenticatorData.Flags = isVerified ? [.userPresent, .userVerified] : .userPresent
        let grant = Challenges.Grant(
            subject: key.id, session: call.connection.session(for: request.requester))
        if !isVerified, challenges.isGranted(grant, at: now) { return try sign(key.id, hash, flags, call) }
        var question = Question(.signature, Self.question(request, key, contents))
        question.account = contents[key.account]
        question.key = key.id
        question.beneficiary = request.requester
        question.needsPassphrase = isVerified
        question.isRemembered = !isVerified
        try raise(question, call) { [unowned self] requester in
            goOn(requester) { (call) throws(Refusal) in try sign(key.id, hash, flags, call) }
        }
    }

    private static func question(_ request: KeySignRequest, _ key: KeyCredential, _ contents: Contents) -> String {
        let name = key.label.isEmpty ? key.userName.isEmpty ? request.site : key.userName : key.label
        guard request.transport == .ssh else { return "sign for the script's site \(request.site)" }
        let host = request.requester.host
        return "use the ssh key \(name)" + (host.isEmpty ? "" : " for \(host)")
    }

    private func sign(
        _ key: Identifier, _ hash: [32 of UInt8], _ flags: AuthenticatorData.Flags, _ call: Call
    ) throws(Refusal) {
        try use(key, for: call) { [unowned self] (key, requester) throws(Refusal) in
            let data = AuthenticatorData(of: key, flags)
            let signature = try signature(data, hash.span, key)
            log(.keySigned, key.account, outcome: .done, by: requester)
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
        _ id: Identifier, for call: Call,
        then: @escaping (KeyCredential, Requester) throws(Refusal) -> Void
    ) throws(Refusal) {
        let vault = try use()
        guard let key = vault.contents.key(id), !key.isPlaceholder else { throw .noKey }
        let utc = utc
        if key.kind == .synced {
            if call.connection.transaction == nil, utc >= key.lastUsed + AgentLimits.lastUseSeconds,
                (try? vault.contents.useKey(id, at: utc)) != nil
            {
                vault.isDirty = true
            }
            return try then(key, call.requester)
        }
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.useKey(id, at: utc)
        } then: { [unowned self] key, requester in
            answer(requester) { () throws(Refusal) in try then(key, requester) }
        }
    }
}
