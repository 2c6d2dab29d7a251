/// How far time has come, as far as saves vouch for it. What is wiped after so many days is wiped by this time and not by
/// the clock: a clock that jumps, because a battery is empty or a machine was restored, wipes nothing.
enum Calendar {
    /// Seconds between two saves up to which the clock is believed.
    static let near: UInt64 = 3 * 86_400
    /// The most that it goes on with one save.
    static let step: UInt64 = 86_400

    /// The time after a save. It never runs ahead of the clock; where it lags behind, it catches up at twice the speed.
    ///
    /// - Parameters:
    ///   - before: the time after the save before.
    ///   - last: the clock then.
    ///   - utc: the clock now.
    static func time(after before: UInt64, _ last: UInt64, at utc: UInt64) -> UInt64 {
        guard utc > last, utc - last <= near else { return min(before, utc) }
        return min(utc, before + min(2 * (utc - last), step))
    }
}

extension Contents {
    /// Seconds of UTC by which is wiped what is kept for so many days: see `Calendar`.
    package func calendar(at utc: UInt64) -> UInt64 {
        let noted = auditState?.noted ?? (calendar: saved, clock: saved)
        return Calendar.time(after: noted.calendar, noted.clock, at: utc)
    }

    /// Days by which the clock is ahead (or, below zero, behind) of the last save; 0 when that is believable.
    package func clockLeap(at utc: UInt64) -> Int {
        let last = auditState?.noted.clock ?? saved
        guard last > 0, generation > 0 else { return 0 }
        if utc > last, utc - last > 30 * 86_400 { return Int(clamping: (utc - last) / 86_400) }
        if utc < last, last - utc > 86_400 { return -Int(clamping: (last - utc) / 86_400) }
        return 0
    }
}
