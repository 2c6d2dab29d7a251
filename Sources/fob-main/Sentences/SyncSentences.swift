import Client
import Wire

// Sentences of fob sync.
extension Sentences {
    static func takenIn(_ files: Int, _ machines: [String], _ changes: [String], waits: Bool) -> String {
        let from = machines.isEmpty ? "" : tr(" of \(machines.joined(separator: ", "))")
        let nothing = waits ? tr("nothing else was new") : tr("nothing was new")
        let what = changes.isEmpty ? nothing : changes.joined(separator: ", ")
        return tr("took in \(Count.text(files, "backup"))\(from): \(what)")
    }
    static func notTakenIn(_ destination: String, _ name: String, _ reason: String) -> String {
        tr("\(destination): \(name) was not taken in: \(reason)")
    }
    static func shutBackup(_ destination: String, _ name: String) -> String {
        tr(
            "\(destination): \(name) does not open with the keys of this machine: another one has changed the unlock methods"
        )
    }
    static func earlierGoesOn(_ destination: String) -> String {
        tr(
            "\(destination): another machine still uses the vault from before the join, and nothing of it comes in"
        )
    }
    static let rubbishRemedy =
        tr("this is reported once: find out who can write to this place, and remove the file if it is nobody's")
    static let openOnce = tr("run fob sync in a terminal once, and type that machine's passphrase")
    static func askedOnce(_ name: String) -> String {
        tr(
            "\(name) is from a machine that has changed its unlock methods: its passphrase, this once, or an empty line to leave that backup alone"
        )
    }
    static let syncPassphraseExplanation = tr("It is the passphrase of the machine that made the backup.")
    static func pending(_ summary: RestoreSummary) -> String {
        let machine = summary.machine.isEmpty ? tr("another machine") : summary.machine
        let parts = summary.left.filter(\.waits).map { "\($0.count) \($0.kind.words)" }
        let named = summary.weakened.isEmpty ? "" : " (\(summary.weakened.joined(separator: ", ")))"
        return
            tr(
                "pending from \(machine): \(parts.joined(separator: ", "))\(named); run fob sync in a terminal to take it in"
            )
    }
    static let pendingAsked =
        tr("only the owner takes that in: the passphrase of the vault here, or an empty line to leave it")
    static let pendingExplanation = tr("What waits changes who can open the vault, its settings, or a protection.")
    static let ownPassphraseExplanation =
        tr("It is the passphrase of this machine: it takes over what the other one changed.")
    static let notAllTakenIn = tr("not everything of the other machines was taken in")
    static func met(_ what: String) -> String { tr("edited here and there: \(what)") }
    static let waysChanged = tr("kit codes or recovery accounts were changed on another machine: see fob access list")
    static let passphraseChangedElsewhere =
        tr("the passphrase was changed on another machine: from now on this vault opens with that one")
}
