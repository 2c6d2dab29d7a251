import Backup
import Client
import Platform
import Wire

/// About backups.
extension Sentences {
    static let boundHere =
        "its key is in no backup from now on; those made before have it, and after a restore it must be verified again"
    static func sealed(_ name: String) -> String { "sealed \(name)" }
    static func sealedBefore(_ name: String) -> String { "nothing has changed since \(name) was sealed" }
    static let addDestination = "say where backups go: fob backup add NAME --folder DIRECTORY, see fob-backup(1)"
    static let backupTriedLater = "what failed is tried again later"
    static let nothingBackedUp = "nothing is backed up: when this machine is lost, its accounts are lost with it"
    static let noDestinations = "there is no destination for backups"
    static let backupRunning = "another backup run is in progress"
    static let backupWait = "try again when it has ended"
    static func backupFailedAt(_ names: [String]) -> String {
        "the backup did not get to \(names.joined(separator: ", "))"
    }
    static func backupStaleAt(_ names: [String]) -> String {
        "the backup is stale at \(names.joined(separator: ", "))"
    }
    static let seeBackupStatus = "see fob backup status"
    static func notUploaded(_ name: String, _ reason: String) -> String { "\(name): not backed up: \(reason)" }
    static func partlyUploaded(_ name: String, _ reason: String) -> String {
        "\(name): the newest backup is there, and older ones are not: \(reason)"
    }
    static func backupPartlyAt(_ names: [String]) -> String {
        "older backups did not get to \(names.joined(separator: ", "))"
    }
    static func notPruned(_ name: String, _ reason: String) -> String {
        "\(name): what is not needed any more could not be removed: \(reason)"
    }
    static func backupPruned(_ name: String, _ file: String) -> String {
        "\(name): removed \(file), which newer ones replace"
    }
    static func nothingSealed(_ name: String) -> String { "\(name): there is no finished backup yet" }
    static func uploaded(
        _ name: String, _ file: String, isNew: Bool, _ verified: BackupVerifiedReply?, _ silence: AgentLink.Silence?
    ) -> String {
        let what = isNew ? "uploaded \(file)" : "\(file) is there"
        guard let verified else { return "\(name): \(what), read back; not verified, because \(cause(silence))" }
        return "\(name): \(what), read back and verified: \(accounts(verified.accounts))"
    }
    static func cause(_ silence: AgentLink.Silence?) -> String {
        switch silence {
        case .noAgent, nil: "no agent answers"
        case .busy: "the agent is busy"
        case .locked: "the vault is locked"
        }
    }
    static let agentBusy = "the agent is busy"
    static let noAgentAnswers = "no agent answers"
    static let startIt = "run fob unlock"
    static let nothingSealed = "there is no finished backup yet"
    static let sealOne = "unlock the vault and run: fob backup now"
    static func backupsLostAt(_ names: [String]) -> String {
        "backups have vanished at \(names.joined(separator: ", "))"
    }
    static func acceptLost(_ name: String) -> String {
        "see who removes files there; when you have taken note, run: fob backup accept \(Shell.quoted(name))"
    }
    static func accepted(_ name: String, _ gone: Int) -> String {
        let what =
            gone == 0
            ? "nothing is missing" : gone == 1 ? "1 backup that is gone is" : "\(gone) backups that are gone are"
        return gone == 0 ? "\(name): \(what) there" : "\(name): \(what) not expected there any more"
    }
    static func keyNotBrought(_ name: String, _ reason: String) -> String {
        "\(name): the recovery key could not be put beside the backups: \(reason)"
    }
    static func programNotBrought(_ name: String, _ reason: String) -> String {
        "\(name): the program for readers without fob could not be put beside the backups: \(reason)"
    }
    static func planted(_ name: String, _ file: String, _ reason: String) -> String {
        "\(name): \(file) was passed over: \(reason)"
    }
    static func rehearsalFailedAt(_ names: [String]) -> String {
        "the rehearsal failed at \(names.joined(separator: ", "))"
    }
    static let sameDisk =
        "this folder is on the disk of the vault, and is lost with it; is the other disk mounted?"
    static let folderBlank = "a folder's name that begins or ends with a blank cannot stand in the configuration"
    static let renameFolder = "give the folder another name"
    private static func accounts(_ count: UInt32) -> String { "\(count) account\(count == 1 ? "" : "s")" }
    static func badPlanOption(_ key: String, _ range: ClosedRange<UInt16>) -> String {
        "--\(key) takes a number from \(range.lowerBound) to \(range.upperBound)"
    }
    static let folderNotAbsolute = "the folder must be given with its whole path"
    static let wholePath = "begin it with /"
    static let rcloneNotPlain = "this is not REMOTE:PATH of rclone's configuration"
    static let rcloneConfig =
        "set the remote up with 'rclone config' and give its name; credentials do not belong on a command line"
    static let oneDestination = "a destination is --folder, or --rclone, or --put with --get and --list"
    static func destinationAdded(_ name: String) -> String {
        "\(name) is a destination for backups now; try it with: fob backup test \(Shell.quoted(name))"
    }
    static func destinationRemoved(_ name: String) -> String {
        "backups do not go to \(name) any more; what is there stays"
    }
    static func destinationWorks(_ name: String) -> String {
        "\(name) works: a file was put there, read back and removed"
    }
    static func destinationWorks(_ name: String, left file: String) -> String {
        "\(name) works: \(file) was put there and read back; it stays there, because the place removes nothing"
    }
    static func rehearsed(_ name: String, _ file: String, _ found: BackupVerifiedReply) -> String {
        let trash = found.inTrash == 0 ? "" : ", and \(found.inTrash) in the trash"
        let bound =
            found.placeholders == 0 ? "" : "; \(found.placeholders) of them will have to be verified with their service"
        return "\(name): \(file) brings back all \(accounts(found.accounts))\(trash)\(bound)"
    }
    static func rehearsalFailed(_ name: String, _ found: BackupVerifiedReply) -> String {
        "\(name): accounts missing there: \(found.missing), older: \(found.older), different: \(found.different)"
    }
    static let vaultLocked = "the vault was locked meanwhile"
    static let makeAnother = "make another backup: fob backup now --force"
    static func backupStands(
        _ name: String, _ health: BackupHealth, _ state: DestinationState, _ utc: UInt64
    ) -> String {
        func age(_ moment: UInt64) -> String {
            moment == 0 ? "never" : "\(Seconds.text(utc > moment ? utc - moment : 0)) ago"
        }
        let newest = state.newest.map { "newest of \(age($0.utc))" } ?? "nothing there yet"
        let seen = "last good \(age(state.success)), verified \(age(state.verified))"
        return "backup \(name): \(health == .uploaded ? "uploaded" : health.text), \(newest), \(seen)"
    }
}
