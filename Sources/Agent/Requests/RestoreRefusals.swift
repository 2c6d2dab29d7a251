import Vault
import Wire

/// Why a file could not be opened.
enum RestoreFailure: Error {
    case notSealed
    /// It takes this vault's passphrase as well.
    case ownerMissing
    /// A join takes this vault's passphrase as well.
    case joinOwnerMissing
    /// A join with a file that bears no signature.
    case unsignedJoin
    /// What was given as this vault's passphrase is not.
    case wrongOwner
    /// Signed before an unlock method of this vault ended.
    case former
    /// Signed by a key that follows one of this vault, and that its owner has not certified.
    case uncertified
    /// Not signed by this vault.
    case notThisVaults
    case vault(VaultError)

    var refusal: Refusal {
        switch self {
        case .notSealed: .notSealed
        case .ownerMissing:
            Refusal(
                .verificationRequired, "another machine has changed the unlock methods",
                "give this vault's passphrase as well: fob sync asks for it")
        case .wrongOwner: .wrongPassphrase
        case .joinOwnerMissing:
            Refusal(
                .verificationRequired, "two vaults become one by the passphrase of the one that is here",
                "give it as well: fob join asks for it")
        case .unsignedJoin:
            Refusal(
                .badInput, "the file bears no signature: it is no backup of a vault",
                "take a backup that fob has made of the other vault: run 'fob backup now' on that machine")
        case .former:
            Refusal(
                .notAllowed, "it is signed by a key that ended with an unlock method of this vault",
                "run fob sync on that machine, with the passphrase; what is in the file comes back with fob restore")
        case .uncertified:
            Refusal(
                .badInput,
                "nobody has vouched for the key that signed it, since an unlock method ended on that machine",
                "unlock that machine with the passphrase, and run fob sync there; where each was restored by a kit code, run fob join"
            )
        case .notThisVaults:
            Refusal(
                .badInput, "it is not signed by this vault's key",
                "if it is of another machine of yours, one vault is made of both there or here with: fob join FILE")
        case .vault(.noMatch): .doesNotOpen
        case .vault(.notThisVaults): Refusal(VaultError.notThisVaults)
        case .vault(.damaged(let place)):
            Refusal(.damaged, "the file is damaged: \(place)", "take another backup; nothing was changed")
        case .vault(.newerFormat):
            Refusal(.damaged, "the file was written by a newer release of fob", "install that release here too")
        case .vault(.costOutOfBounds):
            Refusal(
                .damaged, "the file asks for a key derivation outside the accepted bounds",
                "it was not written by fob: take another backup")
        case .vault(let error): Refusal(error)
        }
    }
}

extension Refusal {
    static let notRestoring = Refusal(.usage, "no file is being restored from", "send RESTORE_BEGIN first")
    static let restoring = Refusal(
        .usage, "this connection restores, or adds accounts, already", "send RESTORE_ABORT, COMMIT or ABORT first")
    static let tooManyRestores = Refusal(.busy, "other files are being restored from", "try again in a moment")
    static let restoreSize = Refusal(.usage, "the file has another size than was said", "send it again")
    static let notOpened = Refusal(
        .usage, "no file was opened, or the vault was locked since", "send RESTORE_OPEN, or run the command again")
    static let noRestoreSource = Refusal(
        .usage, "the request does not say where the file came from", "see fob-protocol(7)")
    static let passphraseMissing = Refusal(
        .usage, "the new vault needs a passphrase: this file was not opened with one", "give a passphrase for it")
    static let passphraseNotAsked = Refusal(
        .usage, "the vault has a passphrase already", "change it with 'fob passphrase'")
    static let keepsChanging = Refusal(.busy, "the vault is changed again and again", "try again in a moment")
    static let notSealed = Refusal(
        .badInput, "this is not a backup of fob: it is not an age file",
        "name a file that fob or its backup has written")
    static let doesNotOpen = Refusal(
        .permission, "this does not open the file",
        "use the passphrase of the day on which it was sealed, a kit code of then (--recovery-code), "
            + "another recovery account's identity (--identity), or another file")
    static let syncTakesPassphrase = Refusal(
        .usage, "a sync opens files by the vault's own keys, or by a passphrase", "use fob restore for this file")
    static let isVerified = Refusal(
        .alreadyExists, "this account does not need verification", "add another account with 'fob add'")
}
