import CLinux
import Synchronization

/// One thread with a bounded queue of jobs: slow work (derivation, sealing, fsync) that must not hold up a loop.
package final class Worker: Sendable {
    private struct Queue: ~Copyable {
        var jobs: [@Sendable () -> Void] = []
        var isStopping = false
    }

    private let queue = Mutex(Queue())
    private let bell: Bell
    private let ended: Bell
    private let most: Int

    /// Starts the thread.
    ///
    /// - Parameter most: how many jobs may wait.
    package init(most: Int) throws(SystemError) {
        self.most = most
        bell = try Bell()
        ended = try Bell()
        try Thread.start { [self] in run() }
    }

    /// Queues a job; false when `most` are waiting already or the worker is stopping.
    package func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        let accepted = queue.withLock { queue in
            guard queue.jobs.count < most, !queue.isStopping else { return false }
            queue.jobs.append(job)
            return true
        }
        if accepted { bell.ring() }
        return accepted
    }

    /// Lets the queued jobs finish, then ends the thread.
    package func finish() {
        queue.withLock { queue in queue.isStopping = true }
        bell.ring()
        Self.wait(for: ended)
    }

    private func run() {
        while true {
            var next: (@Sendable () -> Void)?
            var stop = false
            queue.withLock { queue in
                if queue.jobs.isEmpty { stop = queue.isStopping } else { next = queue.jobs.removeFirst() }
            }
            if let job = next {
                job()
                next = nil
                Memory.scrubDeepStack()
            } else if stop {
                ended.ring()
                return
            } else {
                Self.wait(for: bell)
            }
        }
    }

    private static func wait(for bell: borrowing Bell) {
        var poll = pollfd(fd: bell.descriptor.number, events: Int16(POLLIN), revents: 0)
        while unsafe CLinux.poll(&poll, 1, -1) < 0 && fob_errno() == EINTR {}
        bell.silence()
    }
}

/// Tells work on another thread that nobody waits for it any more.
package final class Cancellation: Sendable {
    private let state = Atomic(false)

    /// Work that goes on.
    package init() {}

    /// Whether it was given up.
    package var isCancelled: Bool { state.load(ordering: .acquiring) }

    /// Gives it up; it ends at the next place where it looks.
    package func cancel() { state.store(true, ordering: .releasing) }
}

/// POSIX threads, detached.
package enum Thread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a thread of its own, which takes no signals: those are for the threads that wait for them.
    package static func startWithoutSignals(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        var before = sigset_t()
        unsafe fob_block_signals(&before)
        defer { unsafe fob_restore_signals(&before) }
        try start(body)
    }

    /// Runs `body` on a thread of its own.
    package static func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let argument = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument)
        guard code == 0 else {
            unsafe Unmanaged<Body>.fromOpaque(argument).release()
            throw SystemError("pthread_create", code: code)
        }
        pthread_detach(thread)
    }
}
