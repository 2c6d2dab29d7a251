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
    func change<Answer>(
        for call: Call,
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
            if let refusal { self.reply(refusal, to: held.requester) } else { reply(answer, held.requester) }
        }
    }

    /// What the thread that saves is given.
    private struct Job: Sendable {
        let contents: Contents
        let store: Store
        let utc: UInt64

        func save() -> SaveFailure? {
            do {
                let sealed = try VaultFile.seal(contents)
                try store.save(sealed, generation: contents.generation, at: utc)
                return nil
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

        var refusal: Refusal {
            switch self {
            case .store(let error): Refusal(error)
            case .vault(let error): Refusal(error)
            }
        }
    }

    /// Begins a save of all changes since the last one, unless one is in flight: requests share saves.
    func startSave() {
        guard let vault = open, vault.isDirty, !vault.isSaving else { return }
        vault.isDirty = false
        vault.isSaving = true
        vault.waitingForSave = vault.waitingForNext
        vault.waitingForNext = []
        let utc = utc
        do {
            try vault.contents.prepareSave(
                auditSequence: audit.chain.sequence, auditHash: audit.chain.hash, at: utc)
        } catch { return saved(vault, nil, Refusal(error)) }
        let contents = vault.contents
        do throws(Refusal) {
            try offload(Job(contents: contents, store: store, utc: utc), on: files, for: nil, { $0.save() }) {
                [unowned self] failure in saved(vault, contents, failure?.refusal)
            }
        } catch { saved(vault, nil, error) }
    }

    private func saved(_ vault: OpenVault, _ contents: Contents?, _ refusal: Refusal?) {
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
            warnings[.notSaved] = nil
            backups.schedule.changed(at: now)
        }
        for waiter in told { waiter(refusal) }
        // A change that was taken back is one for those who have seen it before it was durable.
        broadcast(ChangedEvent(revision: refusal == nil ? vault.durable.revision : vault.contents.revision))
        if isLocking { finishLock() }
    }
}
