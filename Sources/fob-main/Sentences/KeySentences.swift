import ArgumentParser
import Authenticator
import Client
import Encodings
import Wire

/// Sentences about security keys, scripts' signatures, and what is remembered.
extension Sentences {
    static let noKeys = tr("there are no security keys yet")
    static let noSuchKey = tr("there is no such security key")
    static func keyRemoved(_ name: String) -> String {
        tr("moved \(name) to the trash; fob key remove --undo brings it back for 30 days")
    }

    // Exporting.
    static func securityKey(_ key: KeyEntry) -> String {
        let name = key.label.isEmpty ? key.userName.isEmpty ? key.displayName : key.userName : key.label
        return name.isEmpty ? tr("security key of \(key.site)") : tr("security key of \(key.site) for \(name)")
    }
    static let itsProtection = tr("its demand that the owner be verified")
    static let protectionStays = tr("it signs there without verifying the owner: the format cannot demand that")
    static func weakened(_ count: Int) -> String {
        trn(
            count, "\(count) passkey is protected less in this format",
            "\(count) passkeys are protected less in this format")
    }
    static func keyAccounts(_ count: Int) -> String { Count.text(count, "security key") }
    static let formatHasNoKeys = tr("not written: the format has none; --to cxf has passkeys, --to age has all")
    /// Why a security key is not in a file; nil when it is.
    static func reasonToStay(_ key: KeyEntry) -> String? {
        if key.flags.contains(.needsVerification) { return tr("not written: its secrets are on another machine") }
        if key.kind == .deviceBound { return tr("not written: it is bound to this machine") }
        if key.site.hasPrefix("ssh:") || key.site.hasPrefix("fob:") {
            return tr("not written: it is no passkey; backups and --to age have it")
        }
        return nil
    }

    static let keyAsksAlways =
        tr("A security key always asks; fob key ssh --no-touch makes one that does not.")

    static func badHost(_ text: String) -> String { tr("this names no host: \(Label.shown(text))") }
    static let howHost =
        tr("give HOST, USER@HOST, or FIRST>USER@HOST for a login from FIRST, to which the agent is forwarded")
    static func noHostKey(_ host: String) -> String { tr("no key of \(Label.shown(host)) is in known_hosts") }
    static let loginFirst = tr("log in there once, or add its key to ~/.ssh/known_hosts")
    static func tooManyHostKeys(_ host: String) -> String {
        tr("known_hosts has more than \(Limits.hostKeys) keys of \(Label.shown(host))")
    }

    static let scriptSite = tr("The site of a script is fob: and a word, such as fob:deploy.")
    static let signAHash = tr("sign a hash of it, such as sha256sum prints")
    static let oneStandardInput = tr("Standard input is either the signature or the data.")
    static let noPublicKey = tr("the public key is not 64 hexadecimal digits")
    static let publicKeyFromShow = tr("take the one that fob key show prints, from where nobody could change it")
    static let noSignature = tr("this is not a signature of fob challenge")
    static let signatureFromChallenge = tr("give the file as fob challenge wrote it")

    static let newPinPrompt = tr("New PIN of the security keys: ")
    static let newPinExplanation = tr("Choose a PIN of 4 to 63 characters for your security keys")
    static let pinProofExplanation =
        tr("Enter the passphrase of your fob vault to change how you are verified at security keys")
    static let pinSet = tr("the security keys have a PIN, which stands for the passphrase at their questions")
    static func freshUnlock(_ seconds: UInt32) -> String {
        seconds == 0
            ? tr("sites that want you verified ask for the passphrase or the PIN each time")
            : tr(
                "for \(Seconds.text(UInt64(seconds))) after an unlock a yes verifies you: whoever uses this session by then "
                    + "is taken for you")
    }

    static let noGrants = tr("nothing is remembered, and nobody is muted")
    static let noSuchGrant = tr("no such confirmation is remembered, and nobody is muted by that id")
    static let severalGrants = tr("more than one confirmation or mute starts with these digits")

    static func details(of key: KeyEntry) -> [(String, String)] {
        var rows: [(String, String)] = []
        if !key.label.isEmpty { rows.append((tr("label"), key.label)) }
        rows.append((tr("site"), key.site))
        if !key.siteName.isEmpty { rows.append((tr("site's name"), key.siteName)) }
        if !key.userName.isEmpty { rows.append((tr("user"), key.userName)) }
        if !key.displayName.isEmpty { rows.append((tr("display name"), key.displayName)) }
        if !key.userHandle.isEmpty { rows.append((tr("user handle"), BaseEncoding.base16.text(key.userHandle.span))) }
        rows += [(tr("algorithm"), key.algorithm.text), (tr("kind"), key.kind.text)]
        let traits = key.flags.words + (key.hasBlob ? [tr("keeps a blob")] : [])
        if !traits.isEmpty { rows.append((tr("traits"), traits.joined(separator: ", "))) }
        if case .only(let limits) = key.hosts {
            rows.append(
                (tr("only for logins at"), limits.isEmpty ? tr("no host") : limits.map(\.name).joined(separator: ", ")))
        }
        if key.protection > 1 { rows.append((tr("protection"), tr("level \(key.protection)"))) }
        if key.kind == .deviceBound { rows.append((tr("signatures"), "\(key.counter)")) }
        rows.append((tr("created"), Moment.text(key.created)))
        rows.append((tr("last used"), key.lastUsed > 0 ? Moment.text(key.lastUsed) : tr("never")))
        if let ssh = SSHKey(key) {
            rows += [
                (tr("for ssh"), ssh.line(comment: key.comment)),
                (tr("fingerprint"), SSHText.fingerprint(ssh.blob.span)),
            ]
        }
        rows += [
            (tr("public key"), BaseEncoding.base16.text(key.publicKey.span)),
            (tr("credential id"), BaseEncoding.base16.text(key.credential.span)),
            (tr("id"), key.record.description),
        ]
        return rows
    }
}

extension Help {
    static let key = tr("List and change the security keys in the vault.")
    static let keyDiscussion = tr(
        """
        Security keys sign in at sites of the web, log in with OpenSSH, and sign for scripts. They are made where they \
        are used, or with fob key ssh and fob challenge.
        """)
    static let keyName = ArgumentHelp(tr("Label, site, site/user or id of a security key."), valueName: "key")
    static let keyList = tr("List security keys, the newest first.")
    static let keyShow = tr("Show everything about a security key but its secret.")
    static let keyShowDiscussion = tr("The public key is what fob verify-signature wants.")
    static let keyEditDiscussion = tr(
        """
        With --confirm verify each use takes the passphrase, and says that its owner was verified. To go back to \
        a yes takes the passphrase too. With --host a key of ssh signs for logins at that host only, whose keys are \
        taken from known_hosts now; it may be given several times, and replaces what was said before.
        """)
    static let keyHost = ArgumentHelp(
        tr("Sign for logins at this host only: host, user@host, or first>user@host for one from first."),
        valueName: "host")
    static let keyAnyHost = ArgumentHelp(tr("Sign for logins anywhere, and for other data."))
    static let keyConfirm = ArgumentHelp(
        tr("Ask for a yes at each use, or with verify for the passphrase."), valueName: "how")
    static let keyPin = tr("Set what verifies you at security keys, besides the passphrase.")
    static let keyPinDiscussion = tr(
        """
        The PIN is taken at the questions of security keys, by fob confirm as well as by browsers, and for nothing else. \
        After 8 wrong ones it is blocked; the passphrase is always taken. It stays on this machine.
        """)
    static let keyPinSet = tr("Set the first PIN. It takes the passphrase.")
    static let keyPinChange = tr("Set another PIN. It takes the PIN or the passphrase.")
    static let keyPinRemove = tr("Remove the PIN. It takes the PIN or the passphrase.")
    static let keyPinDescriptor = ArgumentHelp(tr("Read the new PIN from this descriptor."), valueName: "fd")
    static let freshUnlock = tr("Let a yes verify you for a time after an unlock. It takes the passphrase.")
    static let freshUnlockDiscussion = tr(
        """
        It proves that the passphrase was typed here so short a time ago, and that somebody at this session says yes now: \
        no more. Keys and accounts that ask for their owner themselves still take the passphrase or the PIN.
        """)
    static let freshUnlockTime = ArgumentHelp(tr("How long, at most 1h, such as 5m; 0 for never."), valueName: "time")
    static let keyRename = tr("Give a security key a name of your own.")
    static let keyRenameDiscussion = tr(
        "An empty one takes the name away. What the site knows of the key stays as it is.")
    static let keyRemoveDiscussion = tr(
        "It signs nothing there. The site still knows it: sign in there another way first.")

    static let challengeVerb = tr("Ask a person for a yes, and print a signature that proves it.")
    static let challengeDiscussion = tr(
        """
        For scripts: fob confirm, in another terminal, is asked, and the signature is printed. The exit status is 5 \
        when the answer is no and 6 when there is none. The first challenge of a site makes its key, which is asked \
        about too.
        """)
    static let scriptSite = ArgumentHelp(tr("What it is for: fob: and a word, such as fob:deploy."), valueName: "site")
    static let challengeData = ArgumentHelp(tr("What to sign, - for standard input; else nothing."), valueName: "file")
    static let verifySignature = tr("Verify a signature that fob challenge has printed.")
    static let verifySignatureDiscussion = tr(
        """
        It is right when the key with this public key has signed this data for this site, and a person said yes. The \
        agent is not needed.
        """)
    static let signatureFile = ArgumentHelp(tr("The signature, - for standard input."), valueName: "signature")
    static let publicKey = ArgumentHelp(
        tr("The key that must have signed, as fob key show prints it."), valueName: "digits")
    static let signedData = ArgumentHelp(tr("What was signed, - for standard input; else nothing."), valueName: "file")

    static let grants = tr("List or revoke remembered confirmations and mutes.")
    static let grantsDiscussion = tr("A lock forgets the confirmations. --revoke with the id of a mute ends that one.")
}
