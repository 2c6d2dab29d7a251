import Client
import Wire

/// What is said about the unlock methods of the vault.
extension Sentences {
    static func kitIsMissing(_ name: String) -> String {
        tr("the emergency kit does not say that backups go to \(name); print a new one: \(newKit)")
    }
    static func kitHasChanged(_ name: String) -> String {
        tr("what the emergency kit says of \(name) is no longer so; print a new one: \(newKit)")
    }
    static func kitNamesFormer(_ name: String) -> String {
        tr("the emergency kit names \(name), where backups of this machine do not go; print a new one: \(newKit)")
    }
    static let kitOfEarlierRelease =
        tr("the emergency kit is of an earlier release, whose steps do not lead to the end; print a new one: \(newKit)")
    private static let newKit = "fob access kit --page FILE"
    private static func codes(_ count: Int) -> String { Count.text(count, "kit code") }

    // Asking.
    static let accessExplanation = tr("Enter the passphrase of your fob vault to change what opens it.")
    static let codeUnlockExplanation = tr("Type one of the kit codes of your fob vault; it is used up.")
    static let codeIdentityExplanation = tr("Type a kit code to print its age identity.")
    static func mistypedGroup(_ group: Int) -> String { tr("group \(group) of the kit code is mistyped") }
    static func mistypedCount(_ count: Int) -> String {
        tr("a kit code has 30 letters and digits, and \(count) were typed")
    }
    static let codeForPassphrase = tr("this is a kit code, and here it takes the passphrase")
    static let passphraseByCode = tr("a lost passphrase is replaced with: fob passphrase --recovery-code")

    // Listing.
    static func word(for kind: UnlockMethodKind) -> String {
        switch kind {
        case .passphrase: tr("passphrase")
        case .code: tr("kit code")
        case .recipient: tr("age recipient")
        case .recoveryKey: tr("opened by the passphrase with age")
        case .hardware: tr("security key")
        }
    }
    static func kitCodes(_ access: AccessReply) -> String {
        access.made == 0
            ? tr("kit codes: none; make some with fob access kit")
            : tr("kit codes: \(access.left) of \(access.made) left, set \(access.set) of \(Moment.text(access.madeAt))")
    }
    static func vaultNames(_ access: AccessReply) -> String {
        tr("vault: \(access.vault.description.prefix(8)), fingerprint \(VaultKit.grouped(access.fingerprint))")
    }
    static func oldFilesOpen(copies: Int) -> String {
        copies == 0
            ? tr("ended unlock methods still open what was sealed before: backups made until then")
            : trn(
                copies,
                "ended unlock methods still open what was sealed before: \(copies) older copy of the vault on this disk, and backups made until then",
                "ended unlock methods still open what was sealed before: \(copies) older copies of the vault on this disk, and backups made until then"
            )
    }
    static let cleanCopies = tr(
        "remove the copies on this disk with fob access clean; make a new backup, delete old ones")

    // Making codes.
    static func kitCount(_ counts: ClosedRange<Int>) -> String {
        tr("A set has \(counts.lowerBound) to \(counts.upperBound) codes.")
    }
    static func voidCodes(_ left: Int) -> String {
        tr("End the \(codes(left)) that are left, and make new ones? [y/N] ")
    }
    static func codesAreThere(_ left: Int) -> String { tr("there are \(codes(left)) left, which a new set would end") }
    static let codesLost = tr("the new codes are in force, but could not all be handed over: run fob access kit again")
    static func codesCopied(clearAfter seconds: UInt32) -> String {
        seconds == 0
            ? tr("the kit codes are on the clipboard")
            : tr("the kit codes are on the clipboard for \(Seconds.text(UInt64(seconds)))")
    }
    static let noConverterForPage = tr("the program fob-convert, which renders QR codes, was not found")
    static let useDownload = tr("write plain text with --download FILE")

    // Changing.
    static func badRecipient(_ text: String) -> String { tr("this is not an age recipient: \(text)") }
    static let foreignRecipient = tr("recipients of plugins and post-quantum ones cannot be sealed to")
    static let plainRecipient = tr("give a plain one that begins with age1, as age-keygen prints it")
    static func wayAdded(_ label: String) -> String {
        tr("files are sealed to \(label) as well from now on; make a new backup")
    }
    static func waysRemoved(_ count: Int) -> String {
        trn(count, "ended \(count) unlock method", "ended \(count) unlock methods")
    }
    static func noSuchWay(_ name: String) -> String { tr("no unlock method is called \(name)") }
    static func cleaned(_ copies: Int) -> String {
        trn(
            copies, "removed \(copies) older copy; the disk, snapshots and backups may still hold it",
            "removed \(copies) older copies; the disk, snapshots and backups may still hold them")
    }
    static func unlockedByCode(_ access: AccessReply) -> String {
        tr("the vault is unlocked, and that code is used up; \(access.left) of \(access.made) left")
    }
}
