package import Platform

/// Which of several backups of a vault comes first. Names do not tell machines apart, and clocks are hints: one that
/// lies in the future is never first while there is another.
package enum BackupOrder {
    /// Seconds by which clocks of machines may differ.
    package static let tolerance: UInt64 = 7 * 86_400

    /// Whether a time lies in the future, by a clock that says `utc`.
    package static func isFuture(_ time: UInt64, at utc: UInt64) -> Bool {
        utc >= Platform.Command.released && time > utc + tolerance
    }

    /// Whether `a` stands before `b` in a list: by time, since sequences of two machines are not one row; the future last.
    package static func precedes(_ a: BackupName, _ b: BackupName, at utc: UInt64) -> Bool {
        let (isLater, isOtherLater) = (isFuture(a.utc, at: utc), isFuture(b.utc, at: utc))
        if isLater != isOtherLater { return isOtherLater }
        return (a.utc, a.sequence, a.vault) > (b.utc, b.sequence, b.vault)
    }

    /// All of them: the latest and the one of the highest sequence first, which are the newest ones of one or two machines.
    package static func newest(of names: [BackupName], at utc: UInt64) -> [BackupName] {
        let sorted = names.sorted { precedes($0, $1, at: utc) }
        guard let highest = sorted.filter({ !isFuture($0.utc, at: utc) }).max(), let first = sorted.first,
            highest != first
        else { return sorted }
        return [first, highest] + sorted.filter { $0 != first && $0 != highest }
    }
}
