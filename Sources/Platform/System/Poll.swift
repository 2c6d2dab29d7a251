import CLinux

/// What a descriptor may be waited for.
package struct Interest: OptionSet, Sendable {
    /// The mask of epoll(7).
    package let rawValue: UInt32

    /// A set with the given mask.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bytes, connections or the end have come.
    package static let read = Interest(rawValue: EPOLLIN.rawValue)
    /// There is room to write again.
    package static let write = Interest(rawValue: EPOLLOUT.rawValue)
    /// The other side is gone, or the descriptor is broken; always reported.
    package static let hangup = Interest(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
}

/// `epoll(7)`, level-triggered: which of many descriptors can go on.
package struct Poll: ~Copyable {
    /// One descriptor that is ready.
    package struct Ready: Sendable {
        /// The number given when it was added.
        package let token: UInt64
        /// What it is ready for.
        package let interest: Interest
    }

    private let descriptor: FileDescriptor

    /// A poll without descriptors.
    package init() throws(SystemError) {
        let number = epoll_create1(O_CLOEXEC)
        guard number >= 0 else { throw SystemError("epoll_create1") }
        descriptor = FileDescriptor(owning: number)
    }

    /// Starts to wait for a descriptor, which is reported as `token`.
    package func add(_ number: Int32, token: UInt64, _ interest: Interest) throws(SystemError) {
        guard fob_epoll_control(descriptor.number, EPOLL_CTL_ADD, number, token, interest.rawValue) == 0 else {
            throw SystemError("epoll_ctl")
        }
    }

    /// Changes what a descriptor is waited for.
    package func change(_ number: Int32, token: UInt64, _ interest: Interest) throws(SystemError) {
        guard fob_epoll_control(descriptor.number, EPOLL_CTL_MOD, number, token, interest.rawValue) == 0 else {
            throw SystemError("epoll_ctl")
        }
    }

    /// Stops waiting for a descriptor.
    package func remove(_ number: Int32) {
        _ = fob_epoll_control(descriptor.number, EPOLL_CTL_DEL, number, 0, 0)
    }

    /// Waits up to `milliseconds` (-1: for ever) and replaces `ready` by what is ready, at most 64 at once.
    package func wait(milliseconds: Int32, into ready: inout [Ready]) throws(SystemError) {
        ready.removeAll(keepingCapacity: true)
        var tokens: [64 of UInt64] = .init(repeating: 0)
        var masks: [64 of UInt32] = .init(repeating: 0)
        var tokenSpan = tokens.mutableSpan
        var maskSpan = masks.mutableSpan
        let count = unsafe tokenSpan.withUnsafeMutableBufferPointer { tokens in
            unsafe maskSpan.withUnsafeMutableBufferPointer { masks in
                unsafe fob_epoll_wait(descriptor.number, tokens.baseAddress, masks.baseAddress, milliseconds)
            }
        }
        if count < 0 {
            if fob_errno() == EINTR { return }
            throw SystemError("epoll_wait")
        }
        for index in 0..<Int(count) {
            ready.append(Ready(token: tokens[index], interest: Interest(rawValue: masks[index])))
        }
    }
}

/// A descriptor that becomes readable when another thread rings it.
package struct Bell: ~Copyable, Sendable {
    /// What to wait for.
    package let descriptor: FileDescriptor

    /// A silent bell.
    package init() throws(SystemError) {
        let number = fob_event()
        guard number >= 0 else { throw SystemError("eventfd") }
        descriptor = FileDescriptor(owning: number)
    }

    /// Makes the descriptor readable.
    package func ring() { _ = eventfd_write(descriptor.number, 1) }

    /// Makes it silent again.
    package func silence() {
        var value: eventfd_t = 0
        unsafe eventfd_read(descriptor.number, &value)
    }
}

/// The signals that programs take.
package enum Signals {
    /// SIGUSR1: lock now.
    package static let lock: Int32 = SIGUSR1
    /// SIGTERM and SIGINT: end.
    package static let end: [Int32] = [SIGTERM, SIGINT]
    /// What ends a client that its user no longer wants: SIGINT, SIGTERM and SIGHUP.
    package static let interrupting: [Int32] = [SIGINT, SIGTERM, SIGHUP]

    /// Has `signals` do again what they do by themselves, after a ``SignalQueue`` of them went.
    package static func release(_ signals: [Int32]) {
        unsafe signals.withUnsafeBufferPointer { unsafe fob_release_signals($0.baseAddress, Int32($0.count)) }
    }

    /// Has a file that becomes longer than the limit end in an error of the call (EFBIG), not in the process's end.
    package static func ignoreFileLimits() { fob_ignore_file_limits() }
}

/// Signals as something to read; they are blocked everywhere else.
package struct SignalQueue: ~Copyable, Sendable {
    /// What to wait for.
    package let descriptor: FileDescriptor

    /// Blocks `signals` for the process (call before threads start) and queues them here.
    package init(_ signals: [Int32]) throws(SystemError) {
        let number = unsafe signals.withUnsafeBufferPointer { unsafe fob_signal_queue($0.baseAddress, Int32($0.count)) }
        guard number >= 0 else { throw SystemError("signalfd") }
        descriptor = FileDescriptor(owning: number)
    }

    /// The next signal's number, nil when there is none.
    package func next() -> Int32? {
        let signal = fob_next_signal(descriptor.number)
        return signal == 0 ? nil : signal
    }
}

/// A descriptor that becomes readable at a moment of CLOCK_BOOTTIME, suspended time included.
package struct BootTimer: ~Copyable {
    /// What to wait for.
    package let descriptor: FileDescriptor

    /// A timer that is not set.
    package init() throws(SystemError) {
        let number = fob_timer()
        guard number >= 0 else { throw SystemError("timerfd_create") }
        descriptor = FileDescriptor(owning: number)
    }

    /// Sets it to go off at `milliseconds` since boot; nil unsets it.
    package func set(to milliseconds: UInt64?) {
        // All zero would unset the timer: a moment long past must not.
        let seconds = Int64(clamping: (milliseconds ?? 0) / 1000)
        let rest = milliseconds.map { max(Int64($0 % 1000) * 1_000_000, 1) } ?? 0
        _ = fob_timer_set(descriptor.number, seconds, rest)
    }

    /// Makes it unreadable until it goes off again.
    package func acknowledge() {
        var count: UInt64 = 0
        _ = unsafe CLinux.read(descriptor.number, &count, 8)
    }
}
