import Age
import Platform
import Vault
import Wire

// INIT and UNLOCK: what opens a vault.
extension Agent {
    private struct Opened: Sendable {
        let contents: Contents
        let owner: OwnerKey
        /// Made for a vault that has none yet.
        let key: Vault.UnlockMethod?
    }

    // MARK: INIT

    func initialize(_ request: InitializeRequest, _ call: Call) throws(Refusal) {
        if !hasVault { lookForVault() }
        guard !hasVault else { throw .hasVault }
        guard remains == nil else { throw .vaultMissing }
        guard !isStopping else { throw .stopping }
        // Also while the first save of a new vault is in flight: then there is one, though not yet as a file.
        guard !isOpening, !isLocking, open == nil, lateSave == nil else { throw .busyOpening }
        var attempt = Attempt(passphrase: try newPassphrase(request.passphrase, call))
        attempt.isCheap = configuration.cheapDerivation
        attempt.utc = utc
        let held = hold(call)
        isOpening = true
        try offload(attempt, on: derivations, for: held, Self.create) { [unowned self] in
            isOpening = false
        } then: { [unowned self] result throws(Refusal) in
            let contents = try result.made()
            try checkNotLocked(since: held)
            // A vault may have been put there meanwhile.
            lookForVault()
            guard !hasVault else { throw .hasVault }
            found(contents, by: held) { [unowned self] requester in
                log(.created, outcome: .done, by: requester)
                reply(OKReply(), to: requester)
            }
        }
    }

    /// Saves a new vault, which is open from then on.
    func found(_ contents: Contents, by held: Held, then: @escaping (Requester) -> Void) {
        var contents = contents
        contents.continueRevisions(after: lastRevision)
        let vault = OpenVault(contents, at: now, utc: utc)
        open = vault
        if let caller = server.connection(held.requester.connection)?.caller {
            // Whoever has chosen the secret knows it.
            noteRightSecret(Guess(caller: caller, guesser: wrongPassphrases.guesser(caller)))
            recentUnlock = RecentUnlock(by: caller.session, at: now)
        }
        vault.isDirty = true
        vault.waitingForNext.append { [unowned self] refusal in
            let requester = held.requester
            if let refusal {
                // Nothing is left to lock.
                open = nil
                isLocking = false
                return reply(refusal, to: requester)
            }
            lookForVault()
            then(requester)
            broadcast(UnlockedEvent())
            manager.status("unlocked")
        }
    }

    private static let create: @Sendable (Attempt) -> Result<Contents, VaultError> = { attempt in
        Result { () throws(VaultError) in
            let ways = try attempt.ways()
            var contents = try Contents(unlockMethod: ways.passphrase, ways.key, at: attempt.utc)
            _ = try contents.certify(by: ways.owner, at: attempt.utc)
            return contents
        }
    }

    // MARK: UNLOCK

    func unlock(_ request: UnlockRequest, _ call: Call) throws(Refusal) {
        if open == nil { lookForVault() }
        guard hasVault else { throw remains == nil ? .noVault : .vaultMissing }
        guard !isStopping else { throw .stopping }
        if request.method == .code {
            return try unlock(byCode: try secret(request.secret), for: call)
        }
        if request.method == .hardware || request.method == .identity {
            return try unlock(by: request.method, try secret(request.secret), for: call)
        }
        if open != nil, !isLocking {
            let passphrase = try secret(request.secret)
            return try check(passphrase, for: call) { [unowned self] requester, _ in
                // A fresh proof: the times begin anew, and so do the lifetimes of accounts.
                if let vault = open {
                    let settings = vault.contents.settings
                    vault.clock = LockClock(idle: settings.idleSeconds, absolute: settings.absoluteSeconds, at: now)
                }
                let connection = server.connection(requester.connection)
                recentUnlock = connection.map { RecentUnlock(by: $0.caller.session, at: now) }
                log(.unlocked, outcome: .done, by: connection)
                reply(OKReply(), to: requester)
            }
        }
        try open(by: try secret(request.secret), for: call)
    }

    /// Opens the vault, which is locked, by its passphrase.
    ///
    /// - Parameters:
    ///   - challenge: the question that is answered by it.
    ///   - onRefusal: called when it stays locked.
    func open(
        by passphrase: SharedSecret, answering challenge: Identifier? = nil, for call: Call,
        onRefusal: @escaping () -> Void = {}
    ) throws(Refusal) {
        guard !isOpening, !isLocking, lateSave == nil else { throw .busyOpening }
        var attempt = Attempt(passphrase: passphrase)
        attempt.utc = utc
        attempt.isCheap = configuration.cheapDerivation
        do { attempt.sealed = try store.load() } catch { throw Refusal(error) }
        // Several callers may try at once: one who tries wrong passphrases without end must not keep the owner out.
        try tryGuess(
            attempt, for: call,
            { [store] attempt -> Result<Opened, VaultError> in
                Result { () throws(VaultError) in
                    try attempt.passphrase.withBytes { (passphrase: Span<UInt8>) throws(VaultError) in
                        let identity = try Self.identity(of: attempt.sealed, passphrase, store)
                        let contents = try VaultFile.open(attempt.sealed.span, with: identity)
                        let owner = try OwnerKey(identity)
                        guard contents.recoveryKey == nil else {
                            return Opened(contents: contents, owner: owner, key: nil)
                        }
                        // Once in the life of a vault that is older than these keys; without the memory for it, later.
                        let key = try? RecoveryKey.make(for: passphrase, isCheap: attempt.isCheap, at: attempt.utc)
                        return Opened(contents: contents, owner: owner, key: key)
                    }
                }
            }
        ) { [unowned self] result, held, guess throws(Refusal) in
            guard case .success(let found) = result, held.epoch == lockEpoch else {
                onRefusal()
                switch result {
                case .success: throw .locked
                case .failure(.noMatch): return refuseWrongSecret(.wrongPassphrase, held, guess)
                case .failure(let error):
                    log(.unlocked, outcome: .failed, by: held.requester)
                    throw Refusal(error)
                }
            }
            // Whoever knew the passphrase has gone: what they answered stays unanswered.
            let answerer = server.connection(held.requester.connection)
            let answered = answerer.flatMap { _ in challenge.flatMap { challenges.take($0) } }
            opened(found, held.requester, guess)
            if let answered { end(answered, .approved, by: answerer) }
        }
    }

    /// What the passphrase gives for the vault's file.
    ///
    /// - Throws: `noMatch`; `damaged` also for a file without a sum that was opened by it before.
    private static func identity(
        of sealed: [UInt8], _ passphrase: Span<UInt8>, _ store: Store
    ) throws(VaultError) -> X25519Identity {
        do throws(VaultError) {
            return try VaultFile.identity(of: sealed.span, passphrase: passphrase)
        } catch {
            guard error == .noMatch, let copy = try? store.newestCopy(),
                VaultFile.isDamaged(sealed.span, beside: copy.span, passphrase: passphrase)
            else { throw error }
            throw .damaged("its header")
        }
    }

    private func opened(_ found: Opened, _ requester: Requester, _ guess: Guess) {
        noteRightSecret(guess)
        log(.unlocked, outcome: .done, by: guess.caller)
        recentUnlock = RecentUnlock(by: guess.caller.session, at: now)
        reply(OKReply(), to: requester)
        // Somebody else may have been faster: what is open already, with all changes since, stays.
        if open == nil { admit(found.contents, with: found.key, by: found.owner) }
    }

    /// Looks whether the wall clock was set since the vault was unlocked.
    func lookForStep() {
        guard let open, configuration.fixedTime == nil else { return }
        let step = open.wall.step(utc: utc, at: now)
        warnings[.clockStep] = step == 0 ? nil : Sentences.clockStep(step)
    }

    /// Has the vault open from here on.
    ///
    /// - Parameters:
    ///   - key: the recovery key of a vault that had none.
    ///   - owner: of the passphrase, when that was given.
    func admit(_ contents: Contents, with key: Vault.UnlockMethod? = nil, by owner: OwnerKey? = nil) {
        var contents = contents
        contents.continueRevisions(after: lastRevision)
        let vault = OpenVault(contents, at: now, utc: utc)
        open = vault
        warnings[.rolledBack] = nil
        lookForRollback(of: vault, loaded: contents.generation, upTo: store.highestGeneration())
        let revision = vault.contents.revision
        let before = vault.contents
        let leap = contents.clockLeap(at: utc)
        warnings[.clock] = leap == 0 ? nil : Sentences.clockLeap(leap)
        warnings[.clockStep] = nil
        warnings[.readOnly] = store.isReadOnly ? Sentences.readOnly : nil
        do {
            let calendar = contents.calendar(at: utc)
            if !store.isReadOnly {
                try vault.contents.purgeTrash(at: calendar)
                try vault.contents.purgeSuperseded(at: calendar)
            }
            if let key, !store.isReadOnly { try vault.contents.put(key, at: utc) }
            if let owner, !store.isReadOnly { _ = try vault.contents.certify(by: owner, at: utc) }
        } catch { vault.contents = before }
        vault.isDirty = vault.contents.revision != revision
        resumeAudit(of: vault)
        lookForBackupDue()
        broadcast(UnlockedEvent())
        manager.status("unlocked")
        compareLines()
        resumeAfterUnlock()
    }

    /// Tells, once, that an older vault was put back than the one of the save `highest`, and numbers the next one above
    /// that.
    func lookForRollback(of vault: OpenVault, loaded: UInt64, upTo highest: UInt64) {
        guard loaded < highest, vault === open, vault.highest < highest else { return }
        if vault.highest == 0 { log(.rolledBack, outcome: .done) }
        vault.highest = highest
        warnings[.rolledBack] = Sentences.rolledBack(from: highest, to: loaded)
        try? finished.forgetHistory()
        vault.contents.continueGenerations(after: highest)
    }
}
