import ArgumentParser
import Authenticator
import Client
import Encodings
import Wire

/// Sentences about security keys, scripts' signatures, and what is remembered.
extension Sentences {
    static let noKeys = "there are no security keys yet"
    static let noSuchKey = "there is no such security key"
    static let listKeys = "list them with fob key list"
    static let severalKeys = "the name fits more than one security key"
    static let keyByID = "name it by its id"
    static func keyRemoved(_ name: String) -> String {
        "moved \(name) to the trash; fob key remove --undo brings it back for 30 days"
    }

    // Exporting.
    static let itsPrivateKey = "its private key"
    static func securityKey(_ key: KeyEntry) -> String {
        let name = key.label.isEmpty ? key.userName.isEmpty ? key.displayName : key.userName : key.label
        return "security key of \(key.site)" + (name.isEmpty ? "" : " for \(name)")
    }
    static let itsProtection = "its demand that the owner is verified"
    static let protectionStays = "it signs there for who is not verified: the format cannot say that it must not"
    static func weakened(_ count: Int) -> String {
        (count == 1 ? "1 passkey is" : "\(count) passkeys are") + " protected less in this format"
    }
    static let theirKeys = "their security keys"
    static func keyAccounts(_ count: Int) -> String { count == 1 ? "1 security key" : "\(count) security keys" }
    static let formatHasNoKeys = "not written: the format has none; --to cxf has passkeys, --to age has all"
    /// Why a security key is not in a file; nil when it is.
    static func reasonToStay(_ key: KeyEntry) -> String? {
        if key.flags.contains(.needsVerification) { return "not written: its secrets are on another machine" }
        if key.kind == .deviceBound { return "not written: it is bound to this machine" }
        if key.site.hasPrefix("ssh:") || key.site.hasPrefix("fob:") {
            return "not written: it is no passkey; backups and --to age have it"
        }
        return nil
    }

    static let keyAsksAlways =
        "A security key always asks; one that signs without is made so, with fob key ssh --no-touch."

    static let hostsOrAny = "Say --host or --any-host, not both."
    static func badHost(_ text: String) -> String { "this names no host: \(Label.shown(text))" }
    static let howHost =
        "give HOST, USER@HOST, or FIRST>USER@HOST for a login from FIRST, to which the agent is forwarded"
    static func noHostKey(_ host: String) -> String { "no key of \(Label.shown(host)) is in known_hosts" }
    static let loginFirst = "log in there once, or add its key to ~/.ssh/known_hosts"
    static func tooManyHostKeys(_ host: String) -> String {
        "known_hosts has more than \(Limits.hostKeys) keys of \(Label.shown(host))"
    }

    static let scriptSite = "The site of a script is fob: and a word, such as fob:deploy."
    static func dataTooLong(_ limit: Int) -> String { "the data is longer than \(limit) bytes" }
    static let signAHash = "sign a hash of it, such as sha256sum prints"
    static let oneStandardInput = "Standard input is either the signature or the data."
    static let noPublicKey = "the public key is not 64 hexadecimal digits"
    static let publicKeyFromShow = "take the one that fob key show prints, from where nobody could change it"
    static let noSignature = "this is not a signature of fob challenge"
    static let signatureFromChallenge = "give the file as fob challenge wrote it"
    static let wrongSignature = "the signature is not that of this key, for this site and data"
    static let rightSignature = "a person has said yes to this"

    static let newPinPrompt = "New PIN of the security keys: "
    static let newPinAgain = "Once more: "
    static let newPinExplanation = "Choose a PIN of 4 to 63 characters for your security keys"
    static let pinProofExplanation =
        "Enter the passphrase of your fob vault to change how you are verified at security keys"
    static let pinSet = "the security keys have a PIN, which stands for the passphrase at their questions"
    static let pinChanged = "the security keys have another PIN"
    static let pinRemoved = "the security keys have no PIN any more"
    static func freshUnlock(_ seconds: UInt32) -> String {
        seconds == 0
            ? "sites that want you verified ask for the passphrase or the PIN each time"
            : "for \(Seconds.text(UInt64(seconds))) after an unlock a yes verifies you: whoever uses this session by then "
                + "is taken for you"
    }

    static let noGrants = "nothing is remembered, and nobody is muted"
    static let muted = "(muted)"
    static let noSuchGrant = "no such confirmation is remembered, and nobody is muted by that id"
    static let severalGrants = "more than one confirmation or mute starts with these digits"
    static let listGrants = "list them with fob grants"
    static let revoked = "it is asked for again"
    static let revokedAll = "everything is asked for again"
    static let revokeOneOrAll = "Say --revoke or --revoke-all, not both."

    static func details(of key: KeyEntry) -> [(String, String)] {
        var rows: [(String, String)] = []
        if !key.label.isEmpty { rows.append(("label", key.label)) }
        rows.append(("site", key.site))
        if !key.siteName.isEmpty { rows.append(("site's name", key.siteName)) }
        if !key.userName.isEmpty { rows.append(("user", key.userName)) }
        if !key.displayName.isEmpty { rows.append(("display name", key.displayName)) }
        if !key.userHandle.isEmpty { rows.append(("user handle", BaseEncoding.base16.text(key.userHandle.span))) }
        rows += [("algorithm", key.algorithm.text), ("kind", key.kind.text)]
        let traits = key.flags.words + (key.hasBlob ? ["keeps a blob"] : [])
        if !traits.isEmpty { rows.append(("traits", traits.joined(separator: ", "))) }
        if case .only(let limits) = key.hosts {
            rows.append(("only for logins at", limits.isEmpty ? "no host" : limits.map(\.name).joined(separator: ", ")))
        }
        if key.protection > 1 { rows.append(("protection", "level \(key.protection)")) }
        if key.kind == .deviceBound { rows.append(("signatures", "\(key.counter)")) }
        rows.append(("created", Moment.text(key.created)))
        rows.append(("last used", key.lastUsed > 0 ? Moment.text(key.lastUsed) : "never"))
        if let ssh = SSHKey(key) {
            rows += [
                ("for ssh", ssh.line(comment: key.comment)), ("fingerprint", SSHText.fingerprint(ssh.blob.span)),
            ]
        }
        rows += [
            ("public key", BaseEncoding.base16.text(key.publicKey.span)),
            ("credential id", BaseEncoding.base16.text(key.credential.span)),
            ("id", key.record.description),
        ]
        return rows
    }
}

extension Help {
    static let key = "List and change the security keys in the vault."
    static let keyDiscussion = """
        Security keys sign in at sites of the web, log in with OpenSSH, and sign for scripts. They are made where they \
        are used, or with fob key ssh and fob challenge.
        """
    static let keyName = ArgumentHelp("Label, site, site/user or id of a security key.", valueName: "key")
    static let keyList = "List security keys, the newest first."
    static let keyShow = "Show everything about a security key but its secret."
    static let keyShowDiscussion = "The public key is what fob verify-signature wants."
    static let keyEdit = "Change what a security key asks for."
    static let keyEditDiscussion = """
        With --confirm verify each use takes the passphrase, and says that its owner was verified. To go back to \
        a yes takes the passphrase too. With --host a key of ssh signs for logins at that host only, whose keys are \
        taken from known_hosts now; it may be given several times, and replaces what was said before.
        """
    static let keyHost = ArgumentHelp(
        "Sign for logins at this host only: host, user@host, or first>user@host for one from first.",
        valueName: "host")
    static let keyAnyHost: ArgumentHelp = "Sign for logins anywhere, and for other data."
    static let keyConfirm = ArgumentHelp(
        "Ask for a yes at each use, or with verify for the passphrase.", valueName: "how")
    static let keyPin = "Set what verifies you at security keys, besides the passphrase."
    static let keyPinDiscussion = """
        The PIN is taken at the questions of security keys, by fob confirm as well as by browsers, and for nothing else. \
        After 8 wrong ones it is blocked; the passphrase is always taken. It stays on this machine.
        """
    static let keyPinSet = "Set the first PIN. It takes the passphrase."
    static let keyPinChange = "Set another PIN. It takes the PIN or the passphrase."
    static let keyPinRemove = "Remove the PIN. It takes the PIN or the passphrase."
    static let keyPinDescriptor = ArgumentHelp("Read the new PIN from this descriptor.", valueName: "fd")
    static let freshUnlock = "Let a yes verify you for a time after an unlock. It takes the passphrase."
    static let freshUnlockDiscussion = """
        It proves that the passphrase was typed here so short a time ago, and that somebody at this session says yes now: \
        no more. Keys and accounts that ask for their owner themselves still take the passphrase or the PIN.
        """
    static let freshUnlockTime = ArgumentHelp("How long, at most 1h, such as 5m; 0 for never.", valueName: "time")
    static let keyRename = "Give a security key a name of your own."
    static let keyRenameDiscussion = "An empty one takes the name away. What the site knows of the key stays as it is."
    static let keyLabel = ArgumentHelp("The new name.", valueName: "label")
    static let keyRemove = "Move a security key to the trash."
    static let keyRemoveDiscussion = "It signs nothing there. The site still knows it: sign in there another way first."

    static let challengeVerb = "Ask a person for a yes, and print a signature that proves it."
    static let challengeDiscussion = """
        For scripts: fob confirm, in another terminal, is asked, and the signature is printed. The exit status is 5 \
        when the answer is no and 6 when there is none. The first challenge of a site makes its key, which is asked \
        about too.
        """
    static let scriptSite = ArgumentHelp("What it is for: fob: and a word, such as fob:deploy.", valueName: "site")
    static let challengeData = ArgumentHelp("What to sign, - for standard input; else nothing.", valueName: "file")
    static let verifySignature = "Verify a signature that fob challenge has printed."
    static let verifySignatureDiscussion = """
        It is right when the key with this public key has signed this data for this site, and a person said yes. The \
        agent is not needed.
        """
    static let signatureFile = ArgumentHelp("The signature, - for standard input.", valueName: "signature")
    static let publicKey = ArgumentHelp(
        "The key that must have signed, as fob key show prints it.", valueName: "digits")
    static let signedData = ArgumentHelp("What was signed, - for standard input; else nothing.", valueName: "file")

    static let grants = "List or revoke remembered confirmations and mutes."
    static let grantsDiscussion = "A lock forgets the confirmations, an unlock ends the mutes."
    static let revoke = ArgumentHelp("Ask for this one again.", valueName: "id")
    static let revokeAll: ArgumentHelp = "Ask for everything again."
}
