/// Why two copies of a vault are brought together.
package enum MergeMode: UInt8, CaseIterable, Sendable {
    /// A backup comes back: what is here stays as it is, and what was added can be undone.
    case restore = 0
    /// Two machines take over each other's changes: both do the same with the same two copies, and so become equal.
    case sync = 1
    /// Two vaults become one: that here goes on as a machine of the other.
    case join = 2
}

/// What becomes of an account in a merge.
package enum MergeOutcome: UInt8, CaseIterable, Sendable {
    /// It comes in as it is.
    case new = 0
    /// It is here already.
    case same = 1
    /// Its name is taken by an account with another key: it comes in under another name.
    case differs = 2
    /// It comes in, and must be set up again with its service.
    case needsVerification = 3
    /// The other copy does not have it.
    case onlyHere = 4
    /// It is here, and the other copy has newer details of it, which are taken over.
    case newer = 5
    /// It was removed in the other copy since: it goes to the trash.
    case removed = 6
    /// It is in the trash here, or there, and stays or goes there.
    case inTrash = 7
}

/// What becomes of the owner's settings in a merge.
package enum MergedSettings: UInt8, CaseIterable, Sendable {
    /// They are the same, or the other copy has none.
    case same = 0
    /// They are taken over.
    case restored = 1
    /// The other copy's are different; those here stay.
    case kept = 2
}
