package import Age
package import Model
package import Platform

/// Why a vault could not be opened, read or changed. No case carries a secret.
package enum VaultError: Error, Equatable {
    /// No unlock method fits: the passphrase or identity is another vault's, or mistyped.
    case noMatch
    /// The file is not what was written: the place, in words.
    case damaged(String)
    /// Written by a newer fob, whose format is not known here.
    case newerFormat
    /// A derivation cost outside the bounds that fob accepts: refused before any work.
    case costOutOfBounds
    /// The work was given up before its end, because nobody waits for it any more or it took too long.
    case cancelled
    /// No unlock method of that id.
    case noUnlockMethod
    /// An unlock method cannot be made or ended: why, as a sentence.
    case badUnlockMethod(String)
    /// No account of that name or id.
    case notFound
    /// Several accounts fit the name: their labels, in the user's order.
    case ambiguous([String])
    /// An account of that issuer and name exists already.
    case exists(String)
    /// Something else has the credential id of a security key.
    case credentialIDTaken
    /// A value that an account cannot have: which, in words.
    case badValue(String)
    /// More accounts or bytes than a vault may hold: which, in words.
    case tooLarge(String)
    /// The account has no recovery codes.
    case noRecoveryCodes
    /// All its recovery codes are used.
    case noRecoveryCodeLeft
    /// Its set has no such recovery code, or none was shown.
    case noSuchRecoveryCode
    /// That recovery code is marked as used already.
    case recoveryCodeUsed
    /// No security key of that id.
    case noKey
    /// A value that a security key cannot have: which, in words.
    case badKey(String)
    /// A sync with a file that this vault's present signing key has not signed.
    case notThisVaults
    /// A change that what arrives has no authority for: which, in words.
    case notPermitted(String)
    /// A join with a file of the vault that is here.
    case sameVault
    /// A join after which no passphrase would open the vault.
    case noPassphraseLeft
    /// What a merge has changed was changed again since, so that the state before cannot come back.
    case cannotUndo
    /// Locked memory ran out.
    case memory(MemoryError)

    /// What was refused and why.
    package var message: Sentence {
        switch self {
        case .noMatch: "the passphrase does not open this vault"
        case .damaged(let place): "the vault is damaged: \(place)"
        case .newerFormat: "the vault was written by a newer release of fob"
        case .costOutOfBounds: "the vault asks for a key derivation outside the accepted bounds"
        case .cancelled: "the work was given up before its end"
        case .noUnlockMethod: "there is no such unlock method"
        case .badUnlockMethod(let why): Sentence(why)
        case .notFound: "no account matches that name"
        case .ambiguous: "several accounts match that name"
        case .exists(let label): "there is an account \(label) already"
        case .credentialIDTaken: "another security key has this credential id"
        case .badValue(let what): "an account cannot have \(what)"
        case .tooLarge(let what): "the vault cannot hold more: \(what)"
        case .noRecoveryCodes: "this account has no recovery codes"
        case .noRecoveryCodeLeft: "all recovery codes of this account are used"
        case .noSuchRecoveryCode: "the account has no such recovery code"
        case .recoveryCodeUsed: "this recovery code is marked as used already"
        case .noKey: "there is no such security key"
        case .badKey(let what): "a security key cannot have \(what)"
        case .notThisVaults: "this file is not signed by the key that this vault signs with now"
        case .notPermitted(let what): "the file would change what a file has no say in: \(what)"
        case .sameVault: "the file is of the vault that is here already"
        case .noPassphraseLeft: "no passphrase would open the vault: that of the file was not kept"
        case .cannotUndo: "what it changed was changed again since: the former state cannot be restored"
        case .memory(.exhausted): "there is no locked memory left"
        case .memory(.cannotLock(let code)):
            "memory cannot be locked: \(Sentence(SystemError("mlock", code: code).reason))"
        case .memory(.outOfMemory): "there is not enough memory for the key derivation"
        }
    }

    /// What to do about it.
    package var remedy: Sentence {
        switch self {
        case .noMatch: "check the keyboard layout and caps lock; a kit code opens it too: --recovery-code"
        case .damaged: "put the newest older copy in its place: fob generations --restore"
        case .newerFormat: "install the newer release on this machine too"
        case .costOutOfBounds:
            "it is damaged, or was not written by fob: put an older copy in its place, fob generations --restore"
        case .cancelled: "try again"
        case .noUnlockMethod, .badUnlockMethod: "see them with 'fob access list'"
        case .notFound: "list the names with 'fob list'"
        case .ambiguous: "type more of the name, or issuer/name"
        case .exists: "choose another name"
        case .credentialIDTaken: "what is here stays; see it with 'fob key list'"
        case .badValue: "see fob-vault(5) for the bounds"
        case .tooLarge: "remove what is not needed any more"
        case .noRecoveryCodes: "get them from the service and import them with 'fob recovery import'"
        case .noRecoveryCodeLeft: "sign in while you can, get new codes from the service, and import them"
        case .noSuchRecoveryCode: "type the code that was used; without one, the code that was shown last is meant"
        case .recoveryCodeUsed: "see 'fob recovery list' for how many are left"
        case .noKey: "see them with 'fob key list'"
        case .badKey: "see fob-vault(5) for the bounds"
        case .notThisVaults: "restore from it with 'fob restore', which only adds what is missing"
        case .notPermitted: "nothing was changed; please report this"
        case .sameVault: "run 'fob sync', which takes over what its machines have"
        case .noPassphraseLeft:
            "open the file with the passphrase of its vault, or keep that with --keep-access passphrase"
        case .cannotUndo: "see what is there with 'fob list', and older copies in generations/"
        case .memory(.outOfMemory): "free some memory and try again"
        case .memory: "raise LimitMEMLOCK for the agent"
        }
    }

    /// What an error of the container means for the vault in it.
    package init(_ error: AgeError) {
        self =
            switch error {
            case .memory(let error): .memory(error)
            case .noMatch: .noMatch
            case .unsupportedVersion: .newerFormat
            default: .damaged("its age container is not whole")
            }
    }
}
