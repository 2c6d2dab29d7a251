import Client

// Sentences of fob sync.
extension Sentences {
    static func takenIn(_ files: Int, _ machines: [String], _ changes: [String]) -> String {
        let from = machines.isEmpty ? "" : " of \(machines.joined(separator: ", "))"
        let what = changes.isEmpty ? "nothing was new" : changes.joined(separator: ", ")
        return "took in \(files) backup\(files == 1 ? "" : "s")\(from): \(what)"
    }
    static func notTakenIn(_ destination: String, _ name: String, _ reason: String) -> String {
        "\(destination): \(name) was not taken in: \(reason)"
    }
    static func shutBackup(_ destination: String, _ name: String) -> String {
        "\(destination): \(name) does not open with the keys of this machine: another one has changed the unlock methods"
    }
    static let openOnce = "run fob sync in a terminal once, and type that machine's passphrase"
    static func askedOnce(_ name: String) -> String {
        "\(name) is from a machine that has changed its unlock methods: its passphrase, this once"
    }
    static let syncPassphraseExplanation = "It is the passphrase of the machine that made the backup."
    static let ownPassphraseExplanation =
        "It is the passphrase of this machine: it takes over what the other one changed."
    static func methodsThere(_ machine: String) -> String {
        "there are unlock methods on \(Label.shown(machine)) that are not here: the passphrase takes them over"
    }
    static func methodsPending(_ machine: String) -> String {
        "pending from \(Label.shown(machine)): unlock methods; run fob sync in a terminal, and give the passphrase"
    }
    static let notAllTakenIn = "not everything of the other machines was taken in"
    static let seeAbove = "what helps stands above"
    static let accessNew = "other unlock methods"
    static let waysChanged = "kit codes or recovery accounts were changed on another machine: see fob access list"
    static let passphraseChangedElsewhere =
        "the passphrase was changed on another machine: from now on this vault opens with that one"
}
