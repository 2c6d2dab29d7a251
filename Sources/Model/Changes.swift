/// What a change is about. The numbers are those of the protocol.
/// A new case does not compile without its rows in the table of the vault's authority.
package enum ChangeKind: UInt8, CaseIterable, Sendable {
    /// An account that is not here, with its one-time password.
    case account = 0
    /// A security key that is not here.
    case key = 1
    /// A set of recovery codes that is not here, beside what is.
    case recoverySet = 2
    /// Name, note, tags, order and the like of what is here.
    case details = 3
    /// A counter goes up, within bounds.
    case counter = 4
    /// A counter goes up as far as no owner counts, or goes back.
    case absurdCounter = 5
    /// A protection is more than it was.
    case strengthened = 6
    /// A protection is less than it was.
    case weakened = 7
    /// The secret of an account or key that is here: set up again, replaced, or moved to another account.
    case secret = 8
    /// Recovery codes were shown or used.
    case recoveryMarks = 9
    /// A set of recovery codes takes the place of the current one.
    case recoveryReplaced = 10
    /// Something goes to the trash.
    case trashed = 11
    /// Something comes back from the trash.
    case untrashed = 12
    /// Something ends for good: a tombstone.
    case ended = 13
    /// One more way to open the vault.
    case unlockMethodAdded = 14
    /// One that ends.
    case unlockMethodEnded = 15
    /// The passphrase, or the recovery key that it opens.
    case passphrase = 16
    /// The keys that sign backups and look into them.
    case backupKeys = 17
    /// The owner's settings.
    case settings = 18
    /// Settings with which the vault locks later.
    case settingsWeakened = 19
    /// A record of a kind that this release does not know.
    case unknown = 20
    /// What never leaves its machine: the PIN, and what is kept for an undo.
    case local = 21
}

/// What becomes of a change.
package enum Verdict: UInt8, CaseIterable, Sendable {
    /// It is made.
    case allowed = 0
    /// It is left out, and told.
    case leftOut = 1
    /// It waits until the owner proves to be there: told as pending from the machine that made it.
    case pending = 2
    /// The owner is asked; without a yes it waits.
    case asks = 3
}
