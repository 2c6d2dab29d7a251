import Client
import Wire

// Sentences of fob join, and of vaults that have become one with another.
extension Sentences {
    static let restoreInstead = tr("run fob restore: where there is no vault, the backup becomes it")
    static let joinExplanation = tr("Its owner alone gives this vault away to another one.")
    static let otherSecretPrompt = tr("Passphrase of the other vault, or a kit code of it: ")
    static let otherSecretExplanation = tr("It is what opened the other vault when the backup was made.")
    static func nothingToJoin(_ place: String) -> String { tr("\(place): there is no backup of another vault") }
    static let syncInstead = tr(
        "name the place of the other machine's backups; with one vault already, run fob sync; where each machine was restored by a kit code, or changed its passphrase, name the newest file of the other one"
    )
    static let notJoined = tr("the two vaults were left as they are")
    static func joinedFrom(_ file: String) -> String { noted("join of \(file)") }
    static let joinsUnvouched =
        tr("what opened the file does not vouch for its signature: compare the fingerprint before you go on")

    /// What becomes of an account.
    static func joins(_ outcome: MergeOutcome) -> String {
        switch outcome {
        case .same: tr("twin")
        case .newer: tr("twin, with changes")
        case .differs: tr("another name")
        case .new, .needsVerification, .onlyHere, .removed, .inTrash: outcome.words
        }
    }
    static func joinCounts(_ summary: RestoreSummary) -> String {
        let parts = [
            (summary.count(.new) + summary.count(.needsVerification), tr("from the other vault")),
            (summary.count(.same) + summary.count(.newer), tr("in both")),
            (summary.count(.differs), tr("under another name")),
            (summary.count(.onlyHere), tr("only here")), (summary.count(.removed), tr("to the trash")),
        ]
        return tr("accounts: ") + parts.filter { $0.0 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ")
    }
    static func opensAfterwards(_ names: [String]) -> String {
        tr("from now on it opens by what opens the other vault: \(names.joined(separator: ", "))")
    }
    static func opensNoMore(_ names: [String]) -> String {
        tr("and no more by what opens the one here: \(names.joined(separator: ", "))")
    }
    static func joined(_ summary: RestoreSummary) -> String {
        let machine = summary.machine.isEmpty ? "" : tr(" of \(Label.shown(summary.machine))")
        return tr("this machine has the vault \(summary.vault.description.prefix(8))\(machine) now")
    }
    static func joinedBackups(_ vault: String) -> String {
        tr("backups of \(vault) stay where they are and open as before; the kit of that vault is for them only")
    }
    static let syncBoth =
        tr("next: run fob sync here and then on the other machine, with a place for backups that both have")
    static let undoJoinStep = tr("next: if this was wrong, fob join --undo, before the vault is changed")
    static let undoJoinWithSource =
        tr("an undo takes no source and no other options than --own-passphrase-fd, --dry-run and --yes")
    static func undoJoinPrompt(_ reply: JoinUndoneReply) -> String {
        tr("Go back to the vault \(reply.vault.description.prefix(8)) with \(accounts(Int(reply.accounts)))? [y/N] ")
    }
    static func joinWouldBeUndone(_ reply: JoinUndoneReply) -> String {
        tr("the vault would be \(reply.vault.description.prefix(8)) again, with \(accounts(Int(reply.accounts)))")
    }
    static func joinUndone(_ reply: JoinUndoneReply) -> String {
        tr(
            "the vault is \(reply.vault.description.prefix(8)) again, with \(accounts(Int(reply.accounts))), and opens as before"
        )
    }
    static func earlierVault(_ vault: EarlierVault) -> String {
        let machine = vault.machine.isEmpty ? "" : tr(" of \(Label.shown(vault.machine))")
        return tr("an earlier vault\(machine), which joined this one on \(Moment.text(vault.joined))")
    }
}
