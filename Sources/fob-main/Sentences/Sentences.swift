import Client
import Wire

/// What this program says to people, in one place for the day it is translated. Help texts are in `Help`.
enum Sentences {
    // Wrong usage.
    static let seeHelp = tr("see fob help, or fob(1)")
    static func seeHelp(_ verb: [String]) -> String {
        verb.isEmpty ? seeHelp : tr("see \((["fob", "help"] + verb).joined(separator: " "))")
    }
    static func noSuchCommand(_ command: String) -> String { tr("there is no command '\(command)'") }
    static func didYouMean(_ names: [String]) -> String { tr("did you mean \(names.joined(separator: tr(", or ")))?") }
    static func noAccount(_ name: String) -> String { tr("no account matches the name \(name)") }
    static let secretInArguments =
        tr("a secret on the command line is refused: others can see it there, and the shell keeps it")
    static func secretElsewhere(_ verb: [String]) -> String {
        tr(
            "type it when asked, or give it on standard input or by a descriptor (\(seeHelp(verb))); remove the line from the shell's history"
        )
    }
    static let newKeyInWindow = tr("The key of the new account, as the service shows it: otpauth://... or in base32.")
    static let keyAgainInWindow =
        tr("The new key of the account that is set up again, as the service shows it: otpauth://... or in base32.")
    static let keyForOnceInWindow = tr("The key, as the service shows it: otpauth://... or in base32. It is not kept.")
    static let pinInWindow = tr("The PIN that belongs to the account's key. Its codes are made of both.")
    static let noWindowForSecret = tr("there is no display, or no pinentry, to type a secret into")
    static func noMenu(_ name: String?) -> String {
        name.map { tr("no menu called \(Label.shown($0)) is here") } ?? tr("there is no menu")
    }
    static let installMenu = tr("install fuzzel, wofi, rofi, bemenu, dmenu or fzf")
    static let noTyping = tr("there is no program that types into windows")
    static let installTyping = tr("install wtype, xdotool or ydotool; or leave out --type")
    static let secretNotAsked = tr("the secret would have to be typed, and nobody is to be asked")
    static let giveSecret = tr("give it on standard input, or with --secret-fd")
    static let typeUTF8 = tr("type it on a terminal with UTF-8; a file needs another name, or a link that has one")
    static let nothingToEdit = tr("Name what to change.")
    static let unknownShell = tr("there are no completions for this shell")
    static let knownPlaces = tr("places are: first, last, before ACCOUNT, after ACCOUNT")

    // Output.
    static func copied(clearAfter seconds: UInt32) -> String {
        seconds == 0
            ? tr("the code is on the clipboard")
            : tr("the code is on the clipboard for \(Seconds.text(UInt64(seconds))), unless something else is copied")
    }
    static let copiedToTerminal =
        tr("the code was sent to your terminal's clipboard (OSC 52), if the terminal allows that; it stays there")
    static let noPasteOnce = tr("a terminal's clipboard cannot give a code only once")
    static let clearIsCopy = tr("--clear-after goes with --copy.")
    static let waitingForCode = tr("waiting for the next code")
    static let noClipboard = tr("no clipboard can be reached")
    static let installClipboard = tr("install wl-clipboard for Wayland or xclip for X, and run fob inside that session")

    // Passphrases.
    static let forgotten =
        tr(
            "if it is forgotten, type a code of the emergency kit here; for other ways see Forgotten passphrases in fob-access(1)"
        )
    static let passphrasePrompt = tr("Passphrase: ")
    static let oldPassphrasePrompt = tr("Current passphrase: ")
    static let newPassphrasePrompt = tr("New passphrase: ")
    static func weakPassphrase(_ reason: Sentence) -> String {
        tr(
            "this passphrase would be guessed within seconds: \(reason); choose another (or insist on it with --weak)"
        )
    }
    static let againPrompt = tr("Repeat the passphrase: ")
    static let newExplanation = tr("Choose the passphrase of your fob vault.")
    static let identityExplanation = tr("Enter the passphrase of your fob vault to print the key to it.")
    static func approveExplanation(_ question: String, takesPin: Bool) -> String {
        let what =
            takesPin
            ? tr("the PIN of your security keys, or the passphrase of your fob vault,")
            : tr("the passphrase of your fob vault")
        return tr("Enter \(what) to allow this: \(question)")
    }
    static let pinOrPassphrasePrompt = tr("PIN of the security keys, or passphrase: ")
    static let takesPassphrase = tr("a passphrase is required, and there is no way to ask for it here")
    static let givePassphrase = tr("answer on a terminal, or give the passphrase with --passphrase-fd")
    static let identityWarning =
        tr("this key opens the vault without a passphrase: keep it offline, and out of the shell's history")

    // Vault.
    static let unlockIt = tr("unlock it with fob unlock")
    static let noVault = tr("there is no vault yet")
    static let makeOne = tr("make one with fob init")
    static let toldBySignal = tr("a signal told it to lock")
    static let nothingToLock = tr("no agent runs, so nothing is unlocked")
    static let passphraseChanged = tr("the passphrase is changed; backups made before still open with the old one")
    static let unlockBeforeChange = tr("the vault was locked, and the passphrase was used up to unlock it")
    static let noHome = tr("there is no place for fob's data: HOME is not set")
    static let setHome = tr("set HOME, XDG_DATA_HOME or FOB_HOME")

    // Codes.
    static let onlyForSecrets = tr("These options describe a secret that is given with --secret-fd.")
    static let noLifeToWaitFor = tr("codes of this account do not depend on time")
    static let leaveOutWait = tr("leave out --wait")
    static func periodTooShort(_ period: UInt32) -> String {
        tr("codes of this account live only \(Count.text(period, "second"))")
    }
    static let waitLess = tr("use a shorter time")
    static func notTimed(_ label: String) -> String { tr("codes of \(label) do not come by the clock") }
    static let nothingToWatch = tr("there is no account to watch")
    static let watchTimed = tr("accounts of the kinds totp, steam, motp and yandex can be watched")

    // Accounts.
    static let noAccounts = tr("there are no accounts yet; add one with fob add")
    static let noneTagged = tr("no account has this tag")
    static let trashEmpty = tr("the trash is empty")
    static func removedAt(_ time: String) -> String { tr("removed \(time)") }
    static let needsVerification = tr("needs verification")
    static func confirmed(_ consent: Consent) -> String { consent == .verify ? tr("verify") : tr("confirm") }
    static func edited(_ label: String) -> String { tr("changed \(label)") }
    static func removed(_ label: String) -> String {
        tr("moved \(label) to the trash, where it stays for 30 days; fob untrash brings it back")
    }
    static func untrashed(_ label: String) -> String { tr("took \(label) out of the trash") }

    // Adding.
    static func textTooLong(_ limit: Int) -> String { tr("the text is longer than \(limit) bytes") }
    static let textNotUTF8 = tr("the text is not UTF-8")
    static let nameMissing = tr("the account has neither issuer nor name")
    static let giveName = tr("give a name, as in fob add GitHub/alice, or --issuer, --name or both")
    static let uriAndOptions = tr("a URI says kind, digits and the like itself")
    static let leaveOutOptions = tr("omit these options, or give the secret alone")
    static func added(_ outcome: AddOutcome, _ label: String) -> String {
        switch outcome {
        case .added: tr("added \(label)")
        case .same: tr("this secret is there already, as \(label); nothing changed")
        case .renamed: tr("added \(label); that name is new because the other was taken")
        case .raised: tr("\(label) is there already; its counter was raised")
        }
    }

    // Import and export.
    static let plaintextWarning = tr("the export holds secrets in plain text: anyone who reads it can make your codes")
    static func notAllWritten(_ count: Int) -> String { tr("\(accounts(count)) could not be written in this format") }
    static func exported(_ count: Int, passkeys: Int, _ path: String) -> String {
        passkeys == 0
            ? tr("exported \(accounts(count)) to \(path)")
            : tr("exported \(accounts(count)) and \(Count.text(passkeys, "passkey")) to \(path)")
    }
    static let useOutput = tr("give --output FILE")
    static let plaintextToTerminal = tr("secrets in plain text are not for the terminal, which keeps what it shows")
    static let useOutputOrForce = tr("give --output FILE, or --force to see them all the same")
    static let reportNeedsOutput = tr("standard output cannot hold both the export and what --json says about it")
    static func treeNeedsOutput(_ format: String) -> String { tr("\(format) is a directory of files") }
    static let useEncrypted = tr("choose one of the formats that end in -encrypted")
    static let passwordNeeded = tr("an encrypted export needs a password")
    static let checkDirectory = tr("check the path; its directory has to exist")
    static let unexpectedFiles = tr("the converter sent an unexpected request")
    static let reportIt = tr("nothing was written; install fob and fob-convert of the same release")
    static func outputExists(_ path: String) -> String { tr("\(path) exists already and is left as it is") }
    static let otherOutput = tr("give another file name, or remove the file first")
    static let makeRoom = tr("make room, or choose another place")

    // Confirming.
    static let allow = tr("Allow")
    static let mayNotAsk = tr("a confirmation is required, and --no-ask was given")
    static let leaveOutNoAsk = tr("leave out --no-ask, and answer with fob confirm")
    static let nothingPending = tr("nothing is waiting for confirmation")
    static let noSuchChallenge = tr("nothing with this id is waiting for confirmation")
    static let moreDigits = tr("give more digits")
    static let oneChallengeOrAll = tr("Give one id, or --all, --list or --watch.")

    // Older copies of the vault.
    static let noSuchGeneration = tr("there is no such copy of the vault")
    static func putBack(_ name: String, _ kept: String?) -> String {
        tr("\(name) is the vault again") + (kept.map { tr("; the file that was there is \($0)") } ?? "")
    }

    // Audit log.
    static let logDamaged = tr("the audit log is inconsistent")
    static func logIntact(_ part: AuditFiles.Part, _ verifier: AuditVerifier) -> String {
        guard let first = verifier.first, let last = verifier.last else { return tr("the log is empty") }
        return
            tr(
                "\(part == .events ? "the log is whole" : "the log of codes is whole"): \(verifier.lines) lines, \(first) to \(last)"
            )
            + (first > 1 ? tr(" (those before have been rotated away)") : "")
    }
    static func fault(_ fault: AuditVerifier.Fault, line: Int) -> String {
        switch fault {
        case .malformed: tr("line \(line) is not a line of the log")
        case .broken: tr("line \(line) or the one before it was changed")
        case .gap(let last): tr("line \(line) does not follow entry \(last): lines are missing or out of order")
        case .notAnchored: tr("line \(line) is not the one that the vault remembers")
        case .told("log.missing", let first?, let last?):
            tr("line \(line) tells that entries \(first) to \(last) were missing when the vault was unlocked")
        case .told: tr("line \(line) tells that the lines before it were replaced or written by something else")
        case .beginsLate(let first): tr("the log begins with entry \(first): those before it were taken away")
        case .forged(let entry): tr("entry \(entry) was not written by the agent of this vault")
        }
    }
}
