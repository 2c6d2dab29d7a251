import Client
import Wire

/// What this program says to people, in one place for the day it is translated. Help texts are in `Help`.
enum Sentences {
    // Wrong usage.
    static let seeHelp = "see fob help, or fob(1)"
    static func seeHelp(_ verb: [String]) -> String {
        verb.isEmpty ? seeHelp : "see \((["fob", "help"] + verb).joined(separator: " "))"
    }
    static func noSuchCommand(_ command: String) -> String { "there is no command '\(command)'" }
    static func didYouMean(_ names: [String]) -> String { "did you mean \(names.joined(separator: ", or "))?" }
    /// What the agent says when no account fits.
    static let noAccountFits = "no account fits that name"
    static func noAccount(_ name: String) -> String { "no account fits the name \(name)" }
    static let secretInArguments =
        "a secret on the command line is refused: others can see it there, and the shell keeps it"
    static let secretElsewhere =
        "give it on standard input, with --secret-fd, or type it when asked; remove the line from the shell's history"
    static let newKeyInWindow = "The key of the new account, as the service shows it: otpauth://... or in base32."
    static let keyAgainInWindow =
        "The new key of the account that is set up again, as the service shows it: otpauth://... or in base32."
    static let keyForOnceInWindow = "The key, as the service shows it: otpauth://... or in base32. It is not kept."
    static let pinInWindow = "The PIN that belongs to the account's key. Its codes are made of both."
    static let noWindowForSecret = "there is no display, or no pinentry, to type a secret into"
    static let nothingToPick = "there is no account that gives codes"
    static let nothingPicked = "nothing was chosen"
    static func noMenu(_ name: String?) -> String {
        name.map { "no menu called \(Label.shown($0)) is here" } ?? "there is no menu"
    }
    static let installMenu = "install fuzzel, wofi, rofi, bemenu, dmenu or fzf"
    static let noTyping = "there is no program that types into windows"
    static let installTyping = "install wtype, xdotool or ydotool; or leave out --type"
    static let noTerminalForSecret = "there is no terminal to type a secret on"
    static let nothingToEdit = "Name what to change."
    static let unknownShell = "there are no completions for this shell"
    static let knownShells = "shells are bash, zsh and fish"
    static let badPlace = "this is not a place in the order"
    static let knownPlaces = "places are: first, last, before ACCOUNT, after ACCOUNT"

    // Output.
    static func copied(clearAfter seconds: UInt32) -> String {
        seconds == 0
            ? "the code is on the clipboard"
            : "the code is on the clipboard for \(Seconds.text(UInt64(seconds))), unless something else is copied"
    }
    static let copiedToTerminal =
        "the code was sent to your terminal's clipboard (OSC 52), if the terminal allows that; it stays there"
    static let noPasteOnce = "a terminal's clipboard cannot give a code only once"
    static let onceIsCopy = "--paste-once goes with --copy."
    static let waitingForCode = "waiting for the next code"
    static let noClipboard = "no clipboard can be reached"
    static let installClipboard = "install wl-clipboard for Wayland or xclip for X, and run fob inside that session"
    static func clipboardFailed(_ reason: String) -> String { "the clipboard did not take the code: \(reason)" }

    // Passphrases.
    static let forgotten =
        "if it is forgotten, type a code of the emergency kit here; for other ways see Forgotten passphrases in fob-access(1)"
    static let passphrasePrompt = "Passphrase: "
    static let passphraseExplanation = "Enter the passphrase of your fob vault."
    static let oldPassphrasePrompt = "Current passphrase: "
    static let newPassphrasePrompt = "New passphrase: "
    static let suggestion = "six random words: "
    static func weakPassphrase(_ reason: String) -> String {
        "this passphrase would be guessed within seconds: \(reason); choose another (or insist on it with --weak)"
    }
    static let againPrompt = "Repeat the passphrase: "
    static let newExplanation = "Choose the passphrase of your fob vault."
    static let identityExplanation = "Enter the passphrase of your fob vault to print the key to it."
    static func approveExplanation(_ question: String, takesPin: Bool) -> String {
        let what =
            takesPin
            ? "the PIN of your security keys, or the passphrase of your fob vault," : "the passphrase of your fob vault"
        return "Enter \(what) to allow this: \(question)"
    }
    static let pinOrPassphrasePrompt = "PIN of the security keys, or passphrase: "
    static let takesPassphrase = "this takes the passphrase, and nobody can be asked for it here"
    static let givePassphrase = "answer on a terminal, or give the passphrase with --passphrase-fd"
    static let outputOfIdentity = "--output is for --identity."
    static func identityWritten(_ path: String) -> String { "wrote \(path), mode 0600" }
    static let identityWarning =
        "this key opens the vault without a passphrase: keep it off line, and never in a shell's history"

    // Vault.
    static let vaultExists = "there is a vault already"
    static let unlockIt = "unlock it with fob unlock"
    static let noVault = "there is no vault yet"
    static let makeOne = "make one with fob init"
    static let initialized = "the vault is created and unlocked; a lost passphrase cannot be recovered"
    static let unlocked = "the vault is unlocked"
    static let lockedNow = "locked"
    static let toldBySignal = "a signal told it to lock"
    static let nothingToLock = "no agent runs, so nothing is unlocked"
    static let passphraseChanged = "the passphrase is changed; backups made before still open with the old one"
    static let unlockBeforeChange = "the vault was locked, and the passphrase was used up to unlock it"
    static let noHome = "there is no place for fob's data: HOME is not set"
    static let setHome = "set HOME, XDG_DATA_HOME or FOB_HOME"
    static func idleSetting(_ text: String) -> String { "idle: \(text)" }
    static func absoluteSetting(_ text: String) -> String { "absolute: \(text)" }

    // Codes.
    static let codeOfWhat = "Name an account, or give a secret with --secret-fd."
    static let nameOrSecret = "Name an account or give --secret-fd, not both."
    static let onlyForSecrets = "These options describe a secret that is given with --secret-fd."
    static let notForSecrets = "--fresh and --watch are for accounts."
    static let watchAlone = "--watch shows codes as they come, and goes with none of the others."
    static let questionNeeded = "an OCRA secret answers a question"
    static let giveQuestion = "give it with --question"
    static let noLifeToWaitFor = "codes of this account do not depend on time"
    static let leaveOutWait = "leave out --wait"
    static func periodTooShort(_ period: UInt32) -> String { "codes of this account live only \(period) seconds" }
    static let waitLess = "wait for less"
    static func notTimed(_ label: String) -> String { "codes of \(label) do not come by the clock" }
    static let nothingToWatch = "there is no account to watch"
    static let watchTimed = "accounts of the kinds totp, steam, motp and yandex can be watched"
    static func moreToScroll(_ shown: Int, _ all: Int) -> String { "\(shown) of \(all)" }
    static let watchKeys = "q leave  / search  c copy"
    static func codeCopied(_ label: String) -> String { "copied the code of \(label)" }

    // Accounts.
    static let codesOrNames = "Say --codes, or --names or --trash."
    static let noAccounts = "there are no accounts yet; add one with fob add"
    static let noneTagged = "no account has this tag"
    static let trashEmpty = "the trash is empty"
    static func removedAt(_ time: String) -> String { "removed \(time)" }
    static let needsVerification = "needs verification"
    static func confirmed(_ consent: Consent) -> String { consent == .verify ? "verify" : "confirm" }
    static func lifetime(_ time: String) -> String { "lifetime \(time)" }
    static func edited(_ label: String) -> String { "changed \(label)" }
    static func moved(_ label: String) -> String { "moved \(label)" }
    static func removed(_ label: String) -> String {
        "moved \(label) to the trash, where it stays for 30 days; fob untrash brings it back"
    }
    static func untrashed(_ label: String) -> String { "took \(label) out of the trash" }

    // Adding.
    static let secretPrompt = "URI or secret (not shown): "
    static let pinPrompt = "PIN (not shown): "
    static let nothingTyped = "nothing was typed"
    static let typeText = "type the text, and end it with ^D on a line of its own"
    static func textTooLong(_ limit: Int) -> String { "the text is longer than \(limit) bytes" }
    static let textNotUTF8 = "the text is not UTF-8"
    static let nameMissing = "the account has neither issuer nor name"
    static let giveName = "give a name, as in fob add GitHub/alice, or --issuer, --name or both"
    static let nameTwice = "the name is given twice"
    static let namePrompt = "Name, or issuer/name: "
    static func firstCode(_ code: String, seconds: UInt64) -> String { "its code is \(code), for another \(seconds) s" }
    static let uriAndOptions = "a URI says kind, digits and the like itself"
    static let leaveOutOptions = "leave out these options, or give the bare secret"
    static func added(_ outcome: AddOutcome, _ label: String) -> String {
        switch outcome {
        case .added: "added \(label)"
        case .same: "this secret is there already, as \(label); nothing changed"
        case .renamed: "added \(label); that name is new because the other was taken"
        case .raised: "\(label) is there already; its counter was raised"
        }
    }

    // Import and export.
    static let plaintextWarning = "the export holds secrets in plain text: anyone who reads it can make your codes"
    static func notAllWritten(_ count: Int) -> String { "\(accounts(count)) could not be written in this format" }
    static let otherFormat = "each is told above; fob-formats(7) says what the formats hold, and age holds everything"
    static func exported(_ count: Int, passkeys: Int, _ path: String) -> String {
        let keys = passkeys == 0 ? "" : " and \(passkeys) passkey\(passkeys == 1 ? "" : "s")"
        return "exported \(count) account\(count == 1 ? "" : "s")\(keys) to \(path)"
    }
    static func notExported(_ label: String) -> String { "\(label) has no one-time password and is left out" }
    static let recipientsNeedAge = "recipients are for age files only"
    static let useAge = "use --to age"
    static let binaryToTerminal = "an age file is binary and not for the terminal"
    static let useOutput = "give --output FILE"
    static let plaintextToTerminal = "secrets in plain text are not for the terminal, which keeps what it shows"
    static let useOutputOrForce = "give --output FILE, or --force to see them all the same"
    static let reportNeedsOutput = "standard output cannot hold both the export and what --json says about it"
    static func treeNeedsOutput(_ format: String) -> String { "\(format) is a directory of files" }
    static let useOutputDirectory = "give --output DIRECTORY"
    static func noPasswordInFormat(_ format: String) -> String { "an export to \(format) has no password" }
    static let useEncrypted = "choose one of the formats that end in -encrypted"
    static let exportPasswordPrompt = "Password for the export: "
    static let exportPasswordAgain = "Repeat the password: "
    static let exportPasswordExplanation = "A password for the exported file. Anyone who has both can make your codes."
    static let passwordNeeded = "an encrypted export needs a password"
    static let usePasswordDescriptor = "give it with --password-fd"
    static let checkDirectory = "check the path; its directory has to exist"
    static let unexpectedFiles = "the converter did something that was not asked of it"
    static let reportIt = "nothing was written; install fob and fob-convert of the same release"
    static func outputExists(_ path: String) -> String { "\(path) exists already and is left as it is" }
    static let otherOutput = "give another --output, or remove the file first"
    static let makeRoom = "make room, or choose another place"

    // Confirming.
    static let approvePrompt = "Allow this? [y/N] "
    static let allow = "Allow"
    static let deny = "Deny"
    static let approveHere = "Passphrase, to allow this: "
    static let mayNotAsk = "this takes a confirmation, and nobody is to be asked"
    static let leaveOutNoAsk = "leave out --no-ask, and answer with fob confirm"
    static let nothingPending = "nothing is waiting for confirmation"
    static let noSuchChallenge = "nothing with this id is waiting for confirmation"
    static let listChallenges = "see fob confirm --list"
    static let severalChallenges = "several ids start like this"
    static let moreDigits = "give more digits"
    static let noTerminalToAsk = "there is no terminal to ask on"
    static let sayYes = "answer with --yes or --deny"
    static let approved = "allowed"
    static let denied = "denied"
    static let oneChallengeOrAll = "Give one id, or --all, --list or --watch."
    static let yesOrNo = "Say --yes or --deny, not both."
    static let yesToWhat = "Say --yes to an id, or to --all."

    // Older copies of the vault.
    static let vaultIsOpen = "the vault is unlocked"
    static let lockItFirst = "lock it with 'fob lock' first"
    static let noSuchGeneration = "there is no such copy of the vault"
    static let listGenerations = "list them with 'fob generations'"
    static func putBack(_ name: String, _ kept: String?) -> String {
        "\(name) is the vault again" + (kept.map { "; the file that was there is \($0)" } ?? "")
    }
    static func setAside(_ path: String) -> String { "what was left of another vault is in \(path)" }

    // Audit log.
    static let logDamaged = "the audit log does not fit together"
    static let logDamagedRemedy = "compare it with a backup"
    static func logIntact(_ part: AuditFiles.Part, _ verifier: AuditVerifier) -> String {
        guard let first = verifier.first, let last = verifier.last else { return "the log is empty" }
        return
            "\(part == .events ? "the log is whole" : "the log of codes is whole"): \(verifier.lines) lines, \(first) to \(last)"
            + (first > 1 ? " (those before have been rotated away)" : "")
    }
    static func anchorMissing(_ sequence: UInt64) -> String {
        "entry \(sequence), which the vault remembers, is missing"
    }
    static func fault(_ fault: AuditVerifier.Fault, line: Int) -> String {
        switch fault {
        case .malformed: "line \(line) is not a line of the log"
        case .broken: "line \(line) or the one before it was changed"
        case .gap(let last): "line \(line) does not follow entry \(last): lines are missing or out of order"
        case .notAnchored: "line \(line) is not the one that the vault remembers"
        case .told("log.missing", let first?, let last?):
            "line \(line) tells that entries \(first) to \(last) were missing when the vault was unlocked"
        case .told: "line \(line) tells that the lines before it were replaced or written by something else"
        case .beginsLate(let first): "the log begins with entry \(first): those before it were taken away"
        case .forged(let entry): "entry \(entry) was not written by the agent of this vault"
        }
    }
}
