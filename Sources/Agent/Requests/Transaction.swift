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
    private var count = 0
    /// The vault as it would be.
    private(set) var preview: Contents

    /// What a transaction changed.
    struct Changes {
        var added: [Identifier] = []
        var raised: [Identifier] = []
    }

    init(_ contents: Contents) {
        revision = contents.revision
        preview = contents
    }

    /// Stages an account and tells what would become of it.
    func add(
        _ details: AccountDetails, _ parameters: Parameters?, key: Span<UInt8>, pin: Span<UInt8>, note: Span<UInt8>,
        _ origin: AccountOrigin, at utc: UInt64
    ) throws(Refusal) -> (Identifier, Vault.AddOutcome) {
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

    /// Takes everything over into the vault as it is now, which mostly is the one of BEGIN. The accounts keep their
    /// ids.
    ///
    /// - Parameter source: where the accounts came from, for an import; empty for another transaction.
    func apply(to contents: inout Contents, source: String, at utc: UInt64) throws(VaultError) -> Changes {
        var changes = Changes()
        if contents.revision == revision, contents.generation == preview.generation {
            contents = preview
            changes = Changes(added: added, raised: raised.map(\.id))
        } else {
            for id in added where try contents.add(id, from: preview) != .same { changes.added.append(id) }
            for (id, counter) in raised {
                guard let now = contents[id]?.credential?.parameters.counter, now < counter else { continue }
                try contents.advanceCounter(of: id, to: counter, at: utc)
                changes.raised.append(id)
            }
        }
        if !source.isEmpty, !changes.added.isEmpty {
            try contents.noteImport(batch, from: source, added: changes.added.count, at: utc)
        }
        return changes
    }
}

// BEGIN, COMMIT, ABORT, UNDO_IMPORT.
extension Agent {
    func begin(_: BeginRequest, _ call: Call) throws(Refusal) {
        guard call.connection.transaction == nil else { throw .staging }
        guard server.all.count(where: { $0.transaction != nil }) < AgentLimits.transactions else {
            throw .tooManyTransactions
        }
        call.connection.transaction = Transaction(try use().contents)
        server.send(OKReply(), to: call)
    }

    func commit(_ request: CommitRequest, _ call: Call) throws(Refusal) {
        let source = request.source
        guard let transaction = call.connection.transaction else { throw .notStaging }
        call.connection.transaction = nil
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try transaction.apply(to: &contents, source: source, at: utc)
        } then: { [unowned self] changes, requester in
            if !source.isEmpty, !changes.added.isEmpty { log(.imported, outcome: .done, by: requester) }
            for account in changes.added { log(.added, account, outcome: .done, by: requester) }
            for account in changes.raised { log(.edited, account, outcome: .done, by: requester) }
            reply(OKReply(), to: requester)
        }
    }

    func undoImport(_ request: UndoImportRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        guard let last = contents.lastImport else { throw .noImport }
        let undone = { (removed: Int) in
            ImportUndoneReply(
                source: last.source, time: last.time, added: last.added, removed: UInt32(clamping: removed))
        }
        guard !request.dryRun else {
            return server.send(undone(contents.imported.count), to: call)
        }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.undoImport(at: utc) ?? []
        } then: { [unowned self] removed, requester in
            log(.importUndone, outcome: .done, by: requester)
            for account in removed { log(.removed, account, outcome: .done, by: requester) }
            reply(undone(removed.count), to: requester)
        }
    }

    func abort(_: AbortRequest, _ call: Call) throws(Refusal) {
        guard call.connection.transaction != nil else { throw .notStaging }
        call.connection.transaction = nil
        server.send(OKReply(), to: call)
    }
}
