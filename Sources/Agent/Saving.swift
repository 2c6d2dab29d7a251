import Platform
import Vault
import Wire

extension Agent {
    /// The open vault, which the request uses: its idle time begins anew.
    func use() throws(Refusal) -> OpenVault {
        let open = try look()
        open.clock.usedAt = now
        return open
    }

    /// The open vault, of which something is only shown: its idle time goes on.
    func look() throws(Refusal) -> OpenVault {
        lockIfDue()
        guard let open, !isLocking else { throw hasVault ? .locked : .noVault }
        return open
    }

    /// Locks when it is time. Whatever has waited, for a turn or over a night, is looked at after this: the clock is read
    /// here, and not when the turn began.
    func lockIfDue() {
        guard !isLocking, let reason = open?.clock.isOver(at: server.readClock()) else { return }
        lock(reason == .idle ? .idle : .absolute)
    }

    /// Refuses what would make the vault larger when secrets take all that they may: one that fills the memory could
    /// not be opened again.
    func checkRoom() throws(Refusal) {
        guard let memory = try? Memory.report(), memory.bytesInUse < memory.most / AgentLimits.restingPart else {
            throw .lockedMemory
        }
    }

    /// Changes the vault, and calls `reply` with what `change` returned once that is durable. When it cannot be saved
    /// the vault is as it was, and the request is refused.
    ///
    /// - Parameter onRefusal: called, too, when it could not be saved.
    func change<Answer>(
        for call: Call, onRefusal: @escaping () -> Void = {},
        _ change: (inout Contents) throws(VaultError) -> Answer,
        then reply: @escaping (Answer, Requester) -> Void
    ) throws(Refusal) {
        let vault = try use()
        guard call.connection.transaction == nil else { throw .staging }
        let before = vault.contents
        let answer: Answer
        do { answer = try change(&vault.contents) } catch {
            vault.contents = before
            throw Refusal(error)
        }
        guard vault.contents.revision != before.revision else {
            return reply(answer, call.requester)
        }
        vault.isDirty = true
        let held = hold(call)
        vault.waitingForNext.append { [unowned self] refusal in
            guard let refusal else { return reply(answer, held.requester) }
            onRefusal()
            self.reply(refusal, to: held.requester)
        }
    }

    /// What the thread that saves is given.
    private struct Job: Sendable {
        let contents: Contents
        /// What was saved last.
        let durable: Contents
        let store: Store
        let utc: UInt64
        /// Files of the audit log with lines that the contents remember.
        let logs: [String]
        /// Nothing but the place in the audit log is new.
        let isAnchor: Bool

        func save() -> SaveFailure? {
            do {
                let sealed = try VaultFile.seal(contents)
                try store.save(
                    sealed, generation: contents.generation, at: utc, after: logs, keepingCurrent: !isAnchor,
                    of: contents.vault, calendar: contents.calendar(at: utc))
                return nil
            } catch StoreError.replaced(let path, _) {
                // What others have taken the place of is kept beside it.
                let kept = try? store.keepAside(
                    VaultFile.seal(durable), generation: durable.generation, at: durable.saved)
                return .store(.replaced(path: path, kept: kept))
            } catch let error as StoreError {
                return .store(error)
            } catch let error as VaultError {
                return .vault(error)
            } catch {
                return .vault(.damaged("it could not be sealed"))
            }
        }
    }

    private enum SaveFailure: Sendable {
        case store(StoreError)
        case vault(VaultError)

        /// The vault's file was replaced by something else.
        var isReplaced: Bool {
            guard case .store(.replaced) = self else { return false }
            return true
        }

        var refusal: Refusal {
            switch self {
            case .store(let error): Refusal(error)
            case .vault(let error): Refusal(error)
            }
        }
    }

    /// Begins a save of all changes since the last one, unless one is in flight: requests share saves.
    func startSave() {
        guard let vault = open, vault.isDirty || vault.needsAnchor, !vault.isSaving else { return }
        // Nothing is asked of a file system that takes no writes: codes that need none are given.
        if !vault.isDirty, store.isReadOnly { return vault.needsAnchor = false }
        let isAnchor = !vault.isDirty
        vault.isDirty = false
        vault.needsAnchor = false
        vault.isSaving = true
        vault.waitingForSave = vault.waitingForNext
        vault.waitingForNext = []
        let utc = utc
        do {
            try noteAudit(in: vault, at: utc)
            if isAnchor {
                try vault.contents.prepareAnchor(at: utc)
            } else {
                try vault.contents.prepareSave(
                    auditSequence: vault.contents.auditSequence, auditHash: vault.contents.auditHash, at: utc)
            }
        } catch { return saved(vault, nil, Refusal(error)) }
        let contents = vault.contents
        do throws(Refusal) {
            let job = Job(
                contents: contents, durable: vault.durable, store: store, utc: utc,
                logs: audit.files.flatMap { $0.takeUnsynced() },
                isAnchor: isAnchor)
            try offload(job, on: files, for: nil, { $0.save() }) { [unowned self] failure in
                if let failure, failure.isReplaced { toldReplaced(failure.refusal) }
                saved(vault, contents, failure?.refusal, isAnchor: isAnchor)
            }
        } catch { saved(vault, nil, error) }
    }

    private func toldReplaced(_ refusal: Refusal) {
        if warnings[.vaultReplaced] == nil { log(.vaultReplaced, outcome: .refused) }
        warnings[.vaultReplaced] = "\(refusal.text); \(refusal.remedy)"
    }

    private func saved(_ vault: OpenVault, _ contents: Contents?, _ refusal: Refusal?, isAnchor: Bool = false) {
        vault.isSaving = false
        if lateSave === vault { lateSave = nil }
        var told = vault.waitingForSave
        vault.waitingForSave = []
        if let refusal {
            // Later changes were made on top of the lost ones: they fail with them.
            told += vault.waitingForNext
            vault.waitingForNext = []
            vault.isDirty = false
            let reached = vault.contents.revision
            vault.contents = vault.durable
            vault.contents.continueRevisions(after: reached)
            warnings[.notSaved] = Sentences.notSaved(refusal.text)
        } else if let contents {
            vault.durable = contents
            vault.anchoredLines = vault.anchoringLines
            warnings[.notSaved] = nil
            warnings[.vaultReplaced] = nil
            if !isAnchor {
                backups.schedule.changed(at: now)
                audit.codes.append(.saved, outcome: .done, [.number(contents.generation)], at: utc)
            }
        }
        for waiter in told { waiter(refusal) }
        // A change that was taken back is one for those who have seen it before it was durable.
        if !isAnchor || refusal != nil {
            broadcast(ChangedEvent(revision: refusal == nil ? vault.durable.revision : vault.contents.revision))
        }
        if isLocking { finishLock() }
    }
}
