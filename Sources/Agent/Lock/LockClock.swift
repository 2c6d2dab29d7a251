/// When an unlocked vault locks itself: after a time without use, and after a time in all. Time spent asleep
/// counts.
struct LockClock {
    /// Seconds; 0 for never.
    var idle: UInt32
    /// Seconds; 0 for never.
    var absolute: UInt32
    let unlockedAt: Monotonic
    var usedAt: Monotonic

    init(idle: UInt32, absolute: UInt32, at now: Monotonic) {
        self.idle = idle
        self.absolute = absolute
        unlockedAt = now
        usedAt = now
    }

    private var idleEnd: Monotonic? { idle == 0 ? nil : usedAt + UInt64(idle) * 1000 }
    private var absoluteEnd: Monotonic? { absolute == 0 ? nil : unlockedAt + UInt64(absolute) * 1000 }

    /// The first moment at which it is locked; nil for never.
    var deadline: Monotonic? { [idleEnd, absoluteEnd].compactMap { $0 }.min() }

    enum Reason {
        case idle
        case absolute
    }

    /// Whether it is time, and which of the two it was.
    func isOver(at now: Monotonic) -> Reason? {
        if let end = absoluteEnd, now >= end { return .absolute }
        if let end = idleEnd, now >= end { return .idle }
        return nil
    }

    /// Seconds left of each, rounded up; 0 where it never ends.
    func left(at now: Monotonic) -> (idle: UInt32, absolute: UInt32) {
        func seconds(_ end: Monotonic?) -> UInt32 { UInt32(clamping: end?.seconds(after: now) ?? 0) }
        return (seconds(idleEnd), seconds(absoluteEnd))
    }

    /// Whether `seconds` since the unlock are over.
    func isOver(lifetime seconds: UInt32, at now: Monotonic) -> Bool {
        seconds != 0 && now >= unlockedAt + UInt64(seconds) * 1000
    }
}
