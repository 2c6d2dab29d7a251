import Backup
import Client
import Platform
import Wire

/// About backups.
extension Sentences {
    static let boundHere =
        tr(
            "its key is in no backup from now on; those made before have it, and after a restore it must be verified again"
        )
    static func sealed(_ name: String) -> String { tr("sealed \(name)") }
    static func sealedBefore(_ name: String) -> String { tr("nothing has changed since \(name) was sealed") }
    static let addDestination = tr("say where backups go: fob backup add NAME --folder DIRECTORY, see fob-backup(1)")
    static let backupTriedLater = tr("what failed is tried again later")
    static let nothingBackedUp = tr("nothing is backed up: when this machine is lost, its accounts are lost with it")
    static let noDestinations = tr("there is no destination for backups")
    static let backupWait = tr("try again when it has ended")
    static func backupFailedAt(_ names: [String]) -> String {
        tr("the backup did not get to \(names.joined(separator: ", "))")
    }
    static func backupStaleAt(_ names: [String]) -> String {
        tr("the backup is stale at \(names.joined(separator: ", "))")
    }
    static let seeBackupStatus = tr("see fob backup status")
    static func notUploaded(_ name: String, _ reason: String) -> String {
        tr("\(name): not backed up: \(Translation.heard(reason))")
    }
    static func partlyUploaded(_ name: String, _ reason: String) -> String {
        tr("\(name): the newest backup is there, and older ones are not: \(Translation.heard(reason))")
    }
    static func backupPartlyAt(_ names: [String]) -> String {
        tr("older backups did not get to \(names.joined(separator: ", "))")
    }
    static func notPruned(_ name: String, _ reason: String) -> String {
        tr("\(name): backups that are no longer needed could not be removed: \(Translation.heard(reason))")
    }
    static func backupPruned(_ name: String, _ file: String) -> String {
        tr("\(name): removed \(file), which newer ones replace")
    }
    static func nothingSealed(_ name: String) -> String { tr("\(name): there is no finished backup yet") }
    static func uploaded(
        _ name: String, _ file: String, isNew: Bool, _ verified: BackupVerifiedReply?, _ silence: AgentLink.Silence?
    ) -> String {
        let what = isNew ? tr("uploaded \(file)") : tr("\(file) is there")
        guard let verified else { return tr("\(name): \(what), read back; not verified, because \(cause(silence))") }
        return tr("\(name): \(what), read back and verified: \(accounts(verified.accounts))")
    }
    static func cause(_ silence: AgentLink.Silence?) -> String {
        switch silence {
        case .noAgent, nil: tr("no agent answers")
        case .busy: tr("the agent is busy")
        case .locked: tr("the vault is locked")
        }
    }
    static let nothingSealed = tr("there is no finished backup yet")
    static let sealOne = tr("unlock the vault and run: fob backup now")
    static func backupsLostAt(_ names: [String]) -> String {
        tr("backups have vanished at \(names.joined(separator: ", "))")
    }
    static func acceptLost(_ name: String) -> String {
        tr("find out who removes files there; to accept the loss, run: fob backup accept \(Shell.quoted(name))")
    }
    static func accepted(_ name: String, _ gone: Int) -> String {
        gone == 0
            ? tr("\(name): nothing is missing there")
            : trn(
                gone, "\(name): \(gone) backup that is gone is no longer expected there",
                "\(name): \(gone) backups that are gone are no longer expected there")
    }
    static func keyNotBrought(_ name: String, _ reason: String) -> String {
        tr("\(name): the recovery key could not be put beside the backups: \(Translation.heard(reason))")
    }
    static func programNotBrought(_ name: String, _ reason: String) -> String {
        tr(
            "\(name): the program for readers without fob could not be put beside the backups: \(Translation.heard(reason))"
        )
    }
    static func planted(_ name: String, _ file: String, _ reason: String) -> String {
        tr("\(name): \(file) was passed over: \(reason)")
    }
    static func rehearsalFailedAt(_ names: [String]) -> String {
        tr("the rehearsal failed at \(names.joined(separator: ", "))")
    }
    static let newestLost = tr("the newest backup there is gone, or not as it was put there")
    static let seeDoctor = tr("see what is wrong: fob doctor; then run: fob backup now")
    static let sameDisk =
        tr("this folder is on the disk of the vault, and is lost with it; is the other disk mounted?")
    static func samePlace(_ name: String) -> String { tr("this place is the destination \(name) already") }
    static func removeOtherPlace(_ name: String) -> String {
        tr("choose another place, or remove that one first: fob backup remove \(name)")
    }
    static let inVault = tr("the vault keeps its own files in this folder, and what is there is lost with it")
    static let placeElsewhere = tr("choose a folder elsewhere, on another disk if possible")
    static let folderBlank = tr("a folder's name that begins or ends with a blank cannot stand in the configuration")
    private static func accounts(_ count: UInt32) -> String { Count.text(count, "account") }
    static func badPlanOption(_ key: String, _ range: ClosedRange<UInt16>) -> String {
        tr("--\(key) takes a number from \(range.lowerBound) to \(range.upperBound)")
    }
    static let folderNotAbsolute = tr("the folder must be given with its whole path")
    static let rcloneNotPlain = tr("this is not REMOTE:PATH of rclone's configuration")
    static let rcloneConfig =
        tr("set the remote up with 'rclone config' and give its name; credentials do not belong on a command line")
    static let oneDestination = tr("a destination is --folder, or --rclone, or --put with --get and --list")
    static func destinationAdded(_ name: String) -> String {
        tr("\(name) is a destination for backups now; try it with: fob backup test \(Shell.quoted(name))")
    }
    static func destinationWorks(_ name: String) -> String {
        tr("\(name) works: a file was put there, read back and removed")
    }
    static func destinationWorks(_ name: String, left file: String) -> String {
        tr("\(name) works: \(file) was put there and read back; it stays there, because the place removes nothing")
    }
    static func rehearsed(_ name: String, _ file: String, _ found: BackupVerifiedReply) -> String {
        let trash = found.inTrash == 0 ? "" : tr(", and \(found.inTrash) in the trash")
        let bound =
            found.placeholders == 0
            ? "" : tr("; \(found.placeholders) of them will have to be verified with their service")
        return tr("\(name): \(file) brings back all \(accounts(found.accounts))\(trash)\(bound)")
    }
    static func rehearsalFailed(_ name: String, _ found: BackupVerifiedReply) -> String {
        tr("\(name): accounts missing there: \(found.missing), older: \(found.older), different: \(found.different)")
    }
    static let vaultLocked = tr("the vault was locked meanwhile")
    static let makeAnother = tr("make another backup: fob backup now --force")
    static func backupStands(
        _ name: String, _ health: BackupHealth, _ state: DestinationState, _ utc: UInt64
    ) -> String {
        func age(_ moment: UInt64) -> String {
            moment == 0 ? tr("never") : tr("\(Seconds.text(utc > moment ? utc - moment : 0)) ago")
        }
        let newest = state.newest.map { tr("newest of \(age($0.utc))") } ?? tr("nothing there yet")
        let seen = tr("last good \(age(state.success)), verified \(age(state.verified))")
        return tr("backup \(name): \(health.words), \(newest), \(seen)")
    }
}
