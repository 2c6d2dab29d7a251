/// Which copies of the vault are kept: the last 10, the newest of each hour of the last 48 hours and the newest of
/// each day of the last 30 days. So a burst of saves drives out no copy that stands for another hour or day.
package enum Retention {
    /// How many of the last copies are kept whatever their age.
    package static let last = 10
    /// How many hours back the newest copy of each is kept.
    package static let hours: UInt64 = 48
    /// How many days back the newest copy of each is kept.
    package static let days: UInt64 = 30

    /// Those of `generations` that are kept at `utc`. Copies from the future, which a clock set back leaves behind,
    /// hold their hours and days as well.
    package static func kept(of generations: [Generation], at utc: UInt64) -> Set<Generation> {
        let byTime = generations.sorted { ($0.utc, $0.number) < ($1.utc, $1.number) }
        let byNumber = generations.sorted { ($0.number, $0.utc) < ($1.number, $1.utc) }
        // Both orders agree unless the clock or, with an old vault put back, the number jumped: then neither alone
        // tells what came last.
        var kept = Set(byTime.suffix(last))
        kept.formUnion(byNumber.suffix(last))
        kept.formUnion(newest(of: byTime, each: 3600, since: utc, slots: hours))
        kept.formUnion(newest(of: byTime, each: 86400, since: utc, slots: days))
        return kept
    }

    private static func newest(
        of generations: [Generation], each seconds: UInt64, since utc: UInt64, slots: UInt64
    ) -> some Sequence<Generation> {
        var newest: [UInt64: Generation] = [:]
        // Sorted by time: a later one takes the place of an earlier one. The slot that has begun is one of `slots`.
        for generation in generations where generation.utc / seconds + slots > utc / seconds {
            newest[generation.utc / seconds] = generation
        }
        return newest.values
    }
}
