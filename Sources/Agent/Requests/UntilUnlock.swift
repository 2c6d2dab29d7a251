import Platform
import Vault
import Wire

/// What is known of security keys while the vault is locked: the public halves of those of ssh, and whether there is a PIN.
/// None of it is secret, and it ends with the agent.
struct KnownKeys {
    /// The keys of ssh outside the trash, the oldest first, without their secrets.
    private(set) var ssh: [KeyCredential] = []
    /// The revision of the vault that they are of.
    private(set) var revision: UInt64 = 0
    /// A PIN is set, and its tries and length.
    private(set) var pin: (isSet: Bool, retries: UInt8, shortest: UInt8) = (false, 0, SecurityPIN.leastLength)
    /// How the authenticator is set.
    private(set) var configuration = KeyConfigurationReply()

    /// Takes note before a lock.
    mutating func note(_ contents: Contents) {
        let pin = contents.pin
        self.pin = (pin.isSet, pin.retries, pin.minimumLength)
        configuration = KeyConfigurationReply(pin)
        revision = contents.revision
        // Without the memory for it nothing is listed.
        ssh =
            (try? contents.keys.filter { KeySite(ofKey: $0.relyingParty).kind == .ssh }.map { try $0.publicHalf }) ?? []
    }
}

// Requests for security keys that come while the vault is locked: they wait for the passphrase, which one question takes.
extension Agent {
    /// Has a request wait until the vault is unlocked, and asks the owner to do that; what no person waits for is refused as
    /// it was.
    func holdUntilUnlock(
        _ refusal: Refusal, _ type: MessageType?, _ call: Call, _ body: Span<UInt8>
    ) throws(Refusal) {
        // Listeners of version 1 expect to be told at once.
        guard let type, call.connection.version > 1, var question = try question(whileLocked: type, call, body) else {
            throw refusal
        }
        question.details.insert(Sentences.unlocksToo, at: 0)
        question.needsPassphrase = true
        question.grant = nil
        // What waits must not take the memory that the unlock needs.
        try checkRoom()
        // It can have a site's secrets in it.
        let kept = try secret(body)
        let again = { [unowned self] (requester: Requester) in
            goOn(requester) { (call) throws(Refusal) in
                try kept.withBytes { (body: Span<UInt8>) throws(Refusal) in try dispatch(type, call, body) }
            }
        }
        try raise(question, call, onUnlock: again, onApproval: again)
    }

    /// Unlocks by the answer to a question that waits for that, and goes on with what it was asked for.
    func unlock(for challenge: Identifier, by passphrase: Span<UInt8>, _ call: Call) throws(Refusal) {
        _ = try answerable(challenge, by: call.connection)
        guard !passphrase.isEmpty else { throw .passphraseNeeded }
        guard !isStopping else { throw .stopping }
        let passphrase = try secret(passphrase)
        challenges.setBeingApproved(challenge, true)
        let onRefusal = { [unowned self] in challenges.setBeingApproved(challenge, false) }
        do throws(Refusal) {
            try open(by: passphrase, answering: challenge, for: call, onRefusal: onRefusal)
        } catch {
            onRefusal()
            throw error
        }
    }

    /// Goes on with all that waited for the vault to be unlocked: it was, and not by an answer to their questions.
    func resumeAfterUnlock() {
        for waiting in challenges.take(where: { $0.onUnlock != nil }) {
            if let timer = waiting.timer { timers.cancel(timer) }
            log(
                .answered, waiting.account, outcome: .withdrawn, AuditDetail.of(waiting.challenge), by: nil)
            broadcast(ChallengeEndedEvent(waiting.challenge.id, .withdrawn))
            waiting.onUnlock?()
        }
    }

    // MARK: What is asked meanwhile

    /// The question that a request would raise, as far as it is known without the vault; nil for a request that no person
    /// waits for.
    private func question(
        whileLocked type: MessageType, _ call: Call, _ body: Span<UInt8>
    ) throws(Refusal) -> Question? {
        func of<M: Message & ~Escapable>(
            _: M.Type, _ make: (M) throws(Refusal) -> Question?
        ) throws(Refusal) -> Question? {
            let request: M
            do throws(WireError) { request = try M(from: body) } catch { throw Refusal(error) }
            return try make(request)
        }
        switch type {
        case .keySign:
            return try of(KeySignRequest.self) { (request) throws(Refusal) in try question(whileLocked: request, call) }
        case .keyAssert:
            return try of(KeyAssertRequest.self) { (request) throws(Refusal) in try question(whileLocked: request, call)
            }
        case .keyCreate:
            return try of(KeyCreateRequest.self) { (request) throws(Refusal) in
                try question(whileLocked: request.key, call)
            }
        case .webAssert:
            return try of(WebAssertRequest.self) { (request) throws(Refusal) in
                webSignInQuestion(try WebCeremony(request.page))
            }
        case .webCreate:
            return try of(WebCreateRequest.self) { (request) throws(Refusal) in
                let page = try WebCeremony(request.page)
                guard var question = try question(whileLocked: Wire.NewKey(request, clientData: []), call) else {
                    return nil
                }
                page.describe(&question)
                return question
            }
        case .keyPresence: return try of(KeyPresenceRequest.self) { presenceQuestion($0) }
        case .keyReset: return try of(KeyResetRequest.self) { resetQuestion($0, count: nil) }
        case .verificationToken: return try of(VerificationTokenRequest.self) { verificationQuestion($0) }
        case .pinToken, .pinChange:
            return authenticatorQuestion(.verification, noted("use the PIN of the security keys"))
        case .pinSet: return authenticatorQuestion(.verification, Self.setsPIN)
        default: return nil
        }
    }

    private func authenticatorQuestion(_ kind: ChallengeKind, _ what: String) -> Question {
        var question = Question(kind, what)
        question.isAtAuthenticator = true
        return question
    }

    private func question(whileLocked request: KeyAssertRequest, _ call: Call) throws(Refusal) -> Question? {
        let site = try KeySite(request.site, at: request.transport)
        // U2F asks whether a key is here before anybody is to be asked, and asks again.
        guard request.transport == .ctap || request.flags.contains(.presence) else { return nil }
        guard !request.flags.isDisjoint(with: [.presence, .verification]) || !request.allowed.isEmpty else {
            return nil
        }
        try checkTokenIsKept(request.authentication, call.connection)
        return signInQuestion(site.shown, request)
    }

    private func question(whileLocked request: Wire.NewKey, _ call: Call) throws(Refusal) -> Question? {
        let site = try KeySite(request.site, at: request.transport)
        do throws(VaultError) { try checked(request, at: site) } catch { throw Refusal(error) }
        try checkTokenIsKept(request.authentication, call.connection)
        return registrationQuestion(site.shown, request)
    }

    /// A lock ends tokens: what was authenticated by one from before cannot be.
    private func checkTokenIsKept(_ authentication: PinAuthentication?, _ connection: Connection) throws(Refusal) {
        guard authentication == nil || connection.keys.token != nil else { throw .tokenInvalid }
    }

    private func question(whileLocked request: KeySignRequest, _ call: Call) throws(Refusal) -> Question? {
        let site = try KeySite(request.site, at: request.transport)
        var question: Question
        if request.transport == .script {
            question = Self.question(script: request, nil, Sodium.sha256(request.data))
        } else if let key = knownKeys.ssh.first(where: { $0.has(id: request.credential) }) {
            guard !key.isPlaceholder else { throw .placeholder }
            let purpose = SSHPurpose(request.data, key: key)
            try call.connection.ssh.check(purpose, against: key)
            question = try Self.question(purpose, key, call.connection.ssh)
        } else {
            // Nothing is known of it before the first unlock.
            question = Question(.signature, "use an ssh key")
            question.label = site.name
            question.isForwarded = !call.connection.ssh.hops.isEmpty
            question.hops = call.connection.ssh.hops.map(\.host)
        }
        question.beneficiary = request.requester
        return question
    }
}
