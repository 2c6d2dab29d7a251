/// When an unlocked vault locks itself: after a time without use, and after a time in all. In milliseconds since boot,
/// so that time spent asleep counts.
struct LockClock {
    /// Seconds; 0 for never.
    var idle: UInt32
    /// Seconds; 0 for never.
    var absolute: UInt32
    let unlockedAt: UInt64
    var usedAt: UInt64

    init(idle: UInt32, absolute: UInt32, at now: UInt64) {
        self.idle = idle
        self.absolute = absolute
        unlockedAt = now
        usedAt = now
    }

    private var idleEnd: UInt64? { idle == 0 ? nil : usedAt + UInt64(idle) * 1000 }
    private var absoluteEnd: UInt64? { absolute == 0 ? nil : unlockedAt + UInt64(absolute) * 1000 }

    /// The first moment at which it is locked; nil for never.
    var deadline: UInt64? { [idleEnd, absoluteEnd].compactMap { $0 }.min() }

    enum Reason {
        case idle
        case absolute
    }

    /// Whether it is time, and which of the two it was.
    func isOver(at now: UInt64) -> Reason? {
        if let end = absoluteEnd, now >= end { return .absolute }
        if let end = idleEnd, now >= end { return .idle }
        return nil
    }

    /// Seconds left of each, rounded up; 0 where it never ends.
    func left(at now: UInt64) -> (idle: UInt32, absolute: UInt32) {
        func seconds(_ end: UInt64?) -> UInt32 {
            guard let end, end > now else { return 0 }
            return UInt32(clamping: (end - now + 999) / 1000)
        }
        return (seconds(idleEnd), seconds(absoluteEnd))
    }

    /// Whether `seconds` since the unlock are over.
    func isOver(lifetime seconds: UInt32, at now: UInt64) -> Bool {
        seconds != 0 && now >= unlockedAt + UInt64(seconds) * 1000
    }
}
