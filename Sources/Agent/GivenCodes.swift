import Wire

/// The time steps whose codes were given, so that a caller can have one that nobody has: a service takes no code twice.
/// In memory only, and kept over a lock.
struct GivenCodes {
    /// The last step of an account that was given.
    private struct Step {
        let number: UInt64
        /// The first second after it.
        let end: UInt64
    }

    private var last: [Identifier: Step] = [:]
    /// Entries at which those of the past are dropped: none of them matters any more.
    private var most = 1024

    /// The second of UTC in which a former agent gave its last code, as far as that is known; 0 for never. A step that had
    /// begun by then, or the next, may have been given.
    let formerly: UInt64

    init(formerly: UInt64 = 0) { self.formerly = formerly }

    /// Whether a step may have been given to somebody.
    func has(_ account: Identifier, _ number: UInt64, from start: UInt64, period: UInt64) -> Bool {
        if let step = last[account], step.number >= number { return true }
        return formerly > 0 && start <= formerly + period
    }

    /// Takes note of a step that is given.
    mutating func give(_ account: Identifier, _ number: UInt64, until end: UInt64, at utc: UInt64) {
        if let index = last.index(forKey: account) {
            if last.values[index].number <= number { last.values[index] = Step(number: number, end: end) }
            return
        }
        last[account] = Step(number: number, end: end)
        guard last.count > most else { return }
        last = last.filter { $0.value.end > utc }
        most = max(1024, 2 * last.count)
    }
}
