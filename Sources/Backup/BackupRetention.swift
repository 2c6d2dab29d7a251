package import Platform

/// Which backups a destination keeps: all of the last 24 hours (at most 20), the newest of each of 14 days, of 8 weeks
/// and of 12 months of 30 days; and besides those, whatever alone holds an account.
package enum BackupRetention {
    /// Seconds for which all are kept.
    package static let all: UInt64 = 86_400
    /// How many of those.
    package static let most = 20
    /// Lengths of slots in seconds, and of how many the newest is kept.
    package static let tiers: [(seconds: UInt64, count: UInt64)] = [(86_400, 14), (604_800, 8), (2_592_000, 12)]

    /// A backup at a destination.
    package struct Candidate: Hashable, Sendable {
        /// Its name, which tells its time and sequence.
        package let name: BackupName
        /// What stands for each account that it holds; nil when that is not known here.
        package let accounts: Set<UInt64>?
        /// It was read back, and the agent has looked into it.
        package let isVerified: Bool

        /// A backup at a destination.
        package init(_ name: BackupName, accounts: Set<UInt64>?, isVerified: Bool) {
            self.name = name
            self.accounts = accounts
            self.isVerified = isVerified
        }
    }

    /// Those of `backups`, which are of one machine, that a destination no longer needs at `utc`. Never one of which it is not known here what it
    /// holds; never one that no newer verified one follows; never the last one that holds an account.
    package static func removable(of backups: [Candidate], at utc: UInt64) -> Set<BackupName> {
        let sorted = backups.sorted { $0.name < $1.name }
        guard let verified = sorted.last(where: \.isVerified) else { return [] }
        var kept = inTiers(sorted.map(\.name), at: utc)
        var removable: Set<BackupName> = []
        // From the newest to the oldest: what only an older one holds keeps it, and then holds for those before it.
        var held: Set<UInt64> = []
        for backup in sorted.reversed() {
            let adds = backup.accounts.map { !$0.isSubset(of: held) } ?? true
            if adds || !(backup.name < verified.name) { kept.insert(backup.name) }
            if kept.contains(backup.name) {
                // What cannot be opened stands for nothing.
                if backup.isVerified { held.formUnion(backup.accounts ?? []) }
            } else {
                removable.insert(backup.name)
            }
        }
        return removable
    }

    /// Those of `names` that are kept for their time alone.
    package static func inTiers(_ names: [BackupName], at utc: UInt64) -> Set<BackupName> {
        let sorted = names.sorted()
        // The last one whatever its time says: a clock may be wrong.
        var kept = Set(sorted.suffix(1))
        kept.formUnion(sorted.filter { $0.utc + all > utc }.suffix(most))
        for (seconds, count) in tiers {
            var newest: [UInt64: BackupName] = [:]
            for name in sorted where name.utc / seconds + count > utc / seconds { newest[name.utc / seconds] = name }
            kept.formUnion(newest.values)
        }
        return kept
    }
}
