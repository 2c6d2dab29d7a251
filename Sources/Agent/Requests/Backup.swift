import Platform
import Vault
import Wire

/// What the agent knows of backups, and what it is about to do for them.
struct BackupProgress {
    var schedule = BackupSchedule()
    /// A backup is being sealed.
    var isSealing = false
    /// The newest finished backup; nil when that is not known or there is none.
    var newest: BackupName?
    /// The one that was sealed last by this process: its hash need not be computed again.
    var last: FinishedBackups.Finished?
    /// Who waits for the one that is being sealed.
    var waiting: [Held] = []
    /// Why the last one could not be sealed; empty when it could.
    var failure = ""
    /// What was last reported of each destination.
    var reports: [String: BackupReport] = [:]
    /// Backups that come back from destinations, by connection.
    var arriving: [UInt64: Arriving] = [:]

    /// A backup of which parts have come.
    struct Arriving {
        let size: Int
        var bytes: [UInt8]
        /// What drops it when no further part comes.
        var timer: Timers.Timer?
    }
}

// BACKUP_NOW, BACKUP_STATE, BACKUP_VERIFY, BACKUP_REPORT, REHEARSED, and the backups that are sealed without being asked for.
extension Agent {
    // MARK: Sealing

    /// What the worker is given to seal.
    private struct SealJob: Sendable {
        let contents: Contents
        let backups: FinishedBackups
        let last: FinishedBackups.Finished?
        let machine: String
        let utc: UInt64

        func seal() -> Result<FinishedBackups.Finished, Refusal> {
            do {
                let name = BackupName(
                    vault: contents.backupPrefix, utc: utc, sequence: contents.generation)
                let newest = try backups.newest(of: name.vault, known: last)
                let sealed = try Backup.seal(
                    contents, machine: machine, previous: newest?.hash ?? .init(repeating: 0),
                    earlier: try backups.earlier(of: name.vault), stanzas: contents.keeperStanzas(), at: utc)
                guard sealed.bytes.count <= Limits.sealed else {
                    return .failure(Refusal(VaultError.tooLarge("\(Limits.sealed) bytes")))
                }
                return .success(try backups.write(sealed.bytes, of: contents, as: name, at: utc))
            } catch let error as VaultError {
                return .failure(Refusal(error))
            } catch let error as DirectoryError {
                return .failure(Refusal(error))
            } catch {
                return .failure(.internalFault)
            }
        }
    }

    /// After an unlock: a change that no backup holds may be left from before.
    func lookForBackupDue() {
        guard let vault = open else { return }
        backups.newest = try? finished.newestName(of: vault.durable.backupPrefix)
        if backups.newest?.sequence ?? 0 < vault.durable.generation { backups.schedule.changed(at: now) }
        // Of a destination of which this process has heard nothing, nobody knows.
        if backups.reports.isEmpty || backups.reports.values.contains(where: { $0.health != .verified }) {
            finished.wake(at: utc)
        }
    }

    /// Seals what was last saved.
    func startSealing() {
        guard let vault = open, !backups.isSealing else { return }
        guard vault.durable.backupKeys != nil, vault.durable.generation > 0 else {
            // A vault of an earlier release gets its keys with the next save.
            backups.schedule.changed(at: now)
            vault.isDirty = true
            return startSave()
        }
        backups.schedule.begun()
        backups.isSealing = true
        let job = SealJob(
            contents: vault.durable, backups: finished, last: backups.last, machine: Environment.machine, utc: utc)
        do throws(Refusal) {
            try offload(job, on: files, for: nil, { $0.seal() }) { [unowned self] result in sealed(result) }
        } catch { sealed(.failure(error)) }
    }

    private func sealed(_ result: Result<FinishedBackups.Finished, Refusal>) {
        backups.isSealing = false
        let waiting = backups.waiting
        backups.waiting = []
        switch result {
        case .success(let made):
            backups.newest = made.name
            backups.last = made
            backups.failure = ""
            backups.schedule.succeeded()
            warnings[.notSealed] = nil
            for held in waiting { reply(made.reply(isNew: true), to: held.requester) }
            broadcast(BackupDueEvent())
        case .failure(let refusal):
            backups.failure = refusal.text.text
            if open != nil { backups.schedule.failed(at: now) }
            warnings[.notSealed] = Sentences.notSealed(refusal.text)
            for held in waiting { reply(refusal, to: held.requester) }
        }
    }

    func backupNow(_ request: BackupNowRequest, _ call: Call) throws(Refusal) {
        let vault = try use()
        let held = hold(call)
        if request.isForced && isCurrent(vault) || vault.durable.backupKeys == nil { vault.isDirty = true }
        guard vault.isDirty || vault.isSaving || !isCurrent(vault) || backups.isSealing else {
            return try present(vault, held)
        }
        afterSave(vault) { [unowned self] refusal in
            answer(held.requester) { () throws(Refusal) in
                if let refusal { throw refusal }
                try sealOnceMore(for: held)
            }
        }
    }

    /// One that is being sealed may not hold the last change: then another follows. What was waited for may have changed
    /// nothing, as a save for the audit log's sake does: then there is no second one of the same contents.
    private func sealOnceMore(for held: Held) throws(Refusal) {
        guard let vault = open else { throw .locked }
        guard !backups.isSealing else {
            return try offload((), on: files, for: held, { _ in }) { [unowned self] () throws(Refusal) in
                try sealOnceMore(for: held)
            }
        }
        guard !isCurrent(vault) else { return try present(vault, held) }
        backups.waiting.append(held)
        startSealing()
    }

    /// Whether the newest backup holds all that is durable.
    private func isCurrent(_ vault: OpenVault) -> Bool {
        vault.durable.backupKeys != nil && backups.newest?.sequence ?? 0 >= vault.durable.generation
    }

    /// Answers with the newest backup, which holds everything.
    private func present(_ vault: OpenVault, _ held: Held) throws(Refusal) {
        let name = vault.durable.backupPrefix
        let finished = finished
        try offload(
            name, on: files, for: held,
            { name -> Result<FinishedBackups.Finished?, DirectoryError> in
                Result { () throws(DirectoryError) in try finished.newest(of: name) }
            }
        ) { [unowned self] result throws(Refusal) in
            switch result {
            case .success(let newest?): reply(newest.reply(isNew: false), to: held.requester)
            case .success(nil):
                // Somebody took it away.
                if open != nil { backups.newest = nil }
                try sealOnceMore(for: held)
            case .failure(let error): throw Refusal(error)
            }
        }
    }

    /// Calls `then` when everything that is changed by now is saved.
    private func afterSave(_ vault: OpenVault, then: @escaping OpenVault.SaveWaiter) {
        if vault.isDirty {
            vault.waitingForNext.append(then)
        } else if vault.isSaving {
            vault.waitingForSave.append(then)
        } else {
            then(nil)
        }
    }

    // MARK: State

    func backupState(_: BackupStateRequest, _ call: Call) throws(Refusal) {
        if backups.newest == nil { backups.newest = try? finished.newestName(of: open?.durable.backupPrefix) }
        let left = backups.schedule.deadline.map { max($0.seconds(after: now), 1) } ?? 0
        server.send(
            BackupStateReply(
                sequence: backups.newest?.sequence ?? 0, sealed: backups.newest?.utc ?? 0,
                isDue: backups.schedule.isDue, dueSeconds: UInt32(clamping: left),
                failure: Text.clipped(backups.failure),
                reports: backups.reports.values.sorted { $0.destination < $1.destination }),
            to: call)
    }

    func backupReport(_ request: BackupReportRequest, _ call: Call) throws(Refusal) {
        let report = request.report
        guard backups.reports[report.destination] != nil || backups.reports.count < Limits.destinations else {
            throw Refusal(.busy, "there are too many destinations", "remove some with 'fob backup remove'")
        }
        let before = backups.reports.updateValue(report, forKey: report.destination)
        server.send(OKReply(), to: call)
        if before?.health != report.health { broadcast(BackupHealthEvent(report)) }
        let stale = backups.reports.values.filter { $0.health == .stale }.map(\.destination).sorted()
        warnings[.backupStale] = stale.isEmpty ? nil : Sentences.backupStale(stale)
    }

    func rehearsed(_ request: RehearsedRequest, _ call: Call) throws(Refusal) {
        _ = try look()
        var details: [AuditDetail] = [.what(AuditSubject(request.way))]
        if request.milliseconds > 0 { details.append(.milliseconds(request.milliseconds)) }
        if request.accounts > 0 { details.append(.number(UInt64(request.accounts))) }
        log(.rehearsed, nil, outcome: request.works ? .done : .failed, details, by: call.connection)
        server.send(OKReply(), to: call)
    }

    // MARK: Verifying

    private struct VerifyJob: Sendable {
        let bytes: [UInt8]
        let contents: Contents

        func verify() -> Result<(BackupVerifiedReply, Backup), VaultError> {
            Result { () throws(VaultError) in
                let backup = try Backup(bytes.span, of: contents)
                let compared = backup.compared(with: contents)
                let manifest = backup.manifest
                let reply = BackupVerifiedReply(
                    digest: Digest(Sodium.sha256(bytes.span)), sequence: manifest.sequence, time: manifest.time,
                    machine: manifest.machine, accounts: manifest.accounts, inTrash: manifest.inTrash,
                    placeholders: manifest.placeholders, same: compared.same, older: compared.older,
                    missing: compared.missing, extra: compared.extra, different: compared.different)
                return (reply, backup)
            }
        }
    }

    func backupVerify(_ request: BackupVerifyRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        let size = Int(request.size)
        if request.start == 0 {
            takeArriving(call.connection.token)
            let others = backups.arriving.values.reduce(0) { $0 + $1.size }
            guard size + others <= AgentLimits.verifiedBytes else { throw .tooManyVerified }
            backups.arriving[call.connection.token] = BackupProgress.Arriving(size: size, bytes: [])
        }
        guard var arriving = takeArriving(call.connection.token), arriving.size == size,
            arriving.bytes.count == Int(request.start)
        else { throw Refusal(.usage, "parts of a backup are out of order", "see fob-protocol(7)") }
        let part = request.bytes
        arriving.bytes.reserveCapacity(size)
        for index in part.indices { arriving.bytes.append(part[index]) }
        guard arriving.bytes.count == size else {
            let token = call.connection.token
            arriving.timer = timers.add(at: now + AgentLimits.verifyMilliseconds) { [unowned self] in
                backups.arriving[token] = nil
            }
            backups.arriving[token] = arriving
            return server.send(OKReply(), to: call)
        }
        let held = hold(call)
        try offload(
            VerifyJob(bytes: arriving.bytes, contents: contents), on: files, for: held, { $0.verify() }
        ) { [unowned self] result throws(Refusal) in
            switch result {
            case .success((let verified, let backup)):
                noteBackedUp(backup) { [unowned self] in reply(verified, to: held.requester) }
            case .failure(let error): throw Refusal(verifying: error)
            }
        }
    }

    /// Has security keys say from now on that they are backed up, and calls `then` once that is durable. When it cannot
    /// be saved, or the vault is locked, the next verified backup tells it.
    private func noteBackedUp(_ backup: Backup, then: @escaping () -> Void) {
        guard let vault = open, !isLocking else { return then() }
        let before = vault.contents
        do {
            guard try vault.contents.markBackedUp(in: backup, at: utc) > 0 else { return then() }
        } catch {
            vault.contents = before
            return then()
        }
        vault.isDirty = true
        vault.waitingForNext.append { _ in then() }
    }

    /// Takes away the parts of a backup that a connection has sent so far.
    @discardableResult
    func takeArriving(_ token: UInt64) -> BackupProgress.Arriving? {
        let arriving = backups.arriving.removeValue(forKey: token)
        if let timer = arriving?.timer { timers.cancel(timer) }
        return arriving
    }
}

extension Contents {
    /// What stands for the vault in names of its backups.
    fileprivate var backupPrefix: String { String(vault.description.prefix(8)) }
}

extension FinishedBackups.Finished {
    func reply(isNew: Bool) -> BackupMadeReply {
        BackupMadeReply(name: name.description, size: UInt32(clamping: size), digest: Digest(hash), isNew: isNew)
    }
}

extension Refusal {
    init(_ error: DirectoryError) {
        self.init(error.isPermission ? .permission : .notSaved, error.message, error.remedy)
    }

    /// What came back from a destination is not what was sealed.
    init(verifying error: VaultError) {
        switch error {
        case .noMatch:
            self.init(
                .permission, "it is not a backup of this vault, or its keys are no longer known",
                "see whether the destination holds another vault's files")
        case .damaged(let place):
            self.init(.damaged, "it is damaged: \(place)", "it does not count; make another with 'fob backup now'")
        default: self.init(error)
        }
    }

    static let tooManyVerified = Refusal(.busy, "too much is being verified at one time", "try again in a moment")
}
