import Client
import Wire

// Sentences of fob join, and of vaults that have become one with another.
extension Sentences {
    static let restoreInstead = "run fob restore: where there is no vault, the backup becomes it"
    static let ownPassphrasePrompt = "Passphrase of the vault here: "
    static let joinExplanation = "Its owner alone gives this vault away to another one."
    static let otherSecretPrompt = "Passphrase of the other vault, or a kit code of it: "
    static let otherSecretExplanation = "It is what opened the other vault when the backup was made."
    static func nothingToJoin(_ place: String) -> String { "\(place): there is no backup of another vault" }
    static let syncInstead = "name the place of the other machine's backups; with one vault already, run fob sync"
    static let notJoined = "the two vaults were left as they are"
    static let joinPrompt = "Make one vault of both? [y/N] "
    static func joinedFrom(_ file: String) -> String { "join of \(file)" }
    static let seeJoinPreview = "run fob join with --dry-run --json to see them"
    static let joinsUnvouched =
        "what opened the file does not vouch for its signature: compare the fingerprint before you go on"

    /// What becomes of an account.
    static func joins(_ outcome: MergeOutcome) -> String {
        switch outcome {
        case .same: "twin"
        case .newer: "twin, with changes"
        case .differs: "another name"
        case .new, .needsVerification, .onlyHere, .removed, .inTrash: outcome.words
        }
    }
    static func joinCounts(_ summary: RestoreSummary) -> String {
        let parts = [
            (summary.count(.new) + summary.count(.needsVerification), "from the other vault"),
            (summary.count(.same) + summary.count(.newer), "in both"), (summary.count(.differs), "under another name"),
            (summary.count(.onlyHere), "only here"), (summary.count(.removed), "to the trash"),
        ]
        return "accounts: " + parts.filter { $0.0 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ")
    }
    static func opensAfterwards(_ names: [String]) -> String {
        "from now on it opens by what opens the other vault: \(names.joined(separator: ", "))"
    }
    static func opensNoMore(_ names: [String]) -> String {
        "and no more by what opens the one here: \(names.joined(separator: ", "))"
    }
    static func joined(_ summary: RestoreSummary) -> String {
        let machine = summary.machine.isEmpty ? "" : " of \(Label.shown(summary.machine))"
        return "this machine has the vault \(summary.vault.description.prefix(8))\(machine) now"
    }
    static func joinedBackups(_ vault: String) -> String {
        "backups of \(vault) stay where they are and open as before; the kit of that vault is for them only"
    }
    static let syncBoth =
        "next: run fob sync here and then on the other machine, with a place for backups that both have"
    static let undoJoinStep = "next: if this was wrong, fob join --undo, before the vault is changed"
    static let undoJoinWithSource =
        "an undo takes no source and no other options than --own-passphrase-fd, --dry-run and --yes"
    static let undoJoinAlone = "run fob join --undo"
    static func undoJoinPrompt(_ reply: JoinUndoneReply) -> String {
        "Go back to the vault \(reply.vault.description.prefix(8)) with \(accounts(Int(reply.accounts)))? [y/N] "
    }
    static func joinWouldBeUndone(_ reply: JoinUndoneReply) -> String {
        "the vault would be \(reply.vault.description.prefix(8)) again, with \(accounts(Int(reply.accounts)))"
    }
    static func joinUndone(_ reply: JoinUndoneReply) -> String {
        "the vault is \(reply.vault.description.prefix(8)) again, with \(accounts(Int(reply.accounts))), and opens as before"
    }
    static func earlierVault(_ vault: EarlierVault) -> String {
        let machine = vault.machine.isEmpty ? "" : " of \(Label.shown(vault.machine))"
        return "an earlier vault\(machine), which joined this one on \(Moment.utc(vault.joined))"
    }
    static func earlierThere(_ told: [String]) -> String { "backups of \(told.joined(separator: "; "))" }
}
