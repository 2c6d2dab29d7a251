import Platform
import Wire

/// Who gives way when something is used up that there is only so much of: places for connections, open transactions, files
/// that are restored from. The process that has most of it gives up what it has left idle for longest.
enum Shares {
    /// The one that gives way to a newcomer; nil when the newcomer has to wait.
    ///
    /// - Parameters:
    ///   - holders: who has some of it.
    ///   - newcomer: the number of the process that wants some.
    ///   - always: somebody gives way in any case; else nobody does whose process has no more of it than the newcomer
    ///     would have, unless it was left idle.
    ///   - isBusy: it is being worked for, and gives way only when everybody is.
    static func displaced(
        _ holders: some Collection<Connection>, for newcomer: Int32, always: Bool, at now: Monotonic = 0,
        isBusy: (Connection) -> Bool = { $0.waiting > 0 }
    ) -> Connection? {
        var counts: [Int32: Int] = [:]
        for holder in holders { counts[holder.process.number, default: 0] += 1 }
        let own = counts[newcomer] ?? 0
        let willing = holders.filter { holder in
            if isBusy(holder) { return false }
            guard !always else { return true }
            return counts[holder.process.number, default: 0] > own + 1
                || own == 0 && now >= holder.lastRequest + AgentLimits.idleMilliseconds
        }
        let candidates = willing.isEmpty && always ? Array(holders) : willing
        return candidates.max { a, b in
            let (countA, countB) = (counts[a.process.number, default: 0], counts[b.process.number, default: 0])
            // Whoever waits for events has nothing to ask.
            return (countA, a.events.isEmpty ? 1 : 0, b.lastRequest) < (countB, b.events.isEmpty ? 1 : 0, a.lastRequest)
        }
    }
}
