/// Counts passphrases by caller: those being checked and those that were wrong. Whoever guesses waits longer and longer
/// and gets no further guess meanwhile, whether or not it waits for the answer; nobody else is delayed.
struct WrongPassphrases {
    private struct Entry {
        var count = 0
        var last: Monotonic = 0
        /// When the next passphrase may be checked.
        var until: Monotonic = 0
    }

    /// How many of a caller are being checked.
    private var running: [Caller.Session: Int] = [:]
    private var entries: [Caller.Session: Entry] = [:]

    /// Lets a caller have one passphrase checked, which `finish` must follow; false if it must wait.
    mutating func begin(_ caller: Caller.Session, at now: Monotonic) -> Bool {
        guard running[caller, default: 0] < AgentLimits.derivationsPerCaller, entries[caller]?.until ?? 0 <= now
        else { return false }
        running[caller, default: 0] += 1
        return true
    }

    /// One has been checked.
    mutating func finish(_ caller: Caller.Session) {
        let left = (running[caller] ?? 1) - 1
        running[caller] = left > 0 ? left : nil
    }

    /// Notes one more and returns the milliseconds to hold its refusal back.
    mutating func note(_ caller: Caller.Session, at now: Monotonic) -> UInt64 {
        if entries.count >= AgentLimits.rememberedCallers, entries[caller] == nil,
            let oldest = entries.min(by: { $0.value.last < $1.value.last })
        {
            entries[oldest.key] = nil
        }
        var entry = entries[caller] ?? Entry()
        entry.count += 1
        entry.last = now
        let doublings = min(entry.count - 1, 16)
        let wait = min(AgentLimits.wrongPassphraseMilliseconds << UInt64(doublings), AgentLimits.wrongPassphraseMost)
        entry.until = now + wait
        entries[caller] = entry
        return wait
    }

    /// Forgets a caller who knew the passphrase after all.
    mutating func forget(_ caller: Caller.Session) { entries[caller] = nil }
}
