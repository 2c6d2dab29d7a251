import Client
import Wire

/// What is said about the unlock methods of the vault.
extension Sentences {
    static func kitIsMissing(_ name: String) -> String {
        "the emergency kit does not say that backups go to \(name); print a new one: \(newKit)"
    }
    static func kitHasChanged(_ name: String) -> String {
        "what the emergency kit says of \(name) is no longer so; print a new one: \(newKit)"
    }
    static func kitNamesFormer(_ name: String) -> String {
        "the emergency kit names \(name), where backups of this machine do not go; print a new one: \(newKit)"
    }
    static let kitOfEarlierRelease =
        "the emergency kit is of an earlier release, whose steps do not lead to the end; print a new one: \(newKit)"
    private static let newKit = "fob access kit --page FILE"
    static let kitIsCurrent = "it says where the backups are"
    private static func codes(_ count: Int) -> String { "\(count) kit code\(count == 1 ? "" : "s")" }

    // Asking.
    static let accessExplanation = "Enter the passphrase of your fob vault to change what opens it."
    static let kitCodePrompt = "Kit code (not shown): "
    static let codeUnlockExplanation = "Type one of the kit codes of your fob vault; it is used up."
    static let codeIdentityExplanation = "Type a kit code to print its age identity."
    static func mistypedGroup(_ group: Int) -> String { "group \(group) of the kit code is mistyped" }
    static let lookAtGroup = "compare its five characters with the kit"
    static func mistypedCount(_ count: Int) -> String {
        "a kit code has 30 letters and digits, and \(count) were typed"
    }
    static func noPassphraseEither(_ fault: String) -> String {
        "this is not the passphrase, and \(fault)"
    }
    static let codeForPassphrase = "this is a kit code, and here it takes the passphrase"
    static let lookAtKit = "type six groups of five, as the kit has them"
    static let newPassphraseQuestion = "Choose a new passphrase now? [y/N] "
    static let passphraseByCode = "a lost passphrase is replaced with: fob passphrase --recovery-code"

    // Listing.
    static func word(for kind: UnlockMethodKind) -> String {
        switch kind {
        case .passphrase: "passphrase"
        case .code: "kit code"
        case .recipient: "age recipient"
        case .recoveryKey: "opened by the passphrase with age"
        case .hardware: "security key"
        }
    }
    static func kitCodes(_ access: AccessReply) -> String {
        access.made == 0
            ? "kit codes: none; make some with fob access kit"
            : "kit codes: \(access.left) of \(access.made) left, set \(access.set) of \(Moment.text(access.madeAt))"
    }
    static func vaultNames(_ access: AccessReply) -> String {
        "vault: \(access.vault.description.prefix(8)), fingerprint \(VaultKit.grouped(access.fingerprint))"
    }
    static func oldFilesOpen(copies: Int) -> String {
        "ended unlock methods still open what was sealed before: "
            + (copies == 0
                ? "backups"
                : "\(copies) older cop\(copies == 1 ? "y" : "ies") of the vault on this disk, and backups")
            + " made until then"
    }
    static let cleanCopies = "remove the copies on this disk with fob access clean; make a new backup, delete old ones"

    // Making codes.
    static let makeKit = "make an emergency kit against that day: fob access kit --download FILE"
    static func kitCount(_ counts: ClosedRange<Int>) -> String {
        "A set has \(counts.lowerBound) to \(counts.upperBound) codes."
    }
    static func voidCodes(_ left: Int) -> String { "End the \(codes(left)) that are left, and make new ones? [y/N] " }
    static func codesAreThere(_ left: Int) -> String { "there are \(codes(left)) left, which a new set would end" }
    static let sayYesToVoid = "end them with --yes"
    static let codesStay = "the kit codes are unchanged"
    static let codesLost = "the new codes are in force, but could not all be handed over: run fob access kit again"
    static func kitMade(_ count: Int, set: UInt32) -> String {
        "made \(codes(count)), set \(set); they are never shown again"
    }
    static func codesCopied(clearAfter seconds: UInt32) -> String {
        seconds == 0
            ? "the kit codes are on the clipboard"
            : "the kit codes are on the clipboard for \(Seconds.text(UInt64(seconds)))"
    }
    static let noConverterForPage = "the program fob-convert, which renders QR codes, was not found"
    static let useDownload = "write plain text with --download FILE"

    // Changing.
    static func badRecipient(_ text: String) -> String { "this is not an age recipient: \(text)" }
    static let foreignRecipient = "recipients of plugins and post-quantum ones cannot be sealed to"
    static let plainRecipient = "give a plain one that begins with age1, as age-keygen prints it"
    static let labelMissing = "a recipient needs a name"
    static let giveLabel = "give --label, such as 'old laptop'"
    static func wayAdded(_ label: String) -> String {
        "files are sealed to \(label) as well from now on; make a new backup"
    }
    static func waysRemoved(_ count: Int) -> String { "ended \(count) unlock method\(count == 1 ? "" : "s")" }
    static func noSuchWay(_ name: String) -> String { "no unlock method is called \(name)" }
    static let listWays = "see them with fob access list"
    static let rotated = "the vault is sealed again; the passphrase is the same, its key is a new one"
    static func cleaned(_ copies: Int) -> String {
        "removed \(copies) older cop\(copies == 1 ? "y" : "ies"); the disk, snapshots and backups may still hold them"
    }
    static func keyWritten(_ path: String) -> String { "wrote \(path); age opens it with the passphrase" }
    static func unlockedByCode(_ access: AccessReply) -> String {
        "the vault is unlocked, and that code is used up; \(access.left) of \(access.made) left"
    }
}
