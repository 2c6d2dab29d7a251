import CLinux

/// Going into the background, before any thread is started and any secret is held.
package enum Daemon {
    /// Forks. The child has a session of its own and goes on with the returned descriptor; the parent waits until the
    /// child has written its exit status there, and ends with it.
    package static func detach() throws(SystemError) -> FileDescriptor {
        var ends: [2 of Int32] = .init(repeating: 0)
        var span = ends.mutableSpan
        let made = unsafe span.withUnsafeMutableBufferPointer { ends in
            guard let base = ends.baseAddress else { return Int32(-1) }
            return unsafe pipe(base)
        }
        guard made == 0 else { throw SystemError("pipe") }
        _ = fob_fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        _ = fob_fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        switch fob_fork() {
        case -1: throw SystemError("fork")
        case 0:
            close(ends[0])
            setsid()
            return FileDescriptor(owning: ends[1])
        default:
            close(ends[1])
            var status: UInt8 = 71
            _ = unsafe CLinux.read(ends[0], &status, 1)
            exit(Int32(status))
        }
    }

    /// Tells the waiting parent to end with `status`, and lets go of the terminal.
    package static func report(_ status: UInt8, to parent: borrowing FileDescriptor) {
        let message: [UInt8] = [status]
        // A parent that has gone must not end it by not listening.
        fob_ignore_broken_pipes()
        _ = try? parent.write(message.span)
        // Not earlier: until now paths may be relative to where it was started.
        _ = unsafe chdir("/")
        let null = unsafe fob_open("/dev/null", O_RDWR, 0)
        guard null >= 0 else { return }
        for number in Int32(0)...2 { dup2(null, number) }
        if null > 2 { close(null) }
    }

    /// Ends the process.
    package static func exit(_ status: Int32) -> Never { CLinux.exit(status) }
}
