import Wire

// Sentences of fob sync.
extension Sentences {
    static func takenIn(_ files: Int, _ machines: [String], _ changes: [String], waits: Bool) -> String {
        let from = machines.isEmpty ? "" : " of \(machines.joined(separator: ", "))"
        let nothing = waits ? "nothing else was new" : "nothing was new"
        let what = changes.isEmpty ? nothing : changes.joined(separator: ", ")
        return "took in \(files) backup\(files == 1 ? "" : "s")\(from): \(what)"
    }
    static func notTakenIn(_ destination: String, _ name: String, _ reason: String) -> String {
        "\(destination): \(name) was not taken in: \(reason)"
    }
    static func shutBackup(_ destination: String, _ name: String) -> String {
        "\(destination): \(name) does not open with the keys of this machine: another one has changed the unlock methods"
    }
    static func foreignThere(_ destination: String, _ vaults: [String: Int]) -> String {
        "\(destination): \(alsoForeign(vaults)); a sync leaves them alone"
    }
    static let rubbishRemedy =
        "this is told once: see who can write to this place, and remove the file when it is nobody's"
    static let openOnce = "run fob sync in a terminal once, and type that machine's passphrase"
    static func askedOnce(_ name: String) -> String {
        "\(name) is from a machine that has changed its unlock methods: its passphrase, this once"
    }
    static let syncPassphraseExplanation = "It is the passphrase of the machine that made the backup."
    static func pending(_ summary: RestoreSummary) -> String {
        let machine = summary.machine.isEmpty ? "another machine" : summary.machine
        let parts = summary.left.filter(\.waits).map { "\($0.count) \($0.kind.words)" }
        let named = summary.weakened.isEmpty ? "" : " (\(summary.weakened.joined(separator: ", ")))"
        return
            "pending from \(machine): \(parts.joined(separator: ", "))\(named); run fob sync in a terminal to take it in"
    }
    static let pendingAsked =
        "only the owner takes that in: the passphrase of the vault here, or an empty line to leave it"
    static let pendingExplanation = "What waits changes who can open the vault, its settings, or a protection."
    static let ownPassphraseExplanation =
        "It is the passphrase of this machine: it takes over what the other one changed."
    static let notAllTakenIn = "not everything of the other machines was taken in"
    static let seeAbove = "the remedy is above"
    static func met(_ what: String) -> String { "edited here and there: \(what)" }
    static let accessNew = "other unlock methods"
    static let waysChanged = "kit codes or recovery accounts were changed on another machine: see fob access list"
    static let passphraseChangedElsewhere =
        "the passphrase was changed on another machine: from now on this vault opens with that one"
}
