import Client
import Platform
import Synchronization
import Wire

/// The names of accounts that the command line has, for whoever is told that there is no such account.
enum Asked {
    private static let names = Mutex<[String]>([])

    /// Takes note of a name that is looked for.
    static func note(_ name: String) { names.withLock { $0.append(name) } }

    /// What else is to be said of a name that was not found: which, and what may have been meant. Nothing is said where
    /// that would need an agent to be started or a passphrase.
    static func explained(_ error: ClientError) -> ClientError {
        // The agent has the same code for a name that is right and an account that lacks something.
        guard error.code == .notFound, error.details.isEmpty, error.message == Sentences.noAccountFits else {
            return error
        }
        // Names are looked for one after the other: it is the last one.
        guard let name = names.withLock({ $0.last }) else { return error }
        let message = Sentences.noAccount(Label.shown(name))
        guard var connection = try? Connection.open(starting: false), let accounts = try? connection.accounts() else {
            return ClientError(error.code, message, remedy: error.remedy)
        }
        let near = Nearest.names(to: name, among: accounts.lazy.filter { $0.removed == 0 }.map(\.label))
        let remedy = near.isEmpty ? error.remedy : Sentences.didYouMean(near.map { Shell.quoted(Label.shown($0)) })
        return ClientError(error.code, message, remedy: remedy)
    }
}
