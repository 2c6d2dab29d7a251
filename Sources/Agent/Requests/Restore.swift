import Age
import Platform
import Vault
import Wire

/// A sealed file that a client hands in to be restored from, and what it turned out to be.
final class Restore {
    /// Bytes that were announced.
    let size: Int
    /// Since boot.
    let deadline: UInt64
    /// The file so far: ciphertext.
    var sealed: [UInt8] = []
    /// It is being opened, or taken over.
    var isBusy = false
    var opened: Opened?

    /// An opened file, and what it would change.
    struct Opened: Sendable {
        let theirs: Contents
        /// What a backup says of itself; nil for another file.
        let manifest: Manifest?
        let merge: MergeMode
        let isByPassphrase: Bool
        /// Of the recovery code that opened it, which is used up with the restore.
        let code: X25519Recipient?
        /// The vault as it was then; nil when there was none.
        let ours: Contents?
        let merged: Merged

        /// Brings a file into the vault, or into a new one.
        init(
            _ theirs: Contents, _ manifest: Manifest?, into ours: Contents?, _ mode: MergeMode, isByPassphrase: Bool,
            code: X25519Recipient?, source: String, at utc: UInt64
        ) throws(VaultError) {
            (self.code, self.manifest) = (code, manifest)
            (self.theirs, self.ours, self.merge, self.isByPassphrase) = (theirs, ours, mode, isByPassphrase)
            let base: Contents
            if let ours { base = ours } else { base = try Contents(beginningLike: theirs) }
            var merged = try base.merging(theirs, mode: mode, MergeLabels(source: source, at: utc), at: utc)
            if let code { _ = try merged.contents.useCode(of: code, at: utc) }
            self.merged = merged
        }

        /// The new vault would have no passphrase.
        var needsPassphrase: Bool {
            let hasOwn = theirs.unlockMethods.contains { if case .passphrase = $0.source { true } else { false } }
            return ours == nil && !(isByPassphrase && hasOwn)
        }

        var summary: RestoreSummary {
            RestoreSummary(
                isOwn: ours.map { $0.vault == theirs.vault } ?? false, makesVault: ours == nil,
                needsPassphrase: needsPassphrase, vault: theirs.vault.onWire, time: manifest?.time ?? theirs.saved,
                sequence: theirs.generation, machine: manifest?.machine ?? "",
                settings: RestoredSettings(rawValue: merged.settings.rawValue) ?? .same,
                recoverySets: UInt32(clamping: merged.recoverySets),
                counts: MergeOutcome.allCases.map { UInt32(clamping: merged.count($0)) })
        }
    }

    init(size: Int, deadline: UInt64) { (self.size, self.deadline) = (size, deadline) }
}

// RESTORE_BEGIN, RESTORE_DATA, RESTORE_OPEN, RESTORE_PREVIEW, RESTORE_COMMIT, RESTORE_ABORT: a backup comes back.
extension Agent {
    func restoreBegin(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(RestoreBeginRequest.self, body)
        _ = try vaultToRestoreInto()
        guard connection.restore == nil, connection.transaction == nil else { throw .restoring }
        guard server.all.count(where: { $0.restore != nil }) < AgentLimits.restores else { throw .tooManyRestores }
        connection.restore = Restore(size: Int(request.bytes), deadline: now + AgentLimits.restoreMilliseconds)
        sweepRestores()
        server.send(OKReply(), to: connection, request: id)
    }

    /// The open vault; nil when there is none yet.
    private func vaultToRestoreInto() throws(Refusal) -> Contents? {
        if open == nil, !hasVault { lookForVault() }
        guard open != nil || hasVault else { return nil }
        return try use().contents
    }

    /// Drops the files of clients that do not come to an end.
    private func sweepRestores() {
        guard !isSweeping else { return }
        isSweeping = true
        delayed.append(
            (
                now + AgentLimits.restoreMilliseconds,
                { [unowned self] in
                    isSweeping = false
                    for connection in server.all {
                        guard let restore = connection.restore else { continue }
                        if restore.deadline <= now, !restore.isBusy { connection.restore = nil }
                    }
                    if server.all.contains(where: { $0.restore != nil }) { sweepRestores() }
                }
            ))
    }

    func restoreData(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(RestoreDataRequest.self, body)
        guard let restore = connection.restore, !restore.isBusy else { throw .notRestoring }
        guard restore.sealed.count + request.bytes.count <= restore.size else { throw .restoreSize }
        let bytes = request.bytes
        for index in bytes.indices { restore.sealed.append(bytes[index]) }
        server.send(OKReply(), to: connection, request: id)
    }

    func restoreAbort(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        _ = try read(RestoreAbortRequest.self, body)
        guard let restore = connection.restore, !restore.isBusy else { throw .notRestoring }
        connection.restore = nil
        server.send(OKReply(), to: connection, request: id)
    }

    // MARK: Opening

    private struct OpenJob: Sendable {
        let sealed: [UInt8]
        let key: RestoreKey
        let mode: MergeMode
        let secret: SharedSecret
        let ours: Contents?
        let utc: UInt64

        func run() -> Result<Restore.Opened, RestoreFailure> {
            Result { () throws(RestoreFailure) in
                let (theirs, manifest) = try theirs()
                do throws(VaultError) {
                    return try Restore.Opened(
                        theirs, manifest, into: ours, mode, isByPassphrase: key == .passphrase, code: code(),
                        source: "", at: utc)
                } catch { throw .vault(error) }
            }
        }

        private func theirs() throws(RestoreFailure) -> (Contents, Manifest?) {
            do throws(AgeError) { _ = try AgeHeader(parsing: sealed.span) } catch {
                throw error == .notAge ? .notSealed : .vault(VaultError(error))
            }
            do throws(VaultError) {
                return try secret.withBytes { (secret: Span<UInt8>) throws(VaultError) in
                    switch key {
                    case .passphrase:
                        return try Backup.open(
                            sealed.span, with: VaultFile.identity(of: sealed.span, passphrase: secret))
                    case .code: return try Backup.open(sealed.span, with: KitCode(secret).identity())
                    case .identity: return try Backup.open(sealed.span, with: identity(secret))
                    case .own:
                        guard let ours else { throw .noMatch }
                        let backup = try Backup(sealed.span, of: ours)
                        return (backup.contents, backup.manifest)
                    }
                }
            } catch { throw .vault(error) }
        }

        private func code() throws(VaultError) -> X25519Recipient? {
            guard key == .code else { return nil }
            return try secret.withBytes { (secret: Span<UInt8>) throws(VaultError) in
                try KitCode(secret).identity().recipient
            }
        }

        private func identity(_ text: Span<UInt8>) throws(VaultError) -> X25519Identity {
            do throws(AgeError) { return try X25519Identity(text: text) } catch { throw VaultError.noMatch }
        }
    }

    func restoreOpen(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(RestoreOpenRequest.self, body)
        guard let restore = connection.restore, !restore.isBusy else { throw .notRestoring }
        guard restore.sealed.count == restore.size else { throw .restoreSize }
        let ours = try vaultToRestoreInto()
        // Without a secret there is nothing that could be guessed.
        let isGuess = request.key != .own
        guard isGuess || ours != nil else { throw .doesNotOpen }
        try checkRoom()
        guard let mode = MergeMode(rawValue: request.mode.rawValue) else { throw .internalFault }
        let secret: SharedSecret
        do { secret = SharedSecret(try Secret(copying: request.secret)) } catch {
            throw Refusal(VaultError.memory(error))
        }
        let job = OpenJob(
            sealed: restore.sealed, key: request.key, mode: mode, secret: secret, ours: ours, utc: utc)
        let caller = connection.caller
        if isGuess, !wrongPassphrases.begin(caller.session, at: now) { throw .callerMustWait }
        let requester = hold(connection, id)
        restore.isBusy = true
        let epoch = lockEpoch
        let accepted = completions.run(on: derivations, job, { $0.run() }) { [unowned self] result in
            if isGuess { wrongPassphrases.finish(caller.session) }
            restore.isBusy = false
            switch result {
            case .success(let opened):
                if isGuess { wrongPassphrases.forget(caller.session) }
                release(requester)
                guard epoch == lockEpoch else { return reply(Refusal.locked, to: requester) }
                restore.opened = opened
                reply(RestoreOpenedReply(opened.summary), to: requester)
            case .failure(.vault(.noMatch)) where !isGuess:
                release(requester)
                reply(Refusal.doesNotOpen, to: requester)
            case .failure(.vault(.noMatch)):
                log(.restoreOpened, outcome: .refused, by: caller)
                let wait = wrongPassphrases.note(caller.session, at: now)
                delayed.append(
                    (
                        now + wait,
                        { [unowned self] in
                            release(requester)
                            reply(Refusal.doesNotOpen, to: requester)
                        }
                    ))
            case .failure(let failure):
                release(requester)
                reply(failure.refusal, to: requester)
            }
        }
        if !accepted {
            if isGuess { wrongPassphrases.finish(caller.session) }
            restore.isBusy = false
            release(requester)
            throw .tooManyDerivations
        }
    }

    func restorePreview(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(RestorePreviewRequest.self, body)
        guard let opened = connection.restore?.opened else { throw .notOpened }
        if opened.ours != nil { _ = try use() }
        var page: [RestoreEntry] = []
        var bytes = 0
        var next: UInt32 = 0
        let entries = opened.merged.entries
        for index in min(Int(request.start), entries.count)..<entries.count {
            let entry = RestoreEntry(entries[index])
            bytes += entry.encodedCount
            guard bytes <= Limits.page, page.count < Limits.pageEntries else {
                next = UInt32(index)
                break
            }
            page.append(entry)
        }
        server.send(RestoreEntriesReply(next: next, entries: page), to: connection, request: id)
    }

    // MARK: Taking over

    private struct CommitJob: Sendable {
        let opened: Restore.Opened
        let ours: Contents?
        let source: String
        var passphrase: SharedSecret?
        var isCheap = false
        let utc: UInt64

        /// Once more into the vault as it is now, under its name; and sealed to another passphrase.
        func run() -> Result<Restore.Opened, VaultError> {
            Result { () throws(VaultError) in
                try Restore.Opened(
                    opened.theirs, opened.manifest, into: ours, opened.merge, isByPassphrase: opened.isByPassphrase,
                    code: opened.code, source: source, at: utc)
            }
        }

        /// The new vault.
        func create() -> Result<(Restore.Opened, Contents), VaultError> {
            Result { () throws(VaultError) in
                let done = try run().get()
                var contents = done.merged.contents
                guard let passphrase else { return (done, contents) }
                try passphrase.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                    let derivation = try isCheap ? PassphraseDerivation.cheapest() : .calibrated()
                    let way = UnlockMethod(
                        source: .passphrase(derivation), label: "passphrase",
                        recipient: try derivation.identity(bytes).recipient, at: utc)
                    let key = try RecoveryKey.make(for: bytes, isCheap: isCheap, at: utc)
                    try contents.replacePassphrase(by: way, key, at: utc)
                }
                return (done, contents)
            }
        }
    }

    func restoreCommit(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(RestoreCommitRequest.self, body)
        guard let restore = connection.restore, !restore.isBusy, let opened = restore.opened else { throw .notOpened }
        guard !request.source.isEmpty || opened.merge == .sync else { throw .noRestoreSource }
        let ours = try vaultToRestoreInto()
        guard (ours == nil) == (opened.ours == nil) else { throw ours == nil ? .noVault : .hasVault }
        guard opened.ours == nil || request.passphrase.isEmpty else { throw .passphraseNotAsked }
        guard !opened.needsPassphrase || !request.passphrase.isEmpty else { throw .passphraseMissing }
        var job = CommitJob(opened: opened, ours: ours, source: request.source, utc: utc)
        if ours != nil { return try commit(job, restore, connection, id, attempts: AgentLimits.restoreAttempts) }
        if !request.passphrase.isEmpty {
            do { job.passphrase = SharedSecret(try Secret(copying: request.passphrase)) } catch {
                throw Refusal(VaultError.memory(error))
            }
        }
        job.isCheap = configuration.cheapDerivation
        try make(job, restore, connection, id)
    }

    /// Merges on a worker; when the vault was changed meanwhile, once more.
    private func commit(
        _ job: CommitJob, _ restore: Restore, _ connection: Connection, _ id: UInt32, attempts: Int
    ) throws(Refusal) {
        guard attempts > 0 else { throw .keepsChanging }
        let requester = hold(connection, id)
        restore.isBusy = true
        let epoch = lockEpoch
        let accepted = completions.run(on: derivations, job, { $0.run() }) { [unowned self] result in
            restore.isBusy = false
            release(requester)
            guard let connection = server.connection(requester.connection) else { return }
            do throws(Refusal) {
                guard epoch == lockEpoch else { throw .locked }
                let done: Restore.Opened
                switch result {
                case .success(let merged): done = merged
                case .failure(let error): throw Refusal(error)
                }
                let now = try use().contents
                guard let base = job.ours, now.revision == base.revision, now.generation == base.generation else {
                    let again = CommitJob(opened: job.opened, ours: now, source: job.source, utc: job.utc)
                    return try commit(again, restore, connection, id, attempts: attempts - 1)
                }
                connection.restore = nil
                try change(for: connection, id) { (contents: inout Contents) throws(VaultError) in
                    contents = done.merged.contents
                } then: { [unowned self] _, requester in
                    tell(done, requester)
                }
            } catch { reply(error, to: requester) }
        }
        guard accepted else {
            restore.isBusy = false
            release(requester)
            throw .tooManyDerivations
        }
    }

    /// Makes the vault of a machine that has none.
    private func make(
        _ job: CommitJob, _ restore: Restore, _ connection: Connection, _ id: UInt32
    ) throws(Refusal) {
        guard !isStopping else { throw .stopping }
        guard !isOpening, !isLocking, open == nil else { throw .busyOpening }
        let requester = hold(connection, id)
        restore.isBusy = true
        isOpening = true
        let epoch = lockEpoch
        let accepted = completions.run(on: derivations, job, { $0.create() }) { [unowned self] result in
            restore.isBusy = false
            isOpening = false
            release(requester)
            lookForVault()
            guard epoch == lockEpoch else { return reply(Refusal.locked, to: requester) }
            guard !hasVault else { return reply(Refusal.hasVault, to: requester) }
            switch result {
            case .failure(let error): reply(Refusal(error), to: requester)
            case .success((let done, var contents)):
                server.connection(requester.connection)?.restore = nil
                contents.continueGenerations(after: store.highestGeneration())
                server.connection(requester.connection)?.waiting += 1
                found(contents, by: requester) { [unowned self] requester in
                    log(.created, outcome: .done, by: server.connection(requester.connection))
                    tell(done, requester)
                }
            }
        }
        if !accepted {
            restore.isBusy = false
            isOpening = false
            release(requester)
            throw .tooManyDerivations
        }
    }

    private func tell(_ done: Restore.Opened, _ requester: Requester) {
        let connection = server.connection(requester.connection)
        log(.restoredBackup, outcome: .done, by: connection)
        for account in done.merged.added { log(.added, account.onWire, outcome: .done, by: connection) }
        for account in done.merged.changed { log(.edited, account.onWire, outcome: .done, by: connection) }
        for account in done.merged.removed { log(.removed, account.onWire, outcome: .done, by: connection) }
        reply(RestoredReply(done.summary), to: requester)
    }
}
