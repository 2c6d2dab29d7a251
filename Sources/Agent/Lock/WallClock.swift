/// How the wall clock stood beside the time since boot, which nobody sets: a clock that is set while the vault is open makes
/// codes wrong, and would go unnoticed until the next unlock.
struct WallClock {
    /// Seconds by which it may be corrected without a word: those of time steps at the start of a machine, and of sleep.
    static let tolerance: UInt64 = 30

    private let utc: UInt64
    private let moment: Monotonic

    /// - Parameters:
    ///   - utc: the wall clock, in seconds.
    ///   - moment: the same moment since boot.
    init(utc: UInt64, at moment: Monotonic) { (self.utc, self.moment) = (utc, moment) }

    /// Seconds by which it was set forward (or, below zero, back) since then; 0 within the tolerance.
    func step(utc now: UInt64, at later: Monotonic) -> Int {
        let expected = utc + (later > moment ? (later - moment) / 1000 : 0)
        let (ahead, isBehind) = now < expected ? (expected - now, true) : (now - expected, false)
        guard ahead > Self.tolerance else { return 0 }
        return isBehind ? -Int(clamping: ahead) : Int(clamping: ahead)
    }
}
