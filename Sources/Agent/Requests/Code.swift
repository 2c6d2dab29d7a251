import OneTimePassword
import Platform
import Vault
import Wire

// CODE and RESPOND: what fob is asked for most.
extension Agent {
    func code(_ request: CodeRequest, _ call: Call) throws(Refusal) {
        // What merely shows codes does not keep the vault open, nor does who asks from elsewhere.
        let isForwarded = call.connection.isForwarded
        let vault = try request.flags.contains(.shown) || isForwarded ? look() : use()
        let account = try findWithCode(request.selector, in: vault, over: call.connection.listener)
        let credential = try usable(account, in: vault)
        let flags = request.flags
        // Nobody is asked for what cannot be given yet.
        if flags.contains(.fresh) { _ = try moment(for: account, credential, flags, at: utc) }
        var isAsked = isForwarded
        if let proof = account.details.consent.proof, !isForwarded {
            isAsked = !isGranted(.code(account.id), with: proof, to: call.connection.caller.session)
        }
        if isAsked {
            return try raise(
                .code, noted("give a one-time code"), for: account, grant: .code(account.id), call
            ) { [unowned self] requester in
                goOn(requester) { (call) throws(Refusal) in
                    guard let vault = open, let account = vault.contents[account.id], account.removed == 0 else {
                        throw .locked
                    }
                    try give(account, try usable(account, in: vault), flags, call)
                }
            }
        }
        try give(account, credential, flags, call)
    }

    /// The second of UTC for which a code is made. A fresh one is that of the present step, or else of the next; who wants
    /// one after that has to wait, so that nobody takes with him what is good after a lock.
    private func moment(
        for account: Vault.Account, _ credential: Vault.Credential, _ flags: CodeFlags, at utc: UInt64
    ) throws(Refusal) -> UInt64 {
        let parameters = credential.parameters
        let period = UInt64(parameters.period)
        let following = utc.addingReportingOverflow(period).partialValue
        guard flags.contains(.fresh), parameters.kind != .hotp, period > 0 else {
            return flags.contains(.next) ? following : utc
        }
        var given: UInt64 = 0
        for moment in [utc, following] {
            let code = try compute(credential) { (key, pin) throws(OneTimePasswordError) in
                try parameters.code(key: key, pin: pin, at: moment)
            }
            guard givenCodes.has(account.id, code.counter, from: code.validFrom, period: period) else { return moment }
            given = code.validFrom
        }
        throw .freshLater(given)
    }

    private func give(
        _ account: Vault.Account, _ credential: Vault.Credential, _ flags: CodeFlags, _ call: Call
    ) throws(Refusal) {
        let parameters = credential.parameters
        let utc = utc
        guard parameters.kind == .hotp else {
            let time = try moment(for: account, credential, flags, at: utc)
            let code = try compute(credential) { (key, pin) throws(OneTimePasswordError) in
                try parameters.code(key: key, pin: pin, at: time)
            }
            if code.validUntil > 0 { givenCodes.give(account.id, code.counter, until: code.validUntil, at: utc) }
            if flags.contains(.shown), let count = call.connection.shown[account.id] {
                // The line of the first tells of it; how many they were is added when the connection ends.
                call.connection.shown[account.id] = count + 1
            } else {
                if flags.contains(.shown) { call.connection.shown[account.id] = 0 }
                logCode(of: account.id, by: call.connection, at: utc)
            }
            return server.send(codeReply(code, account, parameters), to: call)
        }
        guard parameters.counter < .max else {
            throw Refusal(.badInput, "the counter of this account is used up", "get a new key from the service")
        }
        let code = try compute(credential) { (key, pin) throws(OneTimePasswordError) in
            try parameters.code(key: key, pin: pin, at: 0)
        }
        // RFC 4226: a counter is used once. It is durable before anybody sees the code.
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.advanceCounter(of: account.id, to: parameters.counter + 1, at: utc)
        } then: { [unowned self] _, requester in
            logCode(of: account.id, by: server.connection(requester.connection), at: self.utc)
            give(codeReply(code, account, parameters), to: requester)
        }
    }

    /// Answers with a code that was made before a save. One that was made before the time to lock is not given after it.
    private func give(_ code: CodeReply, to requester: Requester) {
        lockIfDue()
        guard !isLocking || lockReason == .request || lockReason == .signal else {
            return reply(.locked, to: requester)
        }
        reply(code, to: requester)
    }

    func respond(_ request: RespondRequest, _ call: Call) throws(Refusal) {
        let vault = try use()
        let account = try findWithCode(request.selector, in: vault)
        _ = try usable(account, in: vault)
        let given: SharedSecret
        let session: SharedSecret
        do {
            given = SharedSecret(try Secret(copying: request.pin))
            session = SharedSecret(try Secret(copying: request.session))
        } catch { throw .lockedMemory }
        let question = request.question
        let answer = { [unowned self] (call: Call) throws(Refusal) in
            try respond(account.id, question, given, session, call)
        }
        let subject = Challenges.Subject.code(account.id)
        guard let proof = account.details.consent.proof,
            !isGranted(subject, with: proof, to: call.connection.caller.session)
        else {
            return try answer(call)
        }
        try raise(
            .code, "answer a challenge", for: account, grant: subject, call
        ) { [unowned self] requester in
            goOn(requester, answer)
        }
    }

    private func respond(
        _ account: Identifier, _ question: String, _ given: SharedSecret, _ session: SharedSecret,
        _ call: Call
    ) throws(Refusal) {
        let vault = try use()
        guard let account = vault.contents[account], account.removed == 0 else { throw Refusal(VaultError.notFound) }
        let credential = try usable(account, in: vault)
        let parameters = credential.parameters
        let time = utc
        let code = try compute(credential) { (key, pin) throws(OneTimePasswordError) in
            try given.withBytes { (given: Span<UInt8>) throws(OneTimePasswordError) in
                try session.withBytes { (session: Span<UInt8>) throws(OneTimePasswordError) in
                    // The account's own PIN is used where none is given.
                    if given.isEmpty {
                        return try parameters.response(
                            key: key, pin: pin, question: question, session: session, at: time)
                    }
                    return try parameters.response(
                        key: key, pin: given, question: question, session: session, at: time)
                }
            }
        }
        guard parameters.usesCounter else {
            logCode(of: account.id, by: call.connection, at: time)
            return server.send(codeReply(code, account, parameters), to: call)
        }
        guard parameters.counter < .max else {
            throw Refusal(.badInput, "the counter of this account is used up", "get a new key from the service")
        }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.advanceCounter(of: account.id, to: parameters.counter + 1, at: utc)
        } then: { [unowned self] _, requester in
            logCode(of: account.id, by: server.connection(requester.connection), at: self.utc)
            give(codeReply(code, account, parameters), to: requester)
        }
    }

    // MARK: Parts

    /// The account outside the trash that a request names. Over the forwarded socket there are no others than those that
    /// are tagged for it: not even that there are is told.
    func find(
        _ selector: Selector, in contents: Contents, over listener: Listener = .agent
    ) throws(Refusal) -> Vault.Account {
        switch selector {
        case .name(let query):
            do throws(VaultError) {
                switch listener {
                case .agent: return try contents.find(query)
                case .forwarded: return try contents.find(query) { $0.isForwardable }
                }
            } catch { throw Refusal(error) }
        case .id(let id):
            guard let account = contents[id], account.removed == 0, listener == .agent || account.isForwardable else {
                throw Refusal(VaultError.notFound)
            }
            return account
        }
    }

    /// The same for who wants a code: accounts without one-time passwords, of which security keys and recovery codes make
    /// some, are in nobody's way.
    private func findWithCode(
        _ selector: Selector, in vault: OpenVault, over listener: Listener = .agent
    ) throws(Refusal) -> Vault.Account {
        // Mostly it is named in full.
        if case .name(let query) = selector, listener == .agent, let account = vault.only(named: query),
            account.hasCodes
        {
            return account
        }
        let contents = vault.contents
        let refusal: Refusal
        do throws(Refusal) {
            let account = try find(selector, in: contents, over: listener)
            guard !account.hasCodes else { return account }
            refusal = .noCredential
        } catch {
            guard error.code == .ambiguous else { throw error }
            refusal = error
        }
        guard case .name(let query) = selector else { throw refusal }
        do throws(VaultError) {
            return try contents.find(query) { account in
                account.hasCodes && (listener == .agent || account.isForwardable)
            }
        } catch {
            throw if case .ambiguous = error { Refusal(error) } else { refusal }
        }
    }

    /// Its one-time password, if it may be used now.
    private func usable(_ account: Vault.Account, in vault: OpenVault) throws(Refusal) -> Vault.Credential {
        guard account.state == .ok else { throw .needsVerification }
        guard let credential = account.credential else { throw .noCredential }
        guard !vault.clock.isOver(lifetime: account.details.lifetime, at: now) else { throw .lifetimeOver }
        return credential
    }

    private func compute(
        _ credential: Vault.Credential,
        _ compute: (Span<UInt8>, Span<UInt8>) throws(OneTimePasswordError) -> Code
    ) throws(Refusal) -> Code {
        do { return try credential.withSecrets(compute) } catch { throw Refusal(error) }
    }

    private func codeReply(_ code: Code, _ account: Vault.Account, _ parameters: Parameters) -> CodeReply {
        CodeReply(
            account: account.id, code: code.text, validFrom: code.validFrom, validUntil: code.validUntil,
            counter: code.counter, period: code.validUntil == 0 ? 0 : parameters.period)
    }
}

extension Vault.Account {
    /// Whether a code may be asked of it. One that waits to be set up again says so itself.
    fileprivate var hasCodes: Bool { credential != nil || state != .ok }
}
