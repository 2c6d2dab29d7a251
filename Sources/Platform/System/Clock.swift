import CLinux

/// The two clocks that fob reads. Modules that need a time take it as a parameter; only mains read it here.
package enum Clock {
    /// Seconds of UTC since 1970.
    package static var utc: UInt64 { seconds(CLOCK_REALTIME) }

    /// Milliseconds of UTC since 1970, to wake up at the start of a second.
    package static var utcMilliseconds: UInt64 { nanoseconds(CLOCK_REALTIME) / 1_000_000 }

    /// Milliseconds since boot, suspended time included.
    package static var sinceBoot: UInt64 { nanoseconds(CLOCK_BOOTTIME) / 1_000_000 }

    /// Nanoseconds of a clock that only ever grows, for measuring work.
    package static var monotonicNanoseconds: UInt64 { nanoseconds(CLOCK_MONOTONIC) }

    /// Whether something keeps the wall clock right, as the kernel says: a daemon of NTP, or a receiver. Nil where it does not
    /// tell.
    package static var isKeptRight: Bool? {
        var state = timex()
        guard unsafe adjtimex(&state) >= 0 else { return nil }
        return state.status & STA_UNSYNC == 0
    }

    /// Seconds by which the local time of a moment is ahead of UTC, as `TZ` and /etc/localtime say.
    package static func localOffset(at utc: UInt64) -> Int {
        tzset()
        var time = time_t(clamping: utc)
        var fields = unsafe tm()
        guard unsafe localtime_r(&time, &fields) != nil else { return 0 }
        return unsafe fields.tm_gmtoff
    }

    private static func seconds(_ clock: clockid_t) -> UInt64 { nanoseconds(clock) / 1_000_000_000 }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return UInt64(max(time.tv_sec, 0)) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
