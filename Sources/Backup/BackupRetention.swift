package import Platform

/// Which backups a destination keeps: all of the last 24 hours (at most 20), the newest of each day, week and month of 30 days
/// of its plan; and besides those, whatever alone holds an account.
package enum BackupRetention {
    /// Seconds for which all are kept.
    package static let all: UInt64 = 86_400
    /// How many of those.
    package static let most = 20

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
    package static func removable(
        of backups: [Candidate], by plan: BackupPlan = .usual, at utc: UInt64
    ) -> Set<BackupName> {
        let sorted = backups.sorted { $0.name < $1.name }
        guard let verified = sorted.last(where: \.isVerified) else { return [] }
        var kept = inTiers(sorted.map(\.name), by: plan, at: utc)
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
    package static func inTiers(
        _ names: [BackupName], by plan: BackupPlan = .usual, at utc: UInt64
    ) -> Set<BackupName> {
        let sorted = names.sorted()
        // The last one whatever its time says: a clock may be wrong.
        var kept = Set(sorted.suffix(1))
        kept.formUnion(sorted.filter { $0.utc + all > utc }.suffix(most))
        for (seconds, count) in plan.tiers {
            var newest: [UInt64: BackupName] = [:]
            for name in sorted where name.utc / seconds + count > utc / seconds { newest[name.utc / seconds] = name }
            kept.formUnion(newest.values)
        }
        return kept
    }
}
