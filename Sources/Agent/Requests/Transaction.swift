import OneTimePassword
import Platform
import Vault
import Wire

/// New accounts that are taken in together or not at all.
final class Transaction {
    /// The vault as it was at BEGIN.
    private let revision: UInt64
    private var added: [Vault.Identifier] = []
    /// The vault as it would be.
    private(set) var preview: Contents

    init(_ contents: Contents) {
        revision = contents.revision
        preview = contents
    }

    /// Stages an account and tells what would become of it.
    func add(
        _ new: NewDetails, _ parameters: Parameters?, key: Span<UInt8>, pin: Span<UInt8>, at utc: UInt64
    ) throws(Refusal) -> (Vault.Identifier, Vault.AddOutcome) {
        guard added.count < AgentLimits.stagedAccounts else { throw .tooManyStaged }
        do {
            let account = try preview.add(new.details, parameters, key: key, pin: pin, note: new.note, at: utc)
            if account.outcome != .same { added.append(account.id) }
            return account
        } catch { throw Refusal(error) }
    }

    /// Takes everything over into the vault as it is now, which mostly is the one of BEGIN. The accounts keep their
    /// ids.
    func apply(to contents: inout Contents) throws(VaultError) -> [Vault.Identifier] {
        if contents.revision == revision, contents.generation == preview.generation {
            contents = preview
            return added
        }
        var taken: [Vault.Identifier] = []
        for id in added where try contents.add(id, from: preview) != .same { taken.append(id) }
        return taken
    }
}

// BEGIN, COMMIT, ABORT.
extension Agent {
    func begin(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        _ = try read(BeginRequest.self, body)
        guard connection.transaction == nil else { throw .staging }
        guard server.all.count(where: { $0.transaction != nil }) < AgentLimits.transactions else {
            throw .tooManyTransactions
        }
        connection.transaction = Transaction(try use().contents)
        server.send(OKReply(), to: connection, request: id)
    }

    func commit(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        _ = try read(CommitRequest.self, body)
        guard let transaction = connection.transaction else { throw .notStaging }
        connection.transaction = nil
        try change(for: connection, id) { (contents: inout Contents) throws(VaultError) in
            try transaction.apply(to: &contents)
        } then: { [unowned self] added, requester in
            let connection = server.connection(requester.connection)
            for account in added { log(.added, account.onWire, outcome: .done, by: connection) }
            reply(OKReply(), to: requester)
        }
    }

    func abort(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        _ = try read(AbortRequest.self, body)
        guard connection.transaction != nil else { throw .notStaging }
        connection.transaction = nil
        server.send(OKReply(), to: connection, request: id)
    }
}
