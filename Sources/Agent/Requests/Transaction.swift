import OneTimePassword
import Platform
import Vault
import Wire

/// New accounts that are taken in together or not at all.
final class Transaction {
    /// What its accounts have in common, should it be an import.
    let batch = Identifier.random()
    /// The vault as it was at BEGIN.
    private let revision: UInt64
    private var added: [Identifier] = []
    private var raised: [(id: Identifier, counter: UInt64)] = []
    private var keys: [Identifier] = []
    private var count = 0
    /// The vault as it would be.
    private(set) var preview: Contents

    /// What a transaction changed.
    struct Changes {
        var added: [Identifier] = []
        var raised: [Identifier] = []
        var keys: [Identifier] = []
    }

    init(_ contents: Contents) {
        revision = contents.revision
        preview = contents
    }

    /// Stages an account and tells what would become of it.
    func add(
        _ details: AccountDetails, _ parameters: Parameters?, key: Span<UInt8>, pin: Span<UInt8>, note: Span<UInt8>,
        _ origin: AccountOrigin, at utc: UInt64
    ) throws(Refusal) -> (Identifier, AddOutcome) {
        guard count < AgentLimits.stagedAccounts else { throw .tooManyStaged }
        do {
            let account = try preview.add(details, parameters, key: key, pin: pin, note: note, origin, at: utc)
            switch account.outcome {
            case .added, .renamed: added.append(account.id)
            case .raised: raised.append((account.id, parameters?.counter ?? 0))
            case .same: return account
            }
            count += 1
            return account
        } catch { throw Refusal(error) }
    }

    /// Stages a passkey and tells what would become of it.
    func add(
        _ key: ForeignKey, _ secrets: ForeignKeySecrets, at utc: UInt64
    ) throws(Refusal) -> (key: KeyCredential, isNew: Bool) {
        guard count < AgentLimits.stagedAccounts else { throw .tooManyStaged }
        do throws(VaultError) {
            let before = Set(preview.inOrder.map(\.id))
            let found = try preview.importKey(key, secrets, batch: batch, at: utc)
            if found.isNew {
                keys.append(found.key.id)
                count += 1
                // Its account may have come in with it.
                if !before.contains(found.key.account) { added.append(found.key.account) }
            }
            return found
        } catch { throw Refusal(error) }
    }

    /// Takes everything over into the vault as it is now, which mostly is the one of BEGIN. The accounts keep their
    /// ids.
    ///
    /// - Parameter source: where the accounts came from, for an import; empty for another transaction.
    func apply(to contents: inout Contents, source: String, at utc: UInt64) throws(VaultError) -> Changes {
        var changes = Changes()
        if contents.revision == revision, contents.generation == preview.generation {
            contents = preview
            changes = Changes(added: added, raised: raised.map(\.id), keys: keys)
        } else {
            for id in added where try contents.add(id, from: preview) != .same { changes.added.append(id) }
            for (id, counter) in raised {
                guard let now = contents[id]?.credential?.parameters.counter, now < counter else { continue }
                try contents.advanceCounter(of: id, to: counter, at: utc)
                changes.raised.append(id)
            }
            for id in keys where try contents.importKey(id, from: preview, at: utc) { changes.keys.append(id) }
        }
        if !source.isEmpty, !changes.added.isEmpty || !changes.keys.isEmpty {
            try contents.noteImport(
                batch, from: source, added: changes.added.count + changes.keys.count, at: utc)
        }
        return changes
    }
}

// BEGIN, COMMIT, ABORT, UNDO_IMPORT.
extension Agent {
    func begin(_: BeginRequest, _ call: Call) throws(Refusal) {
        guard call.connection.transaction == nil else { throw .staging }
        let others = server.all.filter { $0.transaction != nil }
        if others.count >= AgentLimits.transactions {
            guard let idle = Shares.displaced(others, for: call.connection.process.number, always: false, at: now)
            else {
                throw .tooManyTransactions
            }
            idle.transaction = nil
        }
        call.connection.transaction = Transaction(try use().contents)
        endIdle(call.connection.token)
        server.send(OKReply(), to: call)
    }

    /// Drops a transaction that nobody goes on with.
    private func endIdle(_ token: UInt64) {
        timers.add(at: now + AgentLimits.transactionMilliseconds) { [unowned self] in
            guard let connection = server.connection(token), connection.transaction != nil else { return }
            if now >= connection.lastRequest + AgentLimits.transactionMilliseconds {
                connection.transaction = nil
            } else {
                endIdle(token)
            }
        }
    }

    func commit(_ request: CommitRequest, _ call: Call) throws(Refusal) {
        let source = request.source
        guard let transaction = call.connection.transaction else { throw .notStaging }
        call.connection.transaction = nil
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try transaction.apply(to: &contents, source: source, at: utc)
        } then: { [unowned self] changes, requester in
            if !source.isEmpty, !changes.added.isEmpty || !changes.keys.isEmpty {
                log(.imported, outcome: .done, by: requester)
            }
            for account in changes.added { log(.added, account, outcome: .done, by: requester) }
            for id in changes.keys {
                if let key = open?.contents.key(id) { log(.keyImported, key.account, outcome: .done, by: requester) }
            }
            for account in changes.raised { log(.edited, account, outcome: .done, by: requester) }
            reply(OKReply(), to: requester)
        }
    }

    func undoImport(_ request: UndoImportRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        switch contents.undoable {
        case nil: throw .noImport
        case .import(let last): try undo(last, contents, dryRun: request.dryRun, call)
        case .join: throw .undoneByJoin
        case .merge: try undoMerge(contents, dryRun: request.dryRun, approved: [], call)
        }
    }

    private func undo(_ last: LastImport, _ contents: Contents, dryRun: Bool, _ call: Call) throws(Refusal) {
        let undone = { (removed: Int) in
            ImportUndoneReply(
                source: last.source, time: last.time, added: last.added, removed: UInt32(clamping: removed))
        }
        guard !dryRun else { return server.send(undone(contents.imported.count), to: call) }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.undoImport(at: utc) ?? []
        } then: { [unowned self] removed, requester in
            log(.importUndone, outcome: .done, by: requester)
            for account in removed { log(.removed, account, outcome: .done, by: requester) }
            reply(undone(removed.count), to: requester)
        }
    }

    /// Takes a restore or a sync back; the owner is asked when a protection goes with it.
    ///
    /// - Parameter approved: the protections that a yes was for.
    private func undoMerge(_ contents: Contents, dryRun: Bool, approved: [Weakening], _ call: Call) throws(Refusal) {
        guard call.connection.transaction == nil else { throw .staging }
        struct Job: Sendable {
            let contents: Contents
            let proof: OwnerProof
            let utc: UInt64

            func run() -> Result<UndoneMerge?, VaultError> {
                Result { () throws(VaultError) in try contents.undoingMerge(proof, at: utc) }
            }
        }
        let held = hold(call)
        let job = Job(contents: contents, proof: approved.isEmpty ? .none : .yes, utc: utc)
        try offload(job, on: files, for: held, { $0.run() }) { [unowned self] result throws(Refusal) in
            guard let call = self.call(of: held.requester) else { return }
            try checkNotLocked(since: held)
            guard let undone = try result.made() else { throw .noImport }
            if dryRun { return server.send(ImportUndoneReply(undone), to: call) }
            let now = try use().contents
            guard now.revision == contents.revision, now.generation == contents.generation else { throw .keepsChanging }
            guard undone.weakened.allSatisfy(approved.contains) else {
                return try raise(takingAway: undone.weakened, call) { requester in
                    self.goOn(requester) { (call) throws(Refusal) in
                        try self.undoMerge(try self.use().contents, dryRun: false, approved: undone.weakened, call)
                    }
                }
            }
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                contents = undone.contents
            } then: { [unowned self] _, requester in
                takeSettings()
                log(.importUndone, outcome: .done, by: requester)
                for account in undone.gone + undone.trashed { log(.removed, account, outcome: .done, by: requester) }
                logRestored(.accounts, count: undone.gone.count + undone.trashed.count, from: .undo, by: requester)
                for weakening in undone.weakened {
                    logWeakened(AuditSubject(weakening.protection), from: .undo, by: requester)
                }
                reply(ImportUndoneReply(undone), to: requester)
            }
        }
    }

    func abort(_: AbortRequest, _ call: Call) throws(Refusal) {
        guard call.connection.transaction != nil else { throw .notStaging }
        call.connection.transaction = nil
        server.send(OKReply(), to: call)
    }
}

extension ImportUndoneReply {
    /// What taking back a restore or a sync does.
    fileprivate init(_ undone: UndoneMerge) {
        self.init(
            source: undone.undo.source, time: undone.undo.time, added: undone.undo.added,
            removed: UInt32(clamping: undone.gone.count + undone.trashed.count))
        kind = undone.undo.isSync ? .sync : .restore
        (back, kept) = (UInt32(clamping: undone.back), UInt32(clamping: undone.kept))
        weakened = undone.weakened.prefix(Limits.weakened).map { Text.clipped($0.sentence) }
    }
}
