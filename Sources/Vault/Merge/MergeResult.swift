/// What becomes of one account.
package struct MergeEntry: Sendable, Equatable {
    /// Which account it is here afterwards; for one that does not come in, which it is there.
    package let id: Identifier
    /// What becomes of it.
    package let outcome: MergeOutcome
    /// Its counter here goes up to that of the other copy.
    package let isRaised: Bool
    /// Where its names are, as the other copy has them.
    private let said: Account.Said
    /// Its name here afterwards, when that is another.
    private let otherName: String?

    /// Its issuer in the other copy, or here when it is only here.
    package var issuer: String { said.fields.details.issuer }
    /// Its name likewise.
    package var name: String { said.fields.details.name }
    /// Its name here afterwards.
    package var newName: String { otherName ?? name }

    /// - Parameters:
    ///   - account: as the other copy has it, or this one when it is only here.
    ///   - here: as it is here afterwards, if it is.
    init(_ id: Identifier, _ account: Account, here: Account?, _ outcome: MergeOutcome, isRaised: Bool = false) {
        (self.id, self.outcome, self.isRaised, said) = (id, outcome, isRaised, account.said)
        otherName = here.flatMap { $0.details.name == account.details.name ? nil : $0.details.name }
    }

    /// One that is here as it is there.
    init(unchanged account: Account, _ outcome: MergeOutcome, isRaised: Bool) {
        (id, said, otherName) = (account.id, account.said, nil)
        (self.outcome, self.isRaised) = (outcome, isRaised)
    }

    package static func == (a: MergeEntry, b: MergeEntry) -> Bool {
        (a.id, a.outcome, a.isRaised) == (b.id, b.outcome, b.isRaised)
            && (a.issuer, a.name, a.newName) == (b.issuer, b.name, b.newName)
    }
}

/// What becomes of each account. Most stay or come as they are: what is said of those is read when somebody wants to know.
package struct MergeEntries: RandomAccessCollection, Sendable, Equatable {
    private enum Entry: Sendable {
        case whole(MergeEntry)
        case unchanged(Identifier, MergeOutcome, isRaised: Bool)
    }

    private let accounts: SortedTable<Identifier, Account>
    private var list: [Entry] = []

    /// - Parameter accounts: those of the other copy.
    init(of accounts: SortedTable<Identifier, Account>) {
        self.accounts = accounts
        list.reserveCapacity(accounts.count)
    }

    /// Adds an account of the other copy that is here as it is there.
    mutating func append(unchanged id: Identifier, _ outcome: MergeOutcome, isRaised: Bool = false) {
        list.append(.unchanged(id, outcome, isRaised: isRaised))
    }

    mutating func append(_ entry: MergeEntry) { list.append(.whole(entry)) }

    package var startIndex: Int { 0 }
    package var endIndex: Int { list.count }

    package subscript(index: Int) -> MergeEntry {
        switch list[index] {
        case .whole(let entry): return entry
        case .unchanged(let id, let outcome, let isRaised):
            guard let account = accounts[id] else {
                preconditionFailure("fob: internal error: an entry without its account")
            }
            return MergeEntry(unchanged: account, outcome, isRaised: isRaised)
        }
    }

    /// How many have each outcome, in the order of all outcomes.
    fileprivate var counts: [Int] {
        var counts = [Int](repeating: 0, count: MergeOutcome.allCases.count)
        let list = list.span
        for index in list.indices {
            switch list[index] {
            case .whole(let entry): counts[Int(entry.outcome.rawValue)] += 1
            case .unchanged(_, let outcome, _): counts[Int(outcome.rawValue)] += 1
            }
        }
        return counts
    }

    package static func == (a: MergeEntries, b: MergeEntries) -> Bool { a.elementsEqual(b) }
}

/// A field that was edited on both sides.
struct MetEdits {
    let record: Record
    let tag: UInt8
    /// Only one of the values is left.
    let isDropped: Bool

    /// For people.
    func sentence(of label: String) -> String {
        let what = label.isEmpty ? "the vault" : label
        switch FieldRule.of(tag, record.kind) {
        case _ where isDropped: return "there was no room for another text of \(what)"
        case .note: return "the note of \(what) has both texts"
        case .union where tag == FieldRule.waysTag:
            return "\(what) has the telephone numbers and hardware keys of both"
        case .union: return "\(what) has the tags of both"
        case .strict, .shortest: return "the stronger protection of \(what) stays"
        case .removal: return "\(what) is in the trash"
        default: break
        }
        let words: [UInt8: String] = [1: "issuer", 2: "name", 5: "place"]
        let word = record.kind == RecordKind.account.rawValue ? words[tag] : nil
        return "the \(word ?? "description") of \(what) is as one machine has it"
    }
}

/// Two copies brought together.
package struct Merged: Sendable {
    /// What is here afterwards.
    package var contents: Contents
    /// Every account of the other copy in its order, then those that are only here.
    package let entries: MergeEntries
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
    /// Where both copies had been edited, and what became of that; for people.
    package let met: [String]
    /// Protections that are less than before.
    package let weakened: [Weakening]
    /// What was before can be had back.
    package let isUndoable: Bool

    /// How many accounts have each outcome, in the order of all outcomes.
    package var counts: [Int] { entries.counts }
}

/// How the accounts that a restore adds are known afterwards.
package struct MergeLabels: Sendable {
    /// What they have in common, so that adding them can be undone.
    package let batch: Identifier
    /// Where they came from, for people; empty for a merge that is not undone.
    package let source: String
    /// The day, as it stands in the name of an account whose name was taken: `2026-11-21`.
    package let date: String

    /// Nobody takes it over: it is only looked at.
    package let isPreview: Bool

    /// Names for one merge.
    package init(source: String, at utc: UInt64, isPreview: Bool = false) {
        batch = .random()
        (self.source, self.isPreview) = (source, isPreview)
        let digits = Generation.day(of: utc)
        date = "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
    }
}
