/// What of an arriving file is not taken in, for people.
package struct Decisions: Sendable, Equatable {
    /// How many changes of a kind, and what became of them.
    package struct Entry: Sendable, Equatable {
        /// What they are about.
        package let kind: ChangeKind
        /// What became of them; never `allowed`.
        package let verdict: Verdict
        /// How many.
        package var count: Int
    }

    private var counts: [ChangeKind: Entry] = [:]
    /// Protections that would be weakened, and are not.
    package private(set) var weakened: [Weakening] = []

    package init() {}

    /// All that was not taken in, by kind.
    package var entries: [Entry] { counts.values.sorted { $0.kind.rawValue < $1.kind.rawValue } }

    /// Whether something waits for the owner.
    package var isPending: Bool { counts.values.contains { $0.verdict == .pending || $0.verdict == .asks } }

    /// How many of a kind were not taken in.
    package func count(_ kind: ChangeKind) -> Int { counts[kind]?.count ?? 0 }

    mutating func note(_ kind: ChangeKind, _ verdict: Verdict) {
        counts[kind, default: Entry(kind: kind, verdict: verdict, count: 0)].count += 1
    }

    mutating func note(_ weakening: Weakening) { if !weakened.contains(weakening) { weakened.append(weakening) } }

    mutating func add(_ other: Decisions) {
        for entry in other.counts.values {
            counts[entry.kind, default: Entry(kind: entry.kind, verdict: entry.verdict, count: 0)].count += entry.count
        }
        for weakening in other.weakened { note(weakening) }
    }
}
