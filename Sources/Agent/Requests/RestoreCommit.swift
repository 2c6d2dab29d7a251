import Age
import Platform
import Vault
import Wire

/// Taking over what a restore has opened.
extension Agent {
    private struct CommitJob: Sendable {
        let opened: Restore.Opened
        let ours: Contents?
        let source: String
        /// The protections that a yes was for.
        var approved: [Weakening] = []
        var passphrase: SharedSecret?
        /// Unlock methods of the file that the owner has confirmed.
        var kept: Set<Identifier> = []
        var isCheap = false
        let utc: UInt64
        let cancellation: Cancellation

        /// Once more into the vault as it is now, under its name; and sealed to another passphrase.
        func run() -> Result<Restore.Opened, VaultError> {
            Result { () throws(VaultError) in
                try Restore.Opened(
                    opened.file, into: ours, opened.merge, isByPassphrase: opened.isByPassphrase, code: opened.code,
                    opener: opened.opener, kin: opened.kin, by: opened.owners, isApproved: !approved.isEmpty,
                    MergeLabels(source: source, at: utc), at: utc, cancellation)
            }
        }

        /// The new vault.
        func create() -> Result<(Restore.Opened, Contents), VaultError> {
            Result { () throws(VaultError) in
                let done = try run().get()
                var contents = done.merged.contents
                guard let passphrase else {
                    try endUnconfirmed(in: &contents, nil)
                    return (done, contents)
                }
                try passphrase.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                    let derivation = try isCheap ? PassphraseDerivation.cheapest() : .calibrated()
                    let owner = try OwnerKey(derivation.identity(bytes))
                    let way = UnlockMethod(
                        source: .passphrase(derivation), label: "passphrase", recipient: owner.recipient, at: utc)
                    let key = try RecoveryKey.make(for: bytes, isCheap: isCheap, at: utc)
                    try contents.replacePassphrase(by: way, key, owner, former: opened.owners.first, at: utc)
                    try endUnconfirmed(in: &contents, owner)
                }
                return (done, contents)
            }
        }

        private func endUnconfirmed(in contents: inout Contents, _ new: OwnerKey?) throws(VaultError) {
            guard let opener = opened.opener else { return }
            if contents.keepers?.identityRecipient == opener { try contents.noteKeepersUsed(at: utc) }
            try contents.endUnconfirmed(
                of: opened.file.contents, openedBy: opener, opened.owners.first, new: new,
                keeping: kept.union(opened.kin),
                at: utc)
        }
    }

    func restoreCommit(_ request: RestoreCommitRequest, _ call: Call) throws(Refusal) {
        guard let restore = call.connection.restore, !restore.isBusy, let opened = restore.opened else {
            // The lock has dropped it, while somebody read what would come in.
            throw open == nil && hasVault ? .locked : .notOpened
        }
        if opened.merge == .join { return try join(opened, restore, request.source, call) }
        guard !request.source.isEmpty || opened.merge == .sync else { throw .noRestoreSource }
        let ours = try vaultToRestoreInto()
        guard (ours == nil) == (opened.ours == nil) else { throw ours == nil ? .noVault : .hasVault }
        guard opened.ours == nil || request.passphrase.isEmpty else { throw .passphraseNotAsked }
        guard !opened.needsPassphrase || !request.passphrase.isEmpty else { throw .passphraseMissing }
        restore.cancellation = Cancellation()
        var job = CommitJob(
            opened: opened, ours: ours, source: request.source, utc: utc, cancellation: restore.cancellation)
        if ours != nil { return try prove(job, restore, call, asks: request.asks) }
        if !request.passphrase.isEmpty {
            job.passphrase = try newPassphrase(request.passphrase, call)
        }
        job.isCheap = configuration.cheapDerivation
        job.kept = restore.kept
        try make(job, restore, call)
    }

    /// Asks about the protections that it would weaken, where the client wants that; else they stay.
    private func prove(_ job: CommitJob, _ restore: Restore, _ call: Call, asks: Bool) throws(Refusal) {
        let weakened = job.opened.merged.left.weakened
        guard asks, !weakened.isEmpty else {
            return try commit(job, restore, call, attempts: AgentLimits.restoreAttempts)
        }
        try raise(takingAway: weakened, call) { [unowned self] requester in
            goOn(requester) { (call) throws(Refusal) in
                guard call.connection.restore === restore, !restore.isBusy else { throw .notOpened }
                let approved = CommitJob(
                    opened: job.opened, ours: try use().contents, source: job.source, approved: weakened, utc: job.utc,
                    cancellation: job.cancellation)
                try commit(approved, restore, call, attempts: AgentLimits.restoreAttempts)
            }
        }
    }

    /// Merges on a worker; when the vault was changed meanwhile, once more.
    private func commit(
        _ job: CommitJob, _ restore: Restore, _ call: Call, attempts: Int
    ) throws(Refusal) {
        guard attempts > 0 else { throw .keepsChanging }
        let held = hold(call)
        restore.isBusy = true
        try offload(job, on: derivations, for: held, { $0.run() }) {
            restore.isBusy = false
        } then: { [unowned self] result throws(Refusal) in
            guard let call = self.call(of: held.requester) else { return }
            try checkNotLocked(since: held)
            let done = try result.made()
            let now = try use().contents
            guard let base = job.ours, now.revision == base.revision, now.generation == base.generation else {
                let again = CommitJob(
                    opened: job.opened, ours: now, source: job.source, approved: job.approved, utc: job.utc,
                    cancellation: job.cancellation)
                return try commit(again, restore, call, attempts: attempts - 1)
            }
            // A yes is for what was shown.
            guard job.approved.isEmpty || done.merged.weakened.allSatisfy(job.approved.contains) else {
                throw .keepsChanging
            }
            call.connection.restore = nil
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                contents = done.merged.contents
                if let opener = job.opened.opener, contents.keepers?.identityRecipient == opener {
                    try contents.noteKeepersUsed(at: job.utc)
                }
            } then: { [unowned self] _, requester in
                takeSettings()
                tell(done, requester)
            }
        }
    }

    /// Makes the vault of a machine that has none.
    private func make(
        _ job: CommitJob, _ restore: Restore, _ call: Call
    ) throws(Refusal) {
        guard !isStopping else { throw .stopping }
        guard !isOpening, !isLocking, open == nil, lateSave == nil else { throw .busyOpening }
        let held = hold(call)
        restore.isBusy = true
        isOpening = true
        try offload(job, on: derivations, for: held, { $0.create() }) { [unowned self] in
            restore.isBusy = false
            isOpening = false
        } then: { [unowned self] result throws(Refusal) in
            lookForVault()
            try checkNotLocked(since: held)
            guard !hasVault else { throw .hasVault }
            var (done, contents) = try result.made()
            server.connection(held.requester.connection)?.restore = nil
            let highest = store.highestGeneration()
            if highest > contents.generation { try? finished.forgetHistory() }
            contents.continueGenerations(after: highest)
            found(contents, by: held) { [unowned self] requester in
                log(.created, outcome: .done, by: requester)
                tell(done, requester)
            }
        }
    }

    private func tell(_ done: Restore.Opened, _ requester: Requester) {
        log(.restoredBackup, outcome: .done, by: requester)
        if let opener = done.opener, done.file.contents.keepers?.identityRecipient == opener {
            log(.tokenRecovered, outcome: .done, by: requester)
        }
        for account in done.merged.added { log(.added, account, outcome: .done, by: requester) }
        for account in done.merged.changed { log(.edited, account, outcome: .done, by: requester) }
        for account in done.merged.removed { log(.removed, account, outcome: .done, by: requester) }
        let (origin, after) = (done.merge == .sync ? AuditOrigin.sync : .restore, done.merged.contents.unlockMethods)
        for weakening in done.merged.weakened {
            logWeakened(AuditSubject(weakening.protection), from: origin, by: requester)
        }
        logUnlockMethods(from: done.ours?.unlockMethods ?? after, to: after, origin: origin, by: requester)
        let parts: [(AuditSubject, Int)] = [
            (.accounts, done.merged.added.count), (.recoveryCodes, Int(clamping: done.merged.recoverySets)),
            (.trash, done.merged.removed.count), (.settings, done.merged.settings == .restored ? 1 : 0),
        ]
        for (part, count) in parts { logRestored(part, count: count, from: origin, by: requester) }
        reply(RestoredReply(done.summary), to: requester)
    }
}
