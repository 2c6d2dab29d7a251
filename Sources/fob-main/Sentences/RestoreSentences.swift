import Client
import Platform
import Wire

// Sentences of fob restore and fob verify.
extension Sentences {
    static func nameRestoreSource() -> String {
        let verb = Commands.named(CommandLine.arguments.dropFirst())
        guard verb == ["restore"] else { return seeHelp(verb) }
        return tr(
            "name a file, a folder or a remote of rclone: fob restore SOURCE; an account comes back by fob untrash")
    }
    static func nothingThere(_ path: String) -> String { tr("\(path): there is no backup of fob") }
    static let otherPlace = tr("check that it is the right place, and that the backups are not in a folder below it")
    static func inCloudOnly(_ name: String) -> String { tr("\(name) is in the cloud only, and not on this machine") }
    static let fetchFromCloud = tr("have the program that synchronises this folder fetch it, then try again")
    static let otherFolder = tr("name the folder that the backups were kept in, or the file itself")
    static func folderBelow(_ path: String) -> String { tr("backups are in a folder below it: \(path)") }
    static func recoveryKeyNamed(_ path: String) -> String {
        tr("\(path): this is a recovery key, which lies beside the backups, and no backup")
    }
    static let otherBackup = tr("name a file that fob or its backup has written")
    static func backupEmpty(_ path: String) -> String {
        tr("\(path): the file is empty: the backup was never completed")
    }
    static let damagedHeader = tr("the file is damaged: its header is not as it was written")
    static let backupSize = tr("the file is larger than any that fob writes")
    static let notSealed = tr("this is not a backup of fob: it is not an age file")
    static func noSuchBackup(_ count: Int) -> String { tr("the list has \(Count.text(count, "backup"))") }
    static let pickOne = tr("give the number of one of the list, 1 for the newest")
    static let undoRestoreWithSource = tr("an undo takes no source and no other options than --dry-run and --yes")

    static let opensByIdentity = tr("no passphrase opens this file: it was sealed for a recovery account only")
    static let giveIdentity =
        tr(
            "give its identity with --identity FILE, as age-keygen wrote it, or the recovery-key.age that your passphrase opens"
        )
    static let identityForm =
        tr("it is a file with a line AGE-SECRET-KEY-1..., as age-keygen writes it, or recovery-key.age")
    static func otherIdentity(_ path: String) -> String { tr("\(path): this identity does not open the backup") }
    static let otherIdentityRemedy = tr("the backup is another recovery account's: use its identity, or the passphrase")
    static let identityPassphrasePrompt = tr("Passphrase of the identity file: ")
    static let tryAgain = tr("try again")
    static let backupPassphrasePrompt = tr("Passphrase of the backup: ")
    static let backupSecretPrompt = tr("Passphrase of the backup, or a kit code: ")
    static let backupPassphraseExplanation = tr("It is the one that the vault had when the backup was made.")
    static let codeRestoreExplanation = tr("It is a kit code from before the backup was made.")

    static func backupTold(_ time: String, _ sequence: UInt64, _ file: FoundBackup) -> String {
        var told = tr("  \(time), save \(sequence)")
        if let count = file.accounts { told += ", \(accounts(count))" }
        if let isVerified = file.isVerified { told += isVerified ? tr(", verified") : tr(", not verified") }
        if file.places.count > 0 { told += tr(", in \(Label.shown(file.places.joined(separator: ", ")))") }
        return told
    }
    static func passedOver(_ name: String, _ reason: String) -> String { tr("\(name) was passed over: \(reason)") }
    static let notSealedHere = tr("the keys of the other backups do not open it: somebody else put it there")
    static func noneIsWhole(_ place: String) -> String { tr("\(place): no backup there is whole") }
    static func opensNone(_ vaults: [String]) -> String {
        tr(
            "this opens none of the newest backups of the \(vaults.count) vaults there (\(vaults.joined(separator: ", ")))"
        )
    }
    static func vaultsThere(_ vaults: [(id: String, count: Int, newest: UInt64)], opened: String?) -> String {
        let each = vaults.map {
            tr("\($0.id)\($0.id == opened ? tr(" (this one)") : ""): \($0.count), newest \(Moment.text($0.newest))")
        }
        return tr("backups of \(vaults.count) vaults are there; \(each.joined(separator: "; "))")
    }
    static func futureThere(_ name: String, pick: Int) -> String {
        tr("\(name) is of a higher save, but of the future by this clock; if a clock was wrong, add --pick \(pick)")
    }
    static func clockWentBack(_ name: String) -> String {
        tr("\(name) is the last save of its machine, though its clock says otherwise")
    }
    static func otherMachine(_ name: String, _ machine: String, pick: Int) -> String {
        tr(
            "\(name) is of another machine\(machine.isEmpty ? "" : ", \(machine)"); to take that in too, restore again with --pick \(pick)"
        )
    }
    static func restoreOrigin(_ summary: RestoreSummary, _ file: String, age: UInt64?) -> String {
        let machine = summary.machine.isEmpty ? "" : tr(" on \(Label.shown(summary.machine))")
        let ago = age.map { " (\(Self.ago($0)))" } ?? tr(" (in the future, by this clock)")
        return tr("\(file): sealed \(Moment.text(summary.time))\(ago)\(machine), save \(summary.sequence)")
    }
    /// What is to be known first of a file whose signature does not tell that it is this vault's; nil for nothing.
    static func warned(_ access: RestoreAccessReply, makesVault: Bool, isOwn: Bool) -> String? {
        switch access.origin {
        case .unsigned: tr("this file bears no signature: anybody who knows a recipient of yours could have made it")
        case .foreign where makesVault:
            tr("this file is signed by a key that nothing here vouches for: compare the fingerprint before you go on")
        case .foreign: tr("this file is not signed by the vault here")
        case .former where !isOwn:
            tr(
                "this file is of an earlier vault, which joined this one on \(Moment.text(access.ended)): what is missing is added"
            )
        case .former:
            tr(
                "this file was signed before an unlock method of this vault ended, \(Moment.text(access.ended)): "
                    + "whoever could open the vault then can have made it")
        case .successor, .current: nil
        }
    }
    static func fingerprint(_ digits: String) -> String {
        tr(
            "\n    FINGERPRINT  \(digits)\n\ncompare it with the one on your emergency kit, or give that with --fingerprint\n"
        )
    }
    static func otherFingerprint(_ access: RestoreAccessReply?) -> String {
        guard let access, access.origin != .unsigned else {
            return tr("the file bears no signature, and so no fingerprint")
        }
        return tr("the file has another fingerprint: \(VaultKit.grouped(access.fingerprint))")
    }
    static let otherFingerprintRemedy =
        tr(
            "it is another vault's, or somebody has put it there: take another file. A kit of release 0.1.0 has another kind"
        )
    static func otherName(_ named: UInt64, _ held: UInt64) -> String {
        tr("its name says save \(named), and it is save \(held): somebody has put another backup under this name")
    }
    static let otherNameRemedy = tr("see who can write to this place; what is newer there comes in all the same")
    static func keepPrompt(_ name: String) -> String {
        tr("The file lets \(name) open the vault, and nothing vouches for it. Keep it? [y/N] ")
    }
    static func accessEnded(_ name: String) -> String {
        tr("not restored: the unlock method \(name), because nothing vouches for it; add it with fob access")
    }
    private static func ago(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<120: tr("just now")
        case ..<7200: trn(seconds / 60, "\(seconds / 60) minute ago", "\(seconds / 60) minutes ago")
        case ..<172_800: trn(seconds / 3600, "\(seconds / 3600) hour ago", "\(seconds / 3600) hours ago")
        default: trn(seconds / 86_400, "\(seconds / 86_400) day ago", "\(seconds / 86_400) days ago")
        }
    }
    static func oldBackup(_ days: UInt64) -> String {
        trn(days, "this backup is \(days) day old", "this backup is \(days) days old")
    }
    static func newerBackups(_ count: Int) -> String {
        trn(count, "\(count) newer one exists", "\(count) newer ones exist")
    }
    static let otherVault = tr("it is of another vault than the one here")
    static func addedUnder(_ label: String) -> String { " -> \(label)" }
    static let counterGoesUp = tr(", counter goes up")
    static func setsComeIn(_ count: Int) -> String {
        trn(count, "\(count) set of recovery codes comes in", "\(count) sets of recovery codes come in")
    }
    static func restorePrompt(_ count: Int) -> String { tr("Restore \(accounts(count))? [y/N] ") }
    static let restoreRestPrompt = tr("No account comes in. Restore what else is in it? [y/N] ")
    static func goOnPrompt(_ name: String, _ place: String) -> String {
        tr("Back up to \(name) (\(place)) from this machine too? [y/N] ")
    }
    static let unitsPrompt = tr("Have backups get there by themselves, by units of systemd? [y/N] ")
    static func placeMissing(_ place: BackupPlace) -> String {
        let name = Label.shown(place.name)
        let there = Label.shown(place.place)
        // They come out of a file: what is to be pasted is words of a shell.
        let (word, path) = (Shell.quoted(name), Shell.quoted(there))
        return switch place.kind {
        case .folder:
            tr(
                "backups went to \(name), the folder \(there); with that disk here: "
                    + "fob backup add \(word) --folder \(path)")
        case .rclone:
            tr(
                "backups went to \(name), \(there) of rclone; with that set up by rclone config: "
                    + "fob backup add \(word) --rclone \(path)")
        case .command: tr("backups went to \(name) by commands of yours; see fob backup add in fob-backup(1)")
        }
    }
    static func unitsMissing(_ command: String) -> String {
        tr("backups get there only when fob backup now is run; to have them get there by themselves: \(command)")
    }
    static let nothingRunsThem =
        tr(
            "backups get there only when fob backup now is run; have 'fob backup run --if-changed' run daily, as by cron(8)"
        )
    static func keysMissing(_ count: Int) -> String {
        trn(
            count, "the key of \(count) account; see fob verify above",
            "the keys of \(count) accounts; see fob verify above")
    }
    static let noKit = tr("there is no emergency kit; print one: fob access kit --page FILE")
    static let notRestored = tr("nothing was restored")

    static func restoredVault(_ count: Int) -> String {
        tr("made the vault with \(accounts(count)), in the backup's order")
    }
    static func restoredInto(_ count: Int) -> String { tr("\(accounts(count)) came in") }
    static func notRestoredKeys(_ count: Int) -> String {
        tr("not restored: the keys of \(accounts(count)), which were bound to the old machine")
    }
    static func inTrash(_ count: Int) -> String {
        tr("not restored: \(accounts(count)) in the trash; see fob list --trash, and fob untrash")
    }
    static func removedSince(_ count: Int) -> String {
        tr("to the trash: \(accounts(count)), removed on another machine since; fob untrash brings them back")
    }
    static let settingsKept = tr("not restored: the settings, because those here were changed; see fob settings")
    static let unlockMethodsKept = tr("not restored: passphrases and recovery accounts; those of this vault stay")
    static func verifyStep(_ label: String) -> String {
        let argument = Shell.quoted(Label.typed(label))
        return tr(
            "next: get a new QR code or URI for \(Label.shown(label)) from its service, then fob verify \(argument)")
    }
    static func differsStep(_ old: String, _ new: String) -> String {
        tr("next: see which of \(old) and \(new) the service takes, and fob remove the other")
    }

    static let onlyAdds = tr("a file changes nothing of that: it adds what is missing (see fob-backup(1))")
    static func wouldWeaken(_ weakened: [String]) -> String {
        tr("it would take \(weakened.joined(separator: ", ")) away: that is asked when it is restored")
    }
    static let notUndoable = tr("this changes so much that it cannot be undone")
}

extension RestoreLeft {
    /// It comes in once the owner says so.
    var waits: Bool { verdict == .pending || verdict == .asks }
}

extension RestoreSummary {
    /// Something of it comes in once the owner says so.
    var waits: Bool { left.contains(where: \.waits) }
}

extension ChangeKind {
    /// In JSON.
    var word: String {
        switch self {
        case .account: "account"
        case .key: "key"
        case .recoverySet: "recovery_codes"
        case .details: "details"
        case .counter: "counter"
        case .absurdCounter: "absurd_counter"
        case .strengthened: "strengthened"
        case .weakened: "weakened"
        case .secret: "secret"
        case .recoveryMarks: "recovery_marks"
        case .recoveryReplaced: "recovery_replaced"
        case .trashed: "trashed"
        case .untrashed: "untrashed"
        case .ended: "ended"
        case .unlockMethodAdded: "unlock_method_added"
        case .unlockMethodEnded: "unlock_method_ended"
        case .passphrase: "passphrase"
        case .backupKeys: "backup_keys"
        case .settings: "settings"
        case .settingsWeakened: "settings_weakened"
        case .unknown: "unknown"
        case .local: "local"
        }
    }

    /// For people, behind a number.
    var words: String {
        switch self {
        case .account: tr("new accounts")
        case .key: tr("new security keys")
        case .recoverySet: tr("new sets of recovery codes")
        case .details: tr("other names, notes, tags or places")
        case .counter: tr("counters")
        case .absurdCounter: tr("counters that no owner reaches")
        case .strengthened: tr("stronger protections")
        case .weakened: tr("weaker protections")
        case .secret: tr("other secrets of what is here")
        case .recoveryMarks: tr("recovery codes marked as used")
        case .recoveryReplaced: tr("replacements of current recovery codes")
        case .trashed: tr("removals")
        case .untrashed: tr("returns from the trash")
        case .ended: tr("deletions")
        case .unlockMethodAdded: tr("unlock methods added")
        case .unlockMethodEnded: tr("unlock methods ended")
        case .passphrase: tr("changes of the passphrase")
        case .backupKeys: tr("new keys of the backups")
        case .settings: tr("changes of the settings")
        case .settingsWeakened: tr("longer lock times")
        case .unknown: tr("records of keepers, of tokens or of a newer release")
        case .local: tr("records of its machine")
        }
    }
}

extension Verdict {
    /// In JSON.
    var word: String {
        switch self {
        case .allowed: "allowed"
        case .leftOut: "left_out"
        case .pending: "pending"
        case .asks: "asks"
        }
    }
}
