import Age
import Model
import Platform
import Vault
import Wire

// RESTORE_OPEN and RESTORE_COMMIT with the mode join, JOIN_UNDO and EARLIER_VAULTS: the vault here becomes one with another.
extension Restore.Opened {
    /// What becomes of the vault here when it joins that of a file.
    ///
    /// - Parameters:
    ///   - owners: the owners' keys of the passphrases that were given with it.
    ///   - kept: unlock methods of the file that the owner has confirmed; nil before that is asked.
    init(
        joining file: Backup.Opened, to ours: Contents, _ owners: [OwnerKey], opener: X25519Recipient?,
        keeping kept: Set<Identifier>? = nil, source: String, at utc: UInt64, _ cancellation: Cancellation
    ) throws(RestoreFailure) {
        guard let owner = owners.first(where: ours.isOpened(by:)), let opener else { throw .joinOwnerMissing }
        guard file.manifest != nil, file.origin != .unsigned else { throw .unsignedJoin }
        let their = owners.first { $0.recipient == opener }
        let all = Set(file.contents.unlockMethods.map(\.id))
        let proof = JoinProof(
            owner: owner, opener: opener, their: their, keeping: kept ?? all, machine: Environment.machine)
        do throws(VaultError) {
            let merged = try ours.joining(
                file.contents, proof, MergeLabels(source: source, at: utc), at: utc
            ) { cancellation.isCancelled }
            self.init(
                file: file, merge: .join, isByPassphrase: their != nil, code: nil,
                owners: [their, owner].compactMap(\.self), opener: opener, ours: ours, merged: merged)
        } catch { throw .vault(error) }
    }
}

extension Agent {
    /// A join takes the passphrase of the vault here, and something that opens the other one.
    func checkJoin(_ request: borrowing RestoreOpenRequest, _ ours: Contents?) throws(Refusal) {
        guard ours != nil else { throw .noVault }
        guard request.key != .own else { throw .joinTakesSecret }
        guard !request.owner.isEmpty else { throw RestoreFailure.joinOwnerMissing.refusal }
    }

    /// RESTORE_COMMIT of a join: once more with the vault as it is now.
    func join(_ opened: Restore.Opened, _ restore: Restore, _ source: String, _ call: Call) throws(Refusal) {
        struct Job: Sendable {
            let opened: Restore.Opened
            let ours: Contents
            let kept: Set<Identifier>
            let source: String
            let utc: UInt64
            let cancellation: Cancellation

            func run() -> Result<Restore.Opened, RestoreFailure> {
                Result { () throws(RestoreFailure) in
                    try Restore.Opened(
                        joining: opened.file, to: ours, opened.owners, opener: opened.opener, keeping: kept,
                        source: source, at: utc, cancellation)
                }
            }
        }
        guard !source.isEmpty else { throw .noRestoreSource }
        let ours = try use().contents
        restore.cancellation = Cancellation()
        let job = Job(
            opened: opened, ours: ours, kept: restore.kept, source: source, utc: utc,
            cancellation: restore.cancellation)
        let held = hold(call)
        restore.isBusy = true
        try offload(job, on: derivations, for: held, { $0.run() }) {
            restore.isBusy = false
        } then: { [unowned self] result throws(Refusal) in
            guard let call = self.call(of: held.requester) else { return }
            try checkNotLocked(since: held)
            let done: Restore.Opened
            switch result {
            case .success(let made): done = made
            case .failure(let failure): throw failure.refusal
            }
            let now = try use().contents
            guard now.revision == ours.revision, now.generation == ours.generation else { throw .keepsChanging }
            // The yes was for the accounts that were shown.
            guard done.merged.entries == opened.merged.entries else { throw .keepsChanging }
            call.connection.restore = nil
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                contents = done.merged.contents
            } then: { [unowned self] _, requester in
                takeSettings()
                tellJoined(done, requester)
            }
        }
    }

    private func tellJoined(_ done: Restore.Opened, _ requester: Requester) {
        log(.joined, outcome: .done, .what(.accounts), .number(UInt64(done.merged.added.count)), by: requester)
        let after = done.merged.contents.unlockMethods
        logUnlockMethods(from: done.ours?.unlockMethods ?? after, to: after, origin: .join, by: requester)
        reply(RestoredReply(done.summary), to: requester)
        // What was sealed before is of the earlier vault.
        backupsAreOld()
    }

    /// JOIN_UNDO.
    func joinUndo(_ request: JoinUndoRequest, _ call: Call) throws(Refusal) {
        guard call.connection.transaction == nil else { throw .staging }
        let contents = try use().contents
        guard let reply = try Self.undone(contents) else { throw .noJoin }
        guard !request.dryRun else { return server.send(reply, to: call) }
        try check(try secret(request.passphrase), for: call) { [unowned self] requester, _ in
            guard !isStopping else { return }
            goOn(requester) { (call) throws(Refusal) in
                guard let reply = try Self.undone(use().contents) else { throw .noJoin }
                let ways = try use().contents.unlockMethods
                try change(for: call) { (contents: inout Contents) throws(VaultError) in
                    guard let former = try contents.undoingJoin() else { throw .cannotUndo }
                    contents = former
                    return former.unlockMethods
                } then: { [unowned self] former, requester in
                    takeSettings()
                    log(.joinUndone, outcome: .done, by: requester)
                    logUnlockMethods(from: ways, to: former, origin: .undo, by: requester)
                    self.reply(reply, to: requester)
                    backupsAreOld()
                }
            }
        }
    }

    private static func undone(_ contents: Contents) throws(Refusal) -> JoinUndoneReply? {
        let former: Contents?
        do { former = try contents.undoingJoin() } catch { throw Refusal(error) }
        guard let former, let join = contents.undos.last else { return nil }
        var reply = JoinUndoneReply()
        (reply.vault, reply.joined, reply.accounts) = (former.vault, join.time, UInt32(clamping: former.count))
        // Twins are there under one id or the other.
        reply.gone = UInt32(clamping: contents.count - former.count)
        return reply
    }

    /// EARLIER_VAULTS. It is no use of the vault.
    func earlierVaults(_: EarlierVaultsRequest, _ call: Call) throws(Refusal) {
        guard let open, !isLocking else { throw hasVault ? .locked : .noVault }
        let vaults = open.contents.earlierVaults.suffix(Limits.epochs).map {
            Wire.EarlierVault(vault: $0.vault, joined: $0.joined, machine: Text.clipped($0.machine, to: Limits.text))
        }
        server.send(EarlierVaultsReply(vaults), to: call)
    }
}

extension Refusal {
    static let joinTakesSecret = Refusal(
        .usage, "a join opens the file by an unlock method of its own vault",
        "give its passphrase, a kit code or an identity")
    static let noJoin = Refusal(
        .notFound, "no join can be undone: there was none, or the vault was changed since",
        "see 'fob log' for what was changed, and the directories former-... for the vault of before")
    static let undoneByJoin = Refusal(
        .notFound, "the last thing that came in is another vault", "run fob join --undo")
}
