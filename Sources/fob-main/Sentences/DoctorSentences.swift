import Client
import Wire

/// What `fob doctor` finds, and what helps.
extension Sentences {
    static func faultsFound(_ count: Int) -> String {
        trn(count, "\(count) thing is wrong", "\(count) things are wrong")
    }
    static func agentAnswers(_ status: StatusReply) -> String {
        switch status.vault {
        case .none: tr("it answers; there is no vault")
        case .locked: tr("it answers; the vault is locked")
        case .unlocked: tr("it answers; the vault is unlocked, with \(Count.text(status.accounts, "account"))")
        }
    }
    static let memoryUnlocked = tr("memory is not locked: secrets may be written to swap")
    static func diskFull(_ path: String, _ free: UInt64) -> String {
        tr("the disk of \(path) is nearly full: \(free) KiB are left")
    }
    static func clockBehind(_ time: String) -> String {
        tr("it says \(time), which is before the last backup or this release")
    }
    static func clockFree(_ time: String) -> String {
        tr("it says \(time), and nothing keeps it right, as the kernel says: a minute's difference makes codes wrong")
    }
    static let setClock = tr(
        "set the clock: codes are wrong without the right time, and backups seem newer than they are")
    static let unitInactive = tr("it is not active: backups are not uploaded by themselves")
    static func enableUnit(_ unit: String) -> String { "systemctl --user enable --now \(unit)" }
    static let isStale = tr("it is stale: it has not held the newest backup for too long")
    static let runBackup = tr("run: fob backup now")
    static func onlyForeign(_ vaults: [String: Int]) -> String {
        tr(
            "there are only backups of another vault (\(foreign(vaults))): they open with that vault's passphrase or kit codes"
        )
    }
    static func alsoForeign(_ vaults: [String: Int]) -> String {
        tr("backups of another vault lie there too: \(foreign(vaults))")
    }
    private static func foreign(_ vaults: [String: Int]) -> String {
        vaults.sorted { $0.key < $1.key }.map { tr("\($0.value) of \($0.key)") }.joined(separator: ", ")
    }
    static func plantedThere(_ file: String, _ reason: String) -> String {
        tr("\(file) is not what its name says: \(reason)")
    }
    static let plantedRemedy = tr("see who can write there; restores and rehearsals pass it over")
    static let foreignRemedy =
        tr("see whether this is the folder that you mean; with fob backup now, this vault's go there too")
    static let nothingThere = tr("the folder is empty: the backups were deleted, or this is another folder")
    static let nothingThereRemedy = tr("look there, and in its trash folder; then run: fob backup now")
    static let keyNotThere =
        tr("this vault's recovery key does not lie there: the stock age program needs it beside the backups")
    static let noRecoveryKey =
        tr("no recovery key goes with the backups yet: the stock age program could not open them by the passphrase")
    static let makeRecoveryKey =
        tr("it is made when the passphrase opens the vault: run fob lock, fob unlock, and then fob backup now --force")
    static func notLookedInto(_ count: Int, _ cause: String) -> String {
        trn(
            count, "\(count) backup is there, which cannot be looked into, because \(cause)",
            "\(count) backups are there; the newest cannot be looked into, because \(cause)")
    }
    static func holds(_ count: Int, _ newest: BackupVerifiedReply) -> String {
        trn(
            count, "\(count) backup is there, which opens, and holds \(accounts(Int(newest.accounts)))",
            "\(count) backups are there; the newest opens, and holds \(accounts(Int(newest.accounts)))")
    }
}
