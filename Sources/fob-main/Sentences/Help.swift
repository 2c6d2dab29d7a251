import ArgumentParser
import Client

/// Help texts of the command line.
enum Help {
    static let fob = tr("Gives one-time codes from your authenticator agent.")
    static let fobDiscussion = tr(
        """
        fob init                  make a vault
        fob add GitHub/octocat    add an account: paste the secret of the service
        fob code github           print its code
        fob code github --copy    put it on the clipboard
        fob list --codes          print all codes

        ACCOUNT is the name or issuer/name of an account: exactly, or any start or part of it that fits only one. \
        Secrets are never given on the command line. Exit statuses are described in fob(1), JSON in fob-json(7).
        """)

    static let json = ArgumentHelp(tr("Print JSON, as described in fob-json(7)."))
    static let noAsk = ArgumentHelp(tr("Do not ask for anything; a locked vault is an error."))
    static let account = ArgumentHelp(tr("Name of an account."), valueName: "account")

    static let codeDiscussion = tr(
        """
        A code of a counter-based account is used up when it is printed. With --secret-fd, the code is made of a secret \
        that is kept nowhere, and no agent is asked.
        """)
    static let next = tr("Print the code after the current one.")
    static let wait = ArgumentHelp(tr("Wait for a code that holds at least so long."), valueName: "seconds")
    static let fresh = ArgumentHelp(tr("Give a code that the agent has not given yet; wait for it if need be."))
    static let watchCode = ArgumentHelp(tr("Show codes as they come until q is pressed, as fob watch does."))
    static let copy = ArgumentHelp(tr("Copy the code to the clipboard instead of printing it."))
    static let pasteOnce = ArgumentHelp(tr("Give a copied code to the first that pastes it, and to nobody after that."))
    static let clearAfter = ArgumentHelp(
        tr("Take a copied code off the clipboard after this time; 0 leaves it."), valueName: "time")
    static let question = ArgumentHelp(tr("Answer this OCRA challenge question."), valueName: "text")
    static let pinDescriptor = ArgumentHelp(tr("Read the PIN from this file descriptor."), valueName: "n")
    static let sessionDescriptor = ArgumentHelp(
        tr("Read the OCRA session information from this file descriptor."), valueName: "n")
    static let backupReminder = tr("Tell, once a day, that nothing is backed up.")
    static let pickCode = tr("Choose an account in a menu, and copy its code.")
    static let pickDiscussion = tr(
        """
        The menu is fuzzel, wofi, rofi, bemenu or dmenu, whichever is there first; on a terminal without a display it is \
        fzf. It is given the accounts' names.
        """)
    static let pickType = ArgumentHelp(
        tr("Type the code into the window that has the keyboard, by wtype, xdotool or ydotool."))
    static let watch = tr("Show codes with their remaining time until q is pressed.")
    static let watchDiscussion = tr(
        """
        Without names, all accounts whose codes come by the clock are shown. Without a terminal, one line is printed \
        for each code: account, code, and the second (UTC) at which it ends.
        """)
    static let watchAccounts = ArgumentHelp(tr("Accounts to watch."), valueName: "account")

    static let add = tr("Add an account from an otpauth URI or a secret.")
    static let addDiscussion = tr(
        """
        The URI or base32 secret is read from --secret-fd, from standard input, or typed without being shown. With a \
        bare secret the options below describe the account.
        """)
    static let newAccount = ArgumentHelp(tr("What to call it: name, or issuer/name."), valueName: "account")
    static let secretDescriptor = ArgumentHelp(tr("Read the URI or secret from this file descriptor."), valueName: "n")
    static let name = ArgumentHelp(tr("Whose account it is, such as alice."))
    static let type = ArgumentHelp(tr("totp, hotp, steam, yandex or ocra (default: totp)."), valueName: "kind")
    static let algorithm = ArgumentHelp(tr("sha1, sha256 or sha512 (default: sha1)."), valueName: "hash")
    static let period = ArgumentHelp(tr("Seconds for which a code holds (default: 30)."), valueName: "seconds")
    static let suite = ArgumentHelp(tr("OCRA suite, such as OCRA-1:HOTP-SHA1-6:QN08."), valueName: "suite")
    static let tag = ArgumentHelp(tr("Add a tag; may be repeated."))
    static let untag = ArgumentHelp(tr("Take a tag away; may be repeated."), valueName: "tag")
    static let confirmNew = ArgumentHelp(
        tr("Ask before each code: for a yes, or with verify for the passphrase."), valueName: "how")
    static let confirmFlag = ArgumentHelp(
        tr("Ask before each code: yes, verify (with the passphrase), or no. Alone it is yes."), valueName: "how")
    static let lifetime = ArgumentHelp(
        tr("Give codes only for this time after unlocking; never for no end."), valueName: "time")

    static let trash = ArgumentHelp(tr("List the trash."))
    static let names = ArgumentHelp(tr("Print names only, one on a line."))
    static let codes = ArgumentHelp(tr("Print the present code of each account that gives one by the clock."))
    static let show = tr("Show everything about an account but its secret.")
    static let editDiscussion = tr("Taking a protection away (confirmation, lifetime) has to be confirmed.")
    static let order = tr("Move an account to another place in the list.")
    static let orderDiscussion = tr("For example: fob order github first, or: fob order github after gitlab.")
    static let place = ArgumentHelp(tr("first, last, before or after."), valueName: "place")
    static let otherAccount = ArgumentHelp(tr("The account to put it before or after."), valueName: "other")
    static let removeDiscussion = tr("fob untrash brings it back for 30 days.")
    static let undo = ArgumentHelp(tr("Bring it back from the trash instead."))
    static let untrash = tr("Bring an account back from the trash.")
    static let trashedAccount = ArgumentHelp(tr("Name of an account in the trash."), valueName: "account")

    static let importing = tr("Import accounts from files of other authenticators.")
    static let importDiscussion = tr(
        """
        The format is detected from the contents; fob-formats(7) lists all. Files that belong together are named \
        together; a directory is one of pass. The outcome of each entry is shown before anything changes: all new ones \
        come in, or none; existing ones are left unchanged.
        """)
    static let importFiles = ArgumentHelp(tr("Files to read, - for standard input."), valueName: "file")
    static let from = ArgumentHelp(tr("Format of the files; detected by default."), valueName: "format")
    static let dryRun = ArgumentHelp(tr("Only show what would be done."))
    static let importYes = ArgumentHelp(tr("Do it without a question."))
    static let skipBad = ArgumentHelp(tr("Skip what cannot be imported, without complaint."))
    static let filePasswordDescriptor = ArgumentHelp(
        tr("Read the files' password from this file descriptor."), valueName: "n")
    static let keyFile = ArgumentHelp(tr("Open KeePass databases with this key file."), valueName: "file")
    static let scan = tr("Import accounts from QR codes in pictures.")
    static let scanDiscussion = tr(
        """
        PNG and JPEG, and PDF and SVG where a program that renders them is installed. One picture can have many codes, \
        and the parts of a Google Authenticator export can be spread over many pictures. One that cannot be \
        read costs no other.
        """)
    static let pictures = ArgumentHelp(tr("Pictures to read, - for standard input."), valueName: "file")
    static let clipboard = ArgumentHelp(tr("Take the picture, or the links of accounts, that are on the clipboard."))
    static let qr = tr("Show an account as a QR code, to pair another phone.")
    static let qrDiscussion = tr(
        """
        It has to be confirmed with the passphrase, here or by fob confirm in another terminal: anyone who sees the code has the \
        secret.
        """)
    static let forceQR =
        ArgumentHelp(
            tr("Write the code to standard output even if that is not a terminal, or over the file that is there."))
    static let outputQR = ArgumentHelp(
        tr("File to make, with mode 0600: a picture if its name ends in .png or .svg, else text."), valueName: "file")
    static let exportDiscussion = tr(
        """
        Each export has to be confirmed with the passphrase, here or by fob confirm in another terminal. Without accounts, \
        all are exported. The formats and what they cannot hold are listed in fob-formats(7); what is left out is \
        told for each account. An age file holds everything and opens with the passphrase in fob, or with the age \
        program and the identity that fob passphrase --identity prints.
        """)
    static let exportAccounts = ArgumentHelp(tr("Accounts to export."), valueName: "account")
    static let output = ArgumentHelp(
        tr("File to make, with mode 0600, or directory; never overwritten."), valueName: "file")
    static let exportPasswordDescriptor = ArgumentHelp(
        tr("Read the password of an encrypted format from this file descriptor."), valueName: "n")
    static let recipient = ArgumentHelp(
        tr("Seal the age file to this recipient instead of the vault's passphrase; may be repeated."),
        valueName: "age1...")

    static let recovery = tr("Keep and use the recovery codes of services.")
    static let recoveryDiscussion = tr(
        """
        Recovery codes let you in when the second factor is lost. They are shown for a minute after you unlocked the \
        vault in this terminal; otherwise it takes the passphrase, here or by fob confirm in another terminal.
        """)
    static let recoveryImport = tr("Store the recovery codes of a service.")
    static let recoveryImportDiscussion = tr(
        """
        The file is the service's download, or text pasted from its page. Codes that are there already are replaced \
        after a question, and kept for another 30 days.
        """)
    static let recoveryFile = ArgumentHelp(tr("File of the service, - for standard input."), valueName: "file")
    static let recoveryService = ArgumentHelp(
        tr("Say whose codes they are, for files that do not tell."), valueName: "service")
    static let recoveryNew = ArgumentHelp(tr("Make an account for them, without a one-time password: issuer/name."))
    static let recoveryList = tr("List how many recovery codes are left.")
    static let recoveryNext = tr("Show the recovery code to be used next.")
    static let recoveryNextDiscussion = tr("It is marked as shown; say fob recovery used when you have used it.")
    static let recoveryUsedDiscussion = tr("Without --code, it is the code that was shown last.")
    static let recoveryCodeDescriptor = ArgumentHelp(tr("Read the code from this file descriptor."), valueName: "n")
    static let recoveryPrint = tr("Print the recovery codes of an account.")
    static let recoveryPrintDiscussion = tr("Without --page, the page goes to the printer, through lp.")
    static let recoveryPageFile = ArgumentHelp(
        tr("Write the page to this new file, mode 0600; - for standard output."), valueName: "file")
    static let superseded = ArgumentHelp(tr("The set before, as long as it is kept."))
    static let recoveryDownload = tr("Write the recovery codes of an account to a new file, mode 0600.")
    static let recoveryOutput = ArgumentHelp(tr("File to make; never overwritten."), valueName: "file")
    static let recoveryExport = tr("Export the recovery codes of an account for another program.")
    static let recoveryExportDiscussion = tr("The file has one entry: issuer, name, and the codes in a field or note.")
    static let recoveryTo = ArgumentHelp(
        tr("1password, keeper, lastpass, bitwarden, keepassxc or text."), valueName: "program")
    static let recoveryExportFile = ArgumentHelp(
        tr("File to make, mode 0600, never overwritten; - for standard output."), valueName: "file")

    static let initializeDiscussion = tr(
        """
        The passphrase is asked for twice. It cannot be recovered if it is lost. One that would soon be guessed is refused.
        """)
    static let passphraseDescriptor = ArgumentHelp(tr("Read the passphrase from this file descriptor."), valueName: "n")
    static let newPassphraseDescriptor = ArgumentHelp(
        tr("Read the new passphrase from this file descriptor."), valueName: "n")
    static let unlockDiscussion = tr(
        """
        The passphrase comes from --passphrase-fd, from the systemd credential fob.passphrase, from the terminal, or \
        from pinentry, whichever is there first.
        """)
    static let byCode = ArgumentHelp(tr("Use up a kit code in place of the passphrase."))
    static let codeDescriptor = ArgumentHelp(tr("Read the kit code from this file descriptor."), valueName: "n")
    static let codePicture = ArgumentHelp(tr("Take the kit code from a picture of its QR code."), valueName: "picture")
    static let accessDiscussion = tr("Changes take the passphrase, also while the vault is open.")
    static let accessKit = tr("Make an emergency kit: new kit codes, which end the ones before.")
    static let accessKitDiscussion = tr(
        """
        The codes are shown this once. Without an option that says where they go, the whole kit is written to standard \
        output: the codes, where the backups are, and how to restore with fob and without.
        """)
    static let kitDownload = ArgumentHelp(tr("Write the kit to a new file as plain text."), valueName: "file")
    static let kitPage = ArgumentHelp(tr("Write the kit to a new file as a page with QR codes."), valueName: "file")
    static let accessAdd = tr("Add kit codes, a recipient or a hardware security key that files are sealed to as well.")
    static let accessAddDiscussion = tr("A recipient is your own key on another machine, made by age-keygen.")
    static let accessLabel = ArgumentHelp(tr("Your word for the recipient or the security key."), valueName: "label")
    static let accessVerify = ArgumentHelp(tr("Have the security key ask for its PIN or a fingerprint each time."))
    static let securityKey = ArgumentHelp(tr("Take a hardware security key."))
    static let securityKeyDevice = ArgumentHelp(
        tr("The security key, such as /dev/hidraw0, or unix: and a socket."), valueName: "path")
    static let securityKeyPIN = ArgumentHelp(tr("Read its PIN from this file descriptor."), valueName: "n")
    static let accessRemoveDiscussion = tr("The passphrase stays; fob passphrase replaces it.")
    static let accessNames = ArgumentHelp(tr("Labels, starts of ids, or codes for all kit codes."), valueName: "method")
    static let accessRotate = tr("Derive another key from the passphrase, and seal the vault again.")
    static let accessRotateDiscussion = tr("After this a key that was copied from an older file opens nothing new.")
    static let accessClean = tr("Remove the copies of the vault on this disk that ended unlock methods still open.")
    static let accessCleanDiscussion = tr("They are what a damaged vault is mended with; make a backup first.")
    static let accessIdentity = tr("Print the age identity of a kit code.")
    static let accessIdentityDiscussion = tr("It needs no agent and no vault, and does not use the code up.")
    static let accessKey = tr("Write the file that lets age open backups with the passphrase.")
    static let accessKeyDiscussion = tr("It belongs beside the backups: age -d -i recovery-key.age BACKUP.age")
    static let accessKeyFile = ArgumentHelp(tr("File to write, such as recovery-key.age."), valueName: "file")
    static let passphrase = tr("Change the passphrase, or print the key that it stands for.")
    static let passphraseDiscussion = tr(
        "With --identity, no agent is needed: the key is derived from the vault's file.")
    static let identity = ArgumentHelp(tr("Print the age identity that opens the vault, for an emergency."))
    static let identityOutput = ArgumentHelp(
        tr("Write the identity to this new file, mode 0600."), valueName: "file")
    static let settings = tr("Show or change when the vault locks itself.")
    static let settingsDiscussion = tr("Times are written 45s, 15m, 8h, 2d, or never.")

    static let restoreDiscussion = tr(
        """
        The source is a sealed file, a folder with backups, a remote of rclone, or the name of a destination; without \
        one, all destinations. The newest backup is taken. What comes in is shown before anything is changed; nothing that is here is overwritten. Where there is no vault yet, the backup \
        becomes it. An account that was removed comes back by fob untrash.
        """)
    static let restoreSource = ArgumentHelp(
        tr("File, folder, remote:path of rclone, or destination."), valueName: "source")
    static let sync = tr("Merge what other machines have changed, and back up.")
    static let syncDiscussion = tr(
        """
        Machines that keep backups of one vault in the same destinations become equal: what was added, changed and \
        removed on one comes to the others. Safe to run from a timer on all of them. See fob-backup(1).
        """)
    static let syncPassphrase = ArgumentHelp(
        tr("Read the passphrase of a backup whose keys are not known here from this file descriptor."), valueName: "n")
    static let restoreIdentity = ArgumentHelp(
        tr("Open the backup with an age identity of this file, such as recovery-key.age."), valueName: "file")
    static let restorePassphrase = ArgumentHelp(
        tr("Read what opens the backup, or its identity file, from this file descriptor."), valueName: "n")
    static let restoreNewPassphrase = ArgumentHelp(
        tr("Read the passphrase of the new vault from this file descriptor."), valueName: "n")
    static let restoreFingerprint = ArgumentHelp(
        tr("Restore only a file with this fingerprint, as the emergency kit has it."), valueName: "digits")
    static let keepAccess = ArgumentHelp(
        tr(
            "Keep this unlock method of the file in a new vault, though nothing vouches for it; kit-codes for the codes."
        ),
        valueName: "name")
    static let pick = ArgumentHelp(tr("Take this one of the list, 1 for the newest."), valueName: "n")
    static let restoreDryRun = ArgumentHelp(tr("Show what would come in, and change nothing."))
    static let join = tr("Merge the vaults of two machines into one.")
    static let joinDiscussion = tr(
        """
        Two machines on which fob init was run have two vaults. On one of them, name a backup of the other's, or the place \
        where they lie. What comes in, what both have and what opens the vault afterwards is shown first. This machine then \
        goes on as a machine of the other vault; its own accounts come in there. See fob-backup(1).
        """)
    static let joinSource = ArgumentHelp(
        tr("File, folder, remote:path of rclone, or destination with backups of the other vault."), valueName: "source")
    static let joinOwnPassphrase = ArgumentHelp(
        tr("Read the passphrase of the vault here from this file descriptor."), valueName: "n")
    static let joinYes = ArgumentHelp(tr("Join without a question; the passphrases are asked for all the same."))
    static let joinFingerprint = ArgumentHelp(
        tr("Join only the vault with this fingerprint, as its emergency kit has it."), valueName: "digits")
    static let joinKeepAccess = ArgumentHelp(
        tr(
            "Keep this unlock method of the other vault, though what opened it does not vouch for it; kit-codes for the codes."
        ),
        valueName: "name")
    static let undoJoin = ArgumentHelp(tr("Take the last join back; the vault here is what it was before."))
    static let verifyAccount = tr("Give an account that needs verification its new key.")
    static let verifyDiscussion = tr(
        """
        Get a new QR code or URI from the service. It is read as fob add reads it: from --secret-fd, from standard \
        input, or typed without being shown.
        """)

    static let confirm = tr("Answer requests that are waiting for confirmation.")
    static let confirmDiscussion = tr(
        """
        Without arguments, each request that waits is shown and asked about. What is typed before a question has been \
        on the screen for a moment is ignored; everything but y or yes is a no.
        """)
    static let mute = ArgumentHelp(
        tr("Say no, and to everything from the same caller for this time."), valueName: "time")
    static let remember = ArgumentHelp(tr("Say yes to the same caller and account for this time."), valueName: "time")
    static let answerByPassphrase = ArgumentHelp(tr("Say yes with the passphrase, also where the request was made."))
    static let statusQuiet =
        ArgumentHelp(tr("Say nothing: the status is 0 when unlocked, 2 when locked, 8 without a vault."))
    static let status = tr("Show the state of vault, memory and agent.")
    static let generations = tr("List the older copies of the vault, or put one back.")
    static let generationsDiscussion =
        tr("Each save keeps the vault from before it. A copy that is put back opens with the passphrase of its time.")
    static let logDiscussion = tr("Names are shown while the vault is unlocked; the log itself holds ids only.")
    static let last = ArgumentHelp(tr("Show only the last entries."), valueName: "n")
    static let logAccount = ArgumentHelp(
        tr("Only entries of accounts whose name has this in it."), valueName: "account")
    static let logEvent = ArgumentHelp(
        tr("Only events that begin with this, such as account.code or vault."), valueName: "event")
    static let logSince = ArgumentHelp(tr("Only entries of this time back from now, such as 1d."), valueName: "time")
    static let completion = tr("Print completions for a shell.")
    static let completionDiscussion =
        tr("For example: fob completion bash > ~/.local/share/bash-completion/completions/fob")
    static let shell = ArgumentHelp(tr("bash, zsh or fish."), valueName: "shell")
}
