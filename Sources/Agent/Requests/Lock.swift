import Platform
import Vault
import Wire

// LOCK, and every other lock.
extension Agent {
    func lockRequest(_: LockRequest, _ call: Call) throws(Refusal) {
        lockWaiters.append(hold(call))
        lock(.request)
    }

    /// Locks: wipes every secret. What has been asked for by then is saved first; while that lasts every request is
    /// told that the vault is locked.
    func lock(_ reason: LockReason) {
        lockEpoch += 1
        // Also where there is no vault yet: an opened file is as secret.
        for connection in server.all {
            connection.dropRestore()
            connection.wrongSecret = nil
            connection.keys = KeySession()
        }
        dropMessages()
        if open != nil, !isLocking {
            isLocking = true
            lockReason = reason
            challenges.forgetGrants()
            recentUnlock = nil
            for challenge in challenges.take(where: { _ in true }) { end(challenge, .withdrawn) }
            exports.removeAll()
            for connection in server.all { connection.transaction = nil }
            // Before the last save, so that the vault remembers it.
            logLock(reason)
            if let vault = open { vault.needsAnchor = true }
            startSave()
        }
        if lockTimer == nil {
            lockTimer = timers.add(at: now + AgentLimits.lockMilliseconds) { [unowned self] in
                lockTimer = nil
                finishLock(isOverdue: true)
            }
        }
        finishLock()
    }

    private func logLock(_ reason: LockReason) {
        let outcome: AuditOutcome =
            switch reason {
            case .request: .request
            case .idle: .idle
            case .absolute: .absolute
            case .signal: .signal
            case .shutdown: .shutdown
            }
        for connection in server.all { logShown(connection) }
        audit.flushFolded()
        log(.locked, outcome: outcome)
    }

    /// Completes a lock once no worker has a secret in hand.
    ///
    /// - Parameter isOverdue: it has waited for workers as long as it may. What they hold goes when they end, and what
    ///   comes of it is dropped.
    func finishLock(isOverdue: Bool = false) {
        if let vault = open, isLocking {
            if !isOverdue {
                guard !vault.isSaving else { return }
                if vault.isDirty { return startSave() }
            } else if vault.isSaving {
                lateSave = vault
            }
            for waiter in vault.waitingForNext { waiter(.locked) }
            vault.waitingForNext = []
            vault.needsAnchor = false
            // The last moment at which what has changed can be sealed.
            if backups.schedule.isDue, vault.durable.backupKeys != nil { startSealing() }
            backups.schedule.stop()
            lastRevision = max(lastRevision, vault.contents.revision)
            knownKeys.note(vault.contents)
            open = nil
            isLocking = false
            hasJustLocked = true
            broadcast(LockedEvent(lockReason))
            manager.status("locked")
        }
        // A derivation that was running when the lock came still has a passphrase in hand. One of a file from elsewhere has
        // nothing of the vault.
        if completions.ownCount > 0 {
            guard isOverdue else { return }
            warnings[.stillAtWork] = Sentences.stillAtWork
        } else if let timer = lockTimer {
            timers.cancel(timer)
            lockTimer = nil
        }
        let waiting = lockWaiters
        lockWaiters.removeAll()
        for held in waiting { reply(OKReply(), to: held.requester) }
    }
}
