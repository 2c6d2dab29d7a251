import Age
import Platform
import Vault
import Wire

// INIT, UNLOCK, LOCK, PASSPHRASE, SETTINGS: what opens and closes the vault.
extension Agent {
    /// What a derivation is given, and drops when it is done.
    private struct Attempt: Sendable {
        let passphrase: SharedSecret
        var replacement: SharedSecret?
        var sealed: [UInt8] = []
        var isCheap = false
        var utc: UInt64 = 0
        var derivations: [Vault.UnlockMethod] = []

        /// The unlock methods of the passphrase: itself, under a new salt, and the file that it opens with stock age.
        func ways() throws(VaultError) -> PassphraseWays {
            try passphrase.withBytes { (passphrase: Span<UInt8>) throws(VaultError) in
                let derivation = try isCheap ? PassphraseDerivation.cheapest() : .calibrated()
                return PassphraseWays(
                    passphrase: Vault.UnlockMethod(
                        source: .passphrase(derivation), label: "passphrase",
                        recipient: try derivation.identity(passphrase).recipient, at: utc),
                    key: try RecoveryKey.make(for: passphrase, isCheap: isCheap, at: utc))
            }
        }
    }

    private struct PassphraseWays: Sendable {
        let passphrase: Vault.UnlockMethod
        let key: Vault.UnlockMethod
    }

    private struct Opened: Sendable {
        let contents: Contents
        /// Made for a vault that has none yet.
        let key: Vault.UnlockMethod?
    }

    func secret(_ bytes: Span<UInt8>) throws(Refusal) -> SharedSecret {
        do { return SharedSecret(try Secret(copying: bytes)) } catch { throw .lockedMemory }
    }

    // MARK: INIT

    func initialize(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(InitializeRequest.self, body)
        if !hasVault { lookForVault() }
        guard !hasVault else { throw .hasVault }
        guard !isStopping else { throw .stopping }
        // Also while the first save of a new vault is in flight: then there is one, though not yet as a file.
        guard !isOpening, !isLocking, open == nil else { throw .busyOpening }
        var attempt = Attempt(passphrase: try secret(request.passphrase))
        attempt.isCheap = configuration.cheapDerivation
        attempt.utc = utc
        let requester = hold(connection, id)
        isOpening = true
        let epoch = lockEpoch
        let accepted = completions.run(on: derivations, attempt, Self.create) { [unowned self] result in
            isOpening = false
            guard epoch == lockEpoch, case .success(let contents) = result else {
                release(requester)
                if case .failure(let error) = result { return reply(Refusal(error), to: requester) }
                return reply(Refusal.locked, to: requester)
            }
            // A vault may have been put there meanwhile.
            lookForVault()
            guard !hasVault else { return refuseHeld(.hasVault, requester) }
            found(contents, by: requester) { [unowned self] requester in
                log(.created, outcome: .done, by: server.connection(requester.connection))
                reply(OKReply(), to: requester)
            }
        }
        if !accepted {
            isOpening = false
            release(requester)
            throw .tooManyDerivations
        }
    }

    /// Saves a new vault, which is open from then on.
    func found(_ contents: Contents, by requester: Requester, then: @escaping (Requester) -> Void) {
        let vault = OpenVault(contents, at: now)
        open = vault
        recentUnlock = server.connection(requester.connection).map { RecentUnlock(by: $0.caller.session, at: now) }
        vault.isDirty = true
        vault.waitingForNext.append { [unowned self] refusal in
            release(requester)
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
            return try Contents(unlockMethod: ways.passphrase, ways.key, at: attempt.utc)
        }
    }

    private static func recipient(
        of passphrase: SharedSecret, _ derivation: PassphraseDerivation
    ) throws(VaultError) -> X25519Recipient {
        try passphrase.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            try derivation.identity(bytes).recipient
        }
    }

    // MARK: UNLOCK

    func unlock(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(UnlockRequest.self, body)
        if !hasVault { lookForVault() }
        guard hasVault else { throw .noVault }
        guard !isStopping else { throw .stopping }
        if request.method == .code {
            return try unlock(byCode: try secret(request.secret), for: connection, id)
        }
        if open != nil, !isLocking {
            let passphrase = try secret(request.secret)
            return try check(passphrase, for: connection, id) { [unowned self] requester in
                // A fresh proof: the times begin anew, and so do the lifetimes of accounts.
                if let vault = open {
                    let settings = vault.contents.settings
                    vault.clock = LockClock(idle: settings.idleSeconds, absolute: settings.absoluteSeconds, at: now)
                }
                let connection = server.connection(requester.connection)
                recentUnlock = connection.map { RecentUnlock(by: $0.caller.session, at: now) }
                wrongPins = 0
                log(.unlocked, outcome: .done, by: connection)
                reply(OKReply(), to: requester)
            }
        }
        guard !isStopping else { throw .stopping }
        guard !isOpening, !isLocking else { throw .busyOpening }
        var attempt = Attempt(passphrase: try secret(request.secret))
        attempt.utc = utc
        attempt.isCheap = configuration.cheapDerivation
        do { attempt.sealed = try store.load() } catch { throw Refusal(error) }
        let caller = connection.caller
        guard wrongPassphrases.begin(caller.session, at: now) else { throw .callerMustWait }
        let requester = hold(connection, id)
        // Several callers may try at once: one who tries wrong passphrases without end must not keep the owner out.
        let epoch = lockEpoch
        let accepted = completions.run(
            on: derivations, attempt,
            { attempt -> Result<Opened, VaultError> in
                Result { () throws(VaultError) in
                    try attempt.passphrase.withBytes { (passphrase: Span<UInt8>) throws(VaultError) in
                        let contents = try VaultFile.open(attempt.sealed.span, passphrase: passphrase)
                        guard contents.recoveryKey == nil else { return Opened(contents: contents, key: nil) }
                        // Once in the life of a vault that is older than these keys; without the memory for it, later.
                        let key = try? RecoveryKey.make(for: passphrase, isCheap: attempt.isCheap, at: attempt.utc)
                        return Opened(contents: contents, key: key)
                    }
                }
            }
        ) { [unowned self] result in
            wrongPassphrases.finish(caller.session)
            switch result {
            case .success(let found) where epoch == lockEpoch: opened(found, requester, caller)
            case .success: refuseHeld(.locked, requester)
            case .failure(.noMatch): refuseWrongSecret(.wrongPassphrase, requester, caller)
            case .failure(let error):
                log(.unlocked, outcome: .failed, by: server.connection(requester.connection))
                refuseHeld(Refusal(error), requester)
            }
        }
        if !accepted {
            wrongPassphrases.finish(caller.session)
            release(requester)
            throw .tooManyDerivations
        }
    }

    private func opened(_ found: Opened, _ requester: Requester, _ caller: Caller) {
        wrongPassphrases.forget(caller.session)
        log(.unlocked, outcome: .done, by: caller)
        recentUnlock = RecentUnlock(by: caller.session, at: now)
        wrongPins = 0
        release(requester)
        reply(OKReply(), to: requester)
        // Somebody else may have been faster: what is open already, with all changes since, stays.
        if open == nil { admit(found.contents, with: found.key) }
    }

    /// Has the vault open from here on.
    func admit(_ contents: Contents, with key: Vault.UnlockMethod? = nil) {
        let vault = OpenVault(contents, at: now)
        open = vault
        let highest = store.highestGeneration()
        if contents.generation < highest {
            warnings[.rolledBack] = Sentences.rolledBack(from: highest, to: contents.generation)
            log(.rolledBack, outcome: .done)
            vault.contents.continueGenerations(after: highest)
        } else {
            warnings[.rolledBack] = nil
        }
        let revision = vault.contents.revision
        let before = vault.contents
        do {
            try vault.contents.purgeTrash(at: utc)
            try vault.contents.purgeSuperseded(at: utc)
            if let key { try vault.contents.put(key, at: utc) }
        } catch { vault.contents = before }
        vault.isDirty = vault.contents.revision != revision
        lookForBackupDue()
        broadcast(UnlockedEvent())
        manager.status("unlocked")
    }

    func refuseHeld(_ refusal: Refusal, _ requester: Requester) {
        release(requester)
        reply(refusal, to: requester)
    }

    /// The refusal is held back, for this caller only.
    func refuseWrongSecret(_ refusal: Refusal, _ requester: Requester, _ caller: Caller) {
        // Also when the guesser has gone: that must neither hide it nor be cheaper than waiting.
        log(.unlocked, outcome: .refused, by: caller)
        let wait = wrongPassphrases.note(caller.session, at: now)
        delayed.append(
            (
                now + wait,
                { [unowned self] in refuseHeld(refusal, requester) }
            ))
    }

    /// Derives from a passphrase whether it is one of the vault's, and calls `then` if so.
    func check(
        _ passphrase: SharedSecret, for connection: Connection, _ id: UInt32,
        onRefusal: @escaping () -> Void = {}, then: @escaping (Requester) -> Void
    ) throws(Refusal) {
        let vault = try use()
        var attempt = Attempt(passphrase: passphrase)
        attempt.derivations = vault.contents.unlockMethods
        let caller = connection.caller
        guard wrongPassphrases.begin(caller.session, at: now) else { throw .callerMustWait }
        let requester = hold(connection, id)
        let epoch = lockEpoch
        let accepted = completions.run(on: derivations, attempt, Self.matches) { [unowned self] matches in
            wrongPassphrases.finish(caller.session)
            guard matches else {
                onRefusal()
                return refuseWrongSecret(.wrongPassphrase, requester, caller)
            }
            wrongPassphrases.forget(caller.session)
            guard epoch == lockEpoch else { return refuseHeld(.locked, requester) }
            release(requester)
            then(requester)
        }
        if !accepted {
            wrongPassphrases.finish(caller.session)
            release(requester)
            throw .tooManyDerivations
        }
    }

    private static let matches: @Sendable (Attempt) -> Bool = { attempt in
        attempt.derivations.contains { way in
            guard case .passphrase(let derivation) = way.source else { return false }
            return (try? recipient(of: attempt.passphrase, derivation)) == way.recipient
        }
    }

    // MARK: PASSPHRASE

    func passphrase(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(PassphraseRequest.self, body)
        guard connection.transaction == nil else { throw .staging }
        let new = try secret(request.new)
        guard !request.old.isEmpty else {
            // Who has lost the passphrase has just proved by a recovery code to be the owner.
            _ = try use()
            guard connection.unlockedByCode == lockEpoch else { throw .wrongPassphrase }
            return try replacePassphrase(by: new, as: .passphrase, for: connection, id)
        }
        let old = try secret(request.old)
        try check(old, for: connection, id) { [unowned self] requester in
            guard !isStopping, let connection = server.connection(requester.connection) else { return }
            do throws(Refusal) {
                try replacePassphrase(by: new, as: .passphrase, for: connection, id)
            } catch { reply(error, to: requester) }
        }
    }

    /// Seals to what `new` gives under a new salt; it may be the passphrase that there is.
    func replacePassphrase(
        by new: SharedSecret, as event: AuditEvent, for connection: Connection, _ id: UInt32
    ) throws(Refusal) {
        var attempt = Attempt(passphrase: new)
        attempt.utc = utc
        attempt.isCheap = configuration.cheapDerivation
        let requester = hold(connection, id)
        let epoch = lockEpoch
        let accepted = completions.run(
            on: derivations, attempt,
            { attempt -> Result<PassphraseWays, VaultError> in
                Result { () throws(VaultError) in try attempt.ways() }
            }
        ) { [unowned self] result in
            release(requester)
            guard let connection = server.connection(requester.connection) else { return }
            do throws(Refusal) {
                guard epoch == lockEpoch else { throw .locked }
                let ways: PassphraseWays
                switch result {
                case .success(let made): ways = made
                case .failure(let error): throw Refusal(error)
                }
                let utc = utc
                try change(for: connection, id) { (contents: inout Contents) throws(VaultError) in
                    try contents.replacePassphrase(by: ways.passphrase, ways.key, at: utc)
                } then: { [unowned self] _, requester in
                    let connection = server.connection(requester.connection)
                    connection?.unlockedByCode = nil
                    log(event, outcome: .done, by: connection)
                    reply(OKReply(), to: requester)
                    backupsAreOld()
                }
            } catch { reply(error, to: requester) }
        }
        if !accepted {
            release(requester)
            throw .tooManyDerivations
        }
    }

    // MARK: LOCK

    func lockRequest(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        _ = try read(LockRequest.self, body)
        lockWaiters.append(hold(connection, id))
        lock(.request)
    }

    /// Locks: wipes every secret. What has been asked for by then is saved first; while that lasts every request is
    /// told that the vault is locked.
    func lock(_ reason: LockReason) {
        lockEpoch += 1
        // Also where there is no vault yet: an opened file is as secret.
        for connection in server.all {
            connection.restore = nil
            connection.keys = KeySession()
        }
        if open != nil, !isLocking {
            isLocking = true
            lockReason = reason
            challenges.forgetGrants()
            recentUnlock = nil
            for challenge in challenges.take(where: { _ in true }) { end(challenge, .withdrawn) }
            exports.removeAll()
            for connection in server.all { connection.transaction = nil }
            startSave()
        }
        finishLock()
    }

    /// Completes a lock once no worker has a secret in hand.
    func finishLock() {
        if let vault = open, isLocking {
            guard !vault.isSaving else { return }
            if vault.isDirty { return startSave() }
            // The last moment at which what has changed can be sealed.
            if backups.schedule.isDue, vault.durable.backupKeys != nil { startSealing() }
            backups.schedule.stop()
            open = nil
            isLocking = false
            hasJustLocked = true
            let outcome: AuditOutcome =
                switch lockReason {
                case .request: .request
                case .idle: .idle
                case .absolute: .absolute
                case .signal: .signal
                case .shutdown: .shutdown
                }
            log(.locked, outcome: outcome)
            broadcast(LockedEvent(lockReason))
            manager.status("locked")
        }
        // A derivation that was running when the lock came still has a passphrase in hand.
        guard completions.count == 0 else { return }
        for requester in lockWaiters {
            release(requester)
            reply(OKReply(), to: requester)
        }
        lockWaiters.removeAll()
    }
}
