/// Why two copies of a vault are brought together.
package enum MergeMode: UInt8, Sendable {
    /// A backup comes back: what is here stays as it is, and what was added can be undone.
    case restore = 0
    /// Two machines take over each other's changes: both do the same with the same two copies, and so become equal.
    case sync = 1
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
package enum MergedSettings: UInt8, Sendable {
    /// They are the same, or the other copy has none.
    case same = 0
    /// They are taken over.
    case restored = 1
    /// The other copy's are different; those here stay.
    case kept = 2
}

/// What becomes of one account.
package struct MergeEntry: Sendable, Equatable {
    /// Which account it is here afterwards; for one that does not come in, which it is there.
    package let id: Identifier
    /// What becomes of it.
    package let outcome: MergeOutcome
    /// Its counter here goes up to that of the other copy.
    package let isRaised: Bool
    /// Its issuer in the other copy, or here when it is only here.
    package let issuer: String
    /// Its name likewise.
    package let name: String
    /// Its name here afterwards.
    package let newName: String
}

/// Two copies brought together.
package struct Merged: Sendable {
    /// What is here afterwards.
    package var contents: Contents
    /// Every account of the other copy in its order, then those that are only here.
    package let entries: [MergeEntry]
    /// What becomes of the settings.
    package let settings: MergedSettings
    /// Sets of recovery codes that came in.
    package let recoverySets: Int
    /// Security keys that came in.
    package let keys: Int
    /// Accounts that came in, in their order; those in the trash are not among them.
    package let added: [Identifier]
    /// Accounts that were here and are not as they were.
    package let changed: [Identifier]
    /// Accounts that went to the trash.
    package let removed: [Identifier]
    /// What of the other copy is not taken in.
    package let left: Decisions
    /// What was before can be had back.
    package let isUndoable: Bool

    /// How many accounts have that outcome.
    package func count(_ outcome: MergeOutcome) -> Int { entries.count { $0.outcome == outcome } }
}

/// How the accounts that a restore adds are known afterwards.
package struct MergeLabels: Sendable {
    /// What they have in common, so that adding them can be undone.
    package let batch: Identifier
    /// Where they came from, for people; empty for a merge that is not undone.
    package let source: String
    /// The day, as it stands in the name of an account whose name was taken: `2026-11-21`.
    package let date: String

    /// Names for one merge.
    package init(source: String, at utc: UInt64) {
        batch = .random()
        self.source = source
        let digits = Generation.day(of: utc)
        date = "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
    }
}
