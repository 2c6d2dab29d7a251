import ArgumentParser

/// Help texts of the command line.
enum Help {
    static let fob = "Gives one-time codes from your authenticator agent."
    static let fobDiscussion = """
        fob init                  make a vault
        fob add GitHub/octocat    add an account: paste the secret that the service shows
        fob code github           print its code
        fob code github --copy    put it on the clipboard
        fob list --codes          print all codes

        ACCOUNT is the name or issuer/name of an account: exactly, or any start or part of it that fits only one. \
        Secrets are never given on the command line. Exit statuses are described in fob(1), JSON in fob-json(7).
        """
    static let groupCodes = "Codes"
    static let groupAccounts = "Accounts"
    static let groupKeys = "Security keys"
    static let groupVault = "Vault"
    static let groupBackup = "Backup"
    static let groupAgent = "Agent"

    static let json: ArgumentHelp = "Print JSON, as described in fob-json(7)."
    static let noStart: ArgumentHelp = "Do not start an agent when none runs."
    static let noAsk: ArgumentHelp = "Do not ask for anything; a locked vault is an error."
    static let account = ArgumentHelp("Name of an account.", valueName: "account")

    static let code = "Print the current code of an account."
    static let codeDiscussion = """
        A code of a counter-based account is used up when it is printed. With --secret-fd, the code is made of a secret \
        that is kept nowhere, and no agent is asked.
        """
    static let next = "Print the code after the current one."
    static let wait = ArgumentHelp("Wait for a code that holds at least so long.", valueName: "seconds")
    static let fresh: ArgumentHelp = "Give a code that the agent has not given yet; wait for it if need be."
    static let watchCode: ArgumentHelp = "Show codes as they come until q is pressed, as fob watch does."
    static let copy: ArgumentHelp = "Copy the code to the clipboard instead of printing it."
    static let pasteOnce: ArgumentHelp = "Give a copied code to the first that pastes it, and to nobody after that."
    static let clearAfter = ArgumentHelp("Take a copied code off the clipboard after this time.", valueName: "time")
    static let question = ArgumentHelp("Answer this OCRA challenge question.", valueName: "text")
    static let pinDescriptor = ArgumentHelp("Read the PIN from this file descriptor.", valueName: "n")
    static let sessionDescriptor = ArgumentHelp(
        "Read the OCRA session information from this file descriptor.", valueName: "n")
    static let backupReminder = "Tell, once a day, that nothing is backed up."
    static let clearClipboard = "Take a code off the clipboard."
    static let pinentry = ArgumentHelp("Ask for the secret in a window.")
    static let pickCode = "Choose an account in a menu, and copy its code."
    static let pickDiscussion = """
        The menu is fuzzel, wofi, rofi, bemenu or dmenu, whichever is there first; on a terminal without a display it is \
        fzf. It is given the accounts' names.
        """
    static let pickType = ArgumentHelp(
        "Type the code into the window that has the keyboard, by wtype, xdotool or ydotool.")
    static let pickMenu = ArgumentHelp("Use this menu.", valueName: "program")
    static let watch = "Show codes with their remaining time until q is pressed."
    static let watchDiscussion = """
        Without names, all accounts whose codes come by the clock are shown. Without a terminal, one line is printed \
        for each code: account, code, and the second (UTC) at which it ends.
        """
    static let watchAccounts = ArgumentHelp("Accounts to watch.", valueName: "account")

    static let add = "Add an account from an otpauth URI or a secret."
    static let addDiscussion = """
        The URI or base32 secret is read from --secret-fd, from standard input, or typed without being shown. With a \
        bare secret the options below describe the account.
        """
    static let newAccount = ArgumentHelp("What to call it: name, or issuer/name.", valueName: "account")
    static let secretDescriptor = ArgumentHelp("Read the URI or secret from this file descriptor.", valueName: "n")
    static let issuer: ArgumentHelp = "Who issued the account, such as GitHub."
    static let name: ArgumentHelp = "Whose account it is, such as alice."
    static let type = ArgumentHelp("totp, hotp, steam, yandex or ocra (default: totp).", valueName: "kind")
    static let algorithm = ArgumentHelp("sha1, sha256 or sha512 (default: sha1).", valueName: "hash")
    static let digits = ArgumentHelp("Digits of a code (default: 6).", valueName: "n")
    static let period = ArgumentHelp("Seconds for which a code holds (default: 30).", valueName: "seconds")
    static let counter = ArgumentHelp("Counter of the next code (default: 0).", valueName: "n")
    static let suite = ArgumentHelp("OCRA suite, such as OCRA-1:HOTP-SHA1-6:QN08.", valueName: "suite")
    static let tag: ArgumentHelp = "Add a tag; may be repeated."
    static let untag = ArgumentHelp("Take a tag away; may be repeated.", valueName: "tag")
    static let confirmNew = ArgumentHelp(
        "Ask before each code: for a yes, or with verify for the passphrase.", valueName: "how")
    static let confirmFlag = ArgumentHelp(
        "Ask before each code: yes, verify (with the passphrase), or no. Alone it is yes.", valueName: "how")
    static let lifetime = ArgumentHelp(
        "Give codes only for this time after unlocking; never for no end.", valueName: "time")

    static let list = "List accounts."
    static let trash: ArgumentHelp = "List the trash."
    static let names: ArgumentHelp = "Print names only, one on a line."
    static let codes: ArgumentHelp = "Print the present code of each account that gives one by the clock."
    static let onlyOTP: ArgumentHelp = "Only accounts with a one-time password."
    static let onlyTag = ArgumentHelp("Only accounts with this tag.", valueName: "tag")
    static let show = "Show everything about an account but its secret."
    static let edit = "Change an account."
    static let editDiscussion = "Taking a protection away (confirmation, lifetime) has to be confirmed."
    static let newIssuer = ArgumentHelp("Change the issuer.", valueName: "issuer")
    static let newName = ArgumentHelp("Change the name.", valueName: "name")
    static let note: ArgumentHelp = "Read a new note from standard input."
    static let order = "Move an account to another place in the list."
    static let orderDiscussion = "For example: fob order github first, or: fob order github after gitlab."
    static let place = ArgumentHelp("first, last, before or after.", valueName: "place")
    static let otherAccount = ArgumentHelp("The account to put it before or after.", valueName: "other")
    static let remove = "Move an account to the trash."
    static let removeDiscussion = "fob untrash brings it back for 30 days."
    static let undo: ArgumentHelp = "Bring it back from the trash instead."
    static let untrash = "Bring an account back from the trash."
    static let trashedAccount = ArgumentHelp("Name of an account in the trash.", valueName: "account")

    static let importing = "Import accounts from files of other authenticators."
    static let importDiscussion = """
        The format is detected from the contents; fob-formats(7) lists all. Files that belong together are named \
        together; a directory is one of pass. The outcome of each entry is shown before anything changes: all new ones \
        come in, or none; existing ones are left unchanged.
        """
    static let importFiles = ArgumentHelp("Files to read, - for standard input.", valueName: "file")
    static let from = ArgumentHelp("Format of the files; detected by default.", valueName: "format")
    static let dryRun: ArgumentHelp = "Only show what would be done."
    static let importYes: ArgumentHelp = "Do it without a question."
    static let skipBad: ArgumentHelp = "Skip what cannot be imported, without complaint."
    static let filePasswordDescriptor = ArgumentHelp(
        "Read the files' password from this file descriptor.", valueName: "n")
    static let keyFile = ArgumentHelp("Open KeePass databases with this key file.", valueName: "file")
    static let undoImport: ArgumentHelp = "Move what the last import added to the trash."
    static let scan = "Import accounts from QR codes in pictures."
    static let scanDiscussion = """
        PNG and JPEG, and PDF and SVG where a program that renders them is installed. One picture can have many codes, \
        and the parts of a Google Authenticator export can be spread over many pictures. Either everything is \
        imported or nothing.
        """
    static let pictures = ArgumentHelp("Pictures to read, - for standard input.", valueName: "file")
    static let screen: ArgumentHelp = "Take a picture of the screen."
    static let camera: ArgumentHelp = "Take pictures with the camera until one shows a code."
    static let clipboard: ArgumentHelp = "Take the picture, or the links of accounts, that are on the clipboard."
    static let qr = "Show an account as a QR code, to pair another phone."
    static let qrDiscussion = """
        It has to be confirmed with the passphrase, here or by fob confirm in another terminal: anyone who sees the code has the \
        secret.
        """
    static let forceQR: ArgumentHelp =
        "Write the code to standard output even if that is not a terminal, or over the file that is there."
    static let outputQR = ArgumentHelp(
        "File to make, with mode 0600: a picture if its name ends in .png or .svg, else text.", valueName: "file")
    static let export = "Export accounts with their secrets."
    static let exportDiscussion = """
        Each export has to be confirmed with the passphrase, here or by fob confirm in another terminal. Without accounts, \
        all are exported. The formats and what they cannot hold are listed in fob-formats(7); what is left out is \
        told for each account. An age file holds everything and opens with the passphrase in fob, or with the age \
        program and the identity that fob passphrase --identity prints.
        """
    static let exportAccounts = ArgumentHelp("Accounts to export.", valueName: "account")
    static let to = ArgumentHelp("Format to write.", valueName: "format")
    static let output = ArgumentHelp(
        "File to make, with mode 0600, or directory; never overwritten.", valueName: "file")
    static let exportPasswordDescriptor = ArgumentHelp(
        "Read the password of an encrypted format from this file descriptor.", valueName: "n")
    static let forceTerminal: ArgumentHelp = "Show secrets on the terminal."
    static let recipient = ArgumentHelp(
        "Seal the age file to this recipient instead of the vault's passphrase; may be repeated.", valueName: "age1...")

    static let recovery = "Keep and use the recovery codes of services."
    static let recoveryDiscussion = """
        Recovery codes let you in when the second factor is lost. They are shown for a minute after you unlocked the \
        vault in this terminal; otherwise it takes the passphrase, here or by fob confirm in another terminal.
        """
    static let recoveryImport = "Store the recovery codes of a service."
    static let recoveryImportDiscussion = """
        The file is the service's download, or text pasted from its page. Codes that are there already are replaced \
        after a question, and kept for another 30 days.
        """
    static let recoveryFile = ArgumentHelp("File of the service, - for standard input.", valueName: "file")
    static let recoveryService = ArgumentHelp(
        "Say whose codes they are, for files that do not tell.", valueName: "service")
    static let recoveryNew: ArgumentHelp = "Make an account for them, without a one-time password: issuer/name."
    static let recoveryYes: ArgumentHelp = "Replace the codes that are there without a question."
    static let recoveryRemove: ArgumentHelp = "Overwrite and remove the file afterwards."
    static let recoveryKeep: ArgumentHelp = "Keep the file, and do not ask."
    static let removeOrKeep = "Say --remove or --keep, not both."
    static let nothingToRemove = "Standard input cannot be removed."
    static let recoveryList = "List how many recovery codes are left."
    static let recoveryNext = "Show the recovery code to be used next."
    static let recoveryNextDiscussion = "It is marked as shown; say fob recovery used when you have used it."
    static let recoveryUsed = "Mark a recovery code as used."
    static let recoveryUsedDiscussion = "Without --code, it is the code that was shown last."
    static let recoveryCode: ArgumentHelp = "Read the code from standard input, or have it typed."
    static let recoveryCodeDescriptor = ArgumentHelp("Read the code from this file descriptor.", valueName: "n")
    static let recoveryPrint = "Print the recovery codes of an account."
    static let recoveryPrintDiscussion = "Without --page, the page goes to the printer, through lp."
    static let recoveryPageFile = ArgumentHelp(
        "Write the page to this new file, mode 0600; - for standard output.", valueName: "file")
    static let superseded: ArgumentHelp = "The set before, as long as it is kept."
    static let recoveryDownload = "Write the recovery codes of an account to a new file, mode 0600."
    static let recoveryOutput = ArgumentHelp("File to make; never overwritten.", valueName: "file")
    static let recoveryExport = "Export the recovery codes of an account for another program."
    static let recoveryExportDiscussion = "The file has one entry: issuer, name, and the codes in a field or note."
    static let recoveryTo = ArgumentHelp(
        "1password, keeper, lastpass, bitwarden, keepassxc or text.", valueName: "program")
    static let recoveryExportFile = ArgumentHelp(
        "File to make, mode 0600, never overwritten; - for standard output.", valueName: "file")

    static let initialize = "Make a vault."
    static let initializeDiscussion = """
        The passphrase is asked for twice. It cannot be recovered if it is lost. One that would soon be guessed is refused.
        """
    static let weak: ArgumentHelp = "Take a new passphrase although it would soon be guessed."
    static let suggest: ArgumentHelp = "Suggest six random words as the new passphrase."
    static let passphraseDescriptor = ArgumentHelp("Read the passphrase from this file descriptor.", valueName: "n")
    static let newPassphraseDescriptor = ArgumentHelp(
        "Read the new passphrase from this file descriptor.", valueName: "n")
    static let unlock = "Unlock the vault."
    static let unlockDiscussion = """
        The passphrase comes from --passphrase-fd, from the systemd credential fob.passphrase, from the terminal, or \
        from pinentry, whichever is there first.
        """
    static let byCode: ArgumentHelp = "Use up a kit code in place of the passphrase."
    static let codeDescriptor = ArgumentHelp("Read the kit code from this file descriptor.", valueName: "n")
    static let codePicture = ArgumentHelp("Take the kit code from a picture of its QR code.", valueName: "picture")
    static let access = "Show and change what opens the vault."
    static let accessDiscussion = "Changes take the passphrase, also while the vault is open."
    static let accessList = "List the unlock methods."
    static let accessKit = "Make an emergency kit: new kit codes, which end the ones before."
    static let accessKitDiscussion = """
        The codes are shown this once. Without an option that says where they go, the whole kit is written to standard \
        output: the codes, where the backups are, and how to restore with fob and without.
        """
    static let kitCount = ArgumentHelp("How many codes, 8 to 32.", valueName: "n")
    static let kitDownload = ArgumentHelp("Write the kit to a new file as plain text.", valueName: "file")
    static let kitPage = ArgumentHelp("Write the kit to a new file as a page with QR codes.", valueName: "file")
    static let kitPrint: ArgumentHelp = "Print the kit, through lp."
    static let kitCopy: ArgumentHelp = "Put the codes on the clipboard."
    static let kitYes: ArgumentHelp = "End the codes that are left without a question."
    static let accessAdd = "Add kit codes, a recipient or a hardware security key that files are sealed to as well."
    static let accessAddDiscussion = "A recipient is your own key on another machine, made by age-keygen."
    static let accessWhat = ArgumentHelp("codes, or a recipient that begins with age1.", valueName: "what")
    static let accessLabel = ArgumentHelp("Your word for the recipient or the security key.", valueName: "label")
    static let accessVerify: ArgumentHelp = "Have the security key ask for its PIN or a fingerprint each time."
    static let securityKey: ArgumentHelp = "Take a hardware security key."
    static let securityKeyDevice = ArgumentHelp(
        "The security key, such as /dev/hidraw0, or unix: and a socket.", valueName: "path")
    static let securityKeyPIN = ArgumentHelp("Read its PIN from this file descriptor.", valueName: "n")
    static let accessRemove = "End unlock methods."
    static let accessRemoveDiscussion = "The passphrase stays; fob passphrase replaces it."
    static let accessNames = ArgumentHelp("Labels, starts of ids, or codes for all kit codes.", valueName: "method")
    static let accessRotate = "Derive another key from the passphrase, and seal the vault again."
    static let accessRotateDiscussion = "After this a key that was copied from an older file opens nothing new."
    static let accessClean = "Remove the copies of the vault on this disk that ended unlock methods still open."
    static let accessCleanDiscussion = "They are what a damaged vault is mended with; make a backup first."
    static let accessIdentity = "Print the age identity of a kit code."
    static let accessIdentityDiscussion = "It needs no agent and no vault, and does not use the code up."
    static let accessKey = "Write the file that lets age open backups with the passphrase."
    static let accessKeyDiscussion = "It belongs beside the backups: age -d -i recovery-key.age BACKUP.age"
    static let accessKeyFile = ArgumentHelp("File to write, such as recovery-key.age.", valueName: "file")
    static let lock = "Lock the vault."
    static let passphrase = "Change the passphrase, or print the key that it stands for."
    static let passphraseDiscussion = "With --identity, no agent is needed: the key is derived from the vault's file."
    static let identity: ArgumentHelp = "Print the age identity that opens the vault, for an emergency."
    static let identityOutput = ArgumentHelp(
        "Write the identity to this new file, mode 0600.", valueName: "file")
    static let settings = "Show or change when the vault locks itself."
    static let settingsDiscussion = "Times are written 45s, 15m, 8h, 2d, or never."
    static let idle = ArgumentHelp("Lock after this time without use.", valueName: "time")
    static let absolute = ArgumentHelp("Lock this time after unlocking.", valueName: "time")

    static let restore = "Restore everything from a backup."
    static let restoreDiscussion = """
        The source is a sealed file, a folder with backups, a remote of rclone, or the name of a destination; without \
        one, all destinations. The newest backup is taken. What comes in is shown before anything is changed; nothing that is here is overwritten. Where there is no vault yet, the backup \
        becomes it. An account that was removed comes back by fob untrash.
        """
    static let restoreSource = ArgumentHelp(
        "File, folder, remote:path of rclone, or destination.", valueName: "source")
    static let restoreList: ArgumentHelp = "Only list what is there."
    static let sync = "Merge what other machines have changed, and back up."
    static let syncDiscussion = """
        Machines that keep backups of one vault in the same destinations become equal: what was added, changed and \
        removed on one comes to the others. Safe to run from a timer on all of them. See fob-backup(1).
        """
    static let syncPassphrase = ArgumentHelp(
        "Read the passphrase of a backup whose keys are not known here from this file descriptor.", valueName: "n")
    static let restoreIdentity = ArgumentHelp(
        "Open the backup with an age identity of this file, such as recovery-key.age.", valueName: "file")
    static let restorePassphrase = ArgumentHelp(
        "Read what opens the backup, or its identity file, from this file descriptor.", valueName: "n")
    static let restoreNewPassphrase = ArgumentHelp(
        "Read the passphrase of the new vault from this file descriptor.", valueName: "n")
    static let restoreFingerprint = ArgumentHelp(
        "Restore only a file with this fingerprint, as the emergency kit has it.", valueName: "digits")
    static let keepAccess = ArgumentHelp(
        "Keep this unlock method of the file in a new vault, though nothing vouches for it; kit-codes for the codes.",
        valueName: "name")
    static let pick = ArgumentHelp("Take this one of the list, 1 for the newest.", valueName: "n")
    static let restoreDryRun: ArgumentHelp = "Show what would come in, and change nothing."
    static let restoreYes: ArgumentHelp = "Restore without a question."
    static let undoRestore: ArgumentHelp = "Move what the last restore added to the trash."
    static let join = "Merge the vaults of two machines into one."
    static let joinDiscussion = """
        Two machines on which fob init was run have two vaults. On one of them, name a backup of the other's, or the place \
        where they lie. What comes in, what both have and what opens the vault afterwards is shown first. This machine then \
        goes on as a machine of the other vault; its own accounts come in there. See fob-backup(1).
        """
    static let joinSource = ArgumentHelp(
        "File, folder, remote:path of rclone, or destination with backups of the other vault.", valueName: "source")
    static let joinOwnPassphrase = ArgumentHelp(
        "Read the passphrase of the vault here from this file descriptor.", valueName: "n")
    static let joinYes: ArgumentHelp = "Join without a question; the passphrases are asked for all the same."
    static let joinFingerprint = ArgumentHelp(
        "Join only the vault with this fingerprint, as its emergency kit has it.", valueName: "digits")
    static let joinKeepAccess = ArgumentHelp(
        "Keep this unlock method of the other vault, though what opened it does not vouch for it; kit-codes for the codes.",
        valueName: "name")
    static let undoJoin: ArgumentHelp = "Take the last join back; the vault here is what it was before."
    static let verifyAccount = "Give an account that needs verification its new key."
    static let verifyDiscussion = """
        Get a new QR code or URI from the service. It is read as fob add reads it: from --secret-fd, from standard \
        input, or typed without being shown.
        """

    static let confirm = "Answer requests that are waiting for confirmation."
    static let confirmDiscussion = """
        Without arguments, each request that waits is shown and asked about. What is typed before a question has been \
        on the screen for a moment is ignored; everything but y or yes is a no.
        """
    static let challenge = ArgumentHelp("Start of the id of a request.", valueName: "id")
    static let all: ArgumentHelp = "Answer all requests."
    static let listOnly: ArgumentHelp = "Only list the requests that wait."
    static let yes: ArgumentHelp = "Say yes without a question."
    static let deny: ArgumentHelp = "Say no without a question."
    static let mute = ArgumentHelp("Say no, and to everything from the same caller for this time.", valueName: "time")
    static let remember = ArgumentHelp("Say yes to the same caller and account for this time.", valueName: "time")
    static let watchChallenges: ArgumentHelp = "Keep asking as requests come in."
    static let answerByPassphrase: ArgumentHelp = "Say yes with the passphrase, also where the request was made."
    static let statusQuiet: ArgumentHelp =
        "Say nothing: the status is 0 when unlocked, 2 when locked, 8 without a vault."
    static let status = "Show the state of vault, memory and agent."
    static let generations = "List the older copies of the vault, or put one back."
    static let generationsDiscussion =
        "Each save keeps the vault from before it. A copy that is put back opens with the passphrase of its time."
    static let generationsRestore: ArgumentHelp = "Make the newest copy, or that of --number, the vault."
    static let generationsNumber = ArgumentHelp("The number of a save.", valueName: "n")
    static let initializeNew: ArgumentHelp = "Set what is left of another vault aside."
    static let log = "Show and verify the audit log."
    static let logDiscussion = "Names are shown while the vault is unlocked; the log itself holds ids only."
    static let last = ArgumentHelp("Show only the last entries.", valueName: "n")
    static let logAccount = ArgumentHelp("Only entries of accounts whose name has this in it.", valueName: "account")
    static let logEvent = ArgumentHelp(
        "Only events that begin with this, such as account.code or vault.", valueName: "event")
    static let logSince = ArgumentHelp("Only entries of this time back from now, such as 1d.", valueName: "time")
    static let verify: ArgumentHelp = "Only verify."
    static let completion = "Print completions for a shell."
    static let completionDiscussion =
        "For example: fob completion bash > ~/.local/share/bash-completion/completions/fob"
    static let shell = ArgumentHelp("bash, zsh or fish.", valueName: "shell")
}
