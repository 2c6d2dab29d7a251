import Client
import Platform
import Synchronization
import Wire

/// The names of accounts that the command line has, for whoever is told that there is no such account.
enum Asked {
    private struct Name {
        let text: String
        let isTrashed: Bool
    }

    private static let names = Mutex<[Name]>([])

    /// Takes note of a name that is looked for.
    static func note(_ name: String, isTrashed: Bool = false) {
        names.withLock { $0.append(Name(text: name, isTrashed: isTrashed)) }
    }

    /// What else is to be said of a name that was not found: which, and what may have been meant. Nothing is said where
    /// that would need an agent to be started or a passphrase.
    static func explained(_ error: ClientError) -> ClientError {
        // The agent has the same code for a name that is right and an account that lacks something.
        guard error.code == .notFound, error.details.isEmpty, error.message == tr("no account matches that name") else {
            return error
        }
        let names = names.withLock { $0 }
        guard let last = names.last else { return error }
        var here: [Account] = []
        if var connection = try? Connection.open(starting: false) {
            here = ((try? connection.accounts(withTrash: last.isTrashed)) ?? []).filter {
                ($0.removed != 0) == last.isTrashed
            }
        }
        // Of several it is the first that no account has anything of.
        let name = names.first { name in !here.contains { $0.mayBeMeant(by: name.text) } } ?? last
        let message = Sentences.noAccount(Label.shown(name.text))
        let typed = Dictionary(zip(here.map(\.label), Arguments.naming(here)), uniquingKeysWith: { first, _ in first })
        let near = Nearest.names(to: name.text, among: here.map(\.label)).compactMap { typed[$0] }
        let list = name.isTrashed ? tr("list the names with 'fob list --trash'") : error.remedy
        let remedy = near.isEmpty ? list : Sentences.didYouMean(near.map(Shell.quoted))
        return ClientError(error.code, message, remedy: remedy)
    }
}

extension Account {
    /// Whether a name on the command line may be this one's.
    fileprivate func mayBeMeant(by name: String) -> Bool {
        let label = Searched.text(label)
        let words = Searched.words(Label.untyped(name))
        return name == "id:\(id)" || name.lowercased() == "\(issuer):\(self.name)".lowercased()
            || words.allSatisfy(label.contains)
    }
}
