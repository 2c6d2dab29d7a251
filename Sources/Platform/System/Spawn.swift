import CLinux

/// Another program, started with a clean environment and nothing open but its three standard streams.
package struct Child: ~Copyable {
    /// What a standard stream of the child is connected to.
    package enum Stream: Sendable {
        /// /dev/null.
        case null
        /// What this process has there.
        case inherited
        /// The other end of ``Child/input`` or ``Child/output``.
        case connected
        /// A descriptor of this process, by its number; it stays open here.
        case number(Int32)

        fileprivate var isConnected: Bool { if case .connected = self { true } else { false } }
    }

    /// Its process id.
    package let process: Int32
    /// Writes to its standard input, when that is connected; set it to nil to send the end of the input.
    package var input: FileDescriptor?
    /// Reads its standard output, when that is connected.
    package private(set) var output: FileDescriptor?

    /// Starts `program`, an absolute path. Memory is not copied to it and signals have their defaults in it.
    ///
    /// - Parameters:
    ///   - arguments: what follows the program's own name; never a secret.
    ///   - environment: all of its variables, each "NAME=value"; never a secret.
    ///   - newSession: detaches it from the terminal.
    package static func start(
        _ program: String, _ arguments: [String], environment: [String], input: Stream = .null,
        output: Stream = .null, errors: Stream = .null, newSession: Bool = false
    ) throws(SystemError) -> Child {
        let toChild = input.isConnected ? try Pair() : Pair.none
        let fromChild = output.isConnected ? try Pair() : Pair.none
        // Whatever happens, only the child keeps its ends.
        defer { toChild.closeTheirs() }
        defer { fromChild.closeTheirs() }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in [(Int32(0), input), (1, output), (2, errors)] {
            switch stream {
            case .null: _ = unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            case .inherited: _ = unsafe posix_spawn_file_actions_adddup2(&actions, number, number)
            case .number(let ours): _ = unsafe posix_spawn_file_actions_adddup2(&actions, ours, number)
            case .connected:
                let theirs = number == 0 ? toChild.theirs : fromChild.theirs
                _ = unsafe posix_spawn_file_actions_adddup2(&actions, theirs, number)
            }
        }
        keepFromChildren()

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        let setSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which the header shows to _GNU_SOURCE only
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (newSession ? setSession : 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var process: pid_t = 0
        let code = unsafe withPointers([program] + arguments) { arguments in
            unsafe withPointers(environment) { environment in
                unsafe posix_spawn(&process, program, &actions, &attributes, arguments, environment)
            }
        }
        let (input, output) = (toChild.ours, fromChild.ours)
        guard code == 0 else {
            for number in [input, output] where number >= 0 { close(number) }
            throw SystemError("posix_spawn", code: code, on: program)
        }
        return Child(
            process: process, input: input >= 0 ? FileDescriptor(owning: input) : nil,
            output: output >= 0 ? FileDescriptor(owning: output) : nil)
    }

    /// Sends all of `bytes` to the child's input; a child that has gone away is an error, not a signal.
    package func send(_ bytes: Span<UInt8>) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            switch input {
            case .some(let input): done += try Socket.send(bytes.extracting(done..<bytes.count), to: input)
            case nil: throw SystemError("send", code: EPIPE)
            }
        }
    }

    /// Appends what the child writes next; 0 means the end.
    package func read(into buffer: inout OutputSpan<UInt8>) throws(SystemError) -> Int {
        switch output {
        case .some(let output): try output.read(into: &buffer)
        case nil: 0
        }
    }

    /// Appends what the child writes next to locked memory.
    ///
    /// - Parameter deadline: milliseconds since boot.
    /// - Returns: bytes, 0 at the end; nil when nothing came until the deadline.
    package func read(into buffer: inout LockedBuffer, until deadline: UInt64) throws(SystemError) -> Int? {
        switch output {
        case .some(let output):
            let poll = try Poll()
            try poll.add(output.number, token: 0, .read)
            var ready: [Poll.Ready] = []
            while ready.isEmpty {
                let now = Clock.sinceBoot
                guard now < deadline else { return nil }
                try poll.wait(milliseconds: Int32(clamping: deadline - now), into: &ready)
            }
            return try output.read(into: &buffer)
        case nil: return 0
        }
    }

    /// The descriptor from which its standard output is read, to wait for it; nil when that is not connected.
    package var outputNumber: Int32? {
        switch output {
        case .some(let output): output.number
        case nil: nil
        }
    }

    /// Its standard output as the standard input of another child, which then reads it instead of this process.
    package var outputStream: Stream {
        switch output {
        case .some(let output): .number(output.number)
        case nil: .null
        }
    }

    /// Waits for the child's end; its exit status, or 128 + the signal that killed it. It can neither read nor write
    /// any more.
    package consuming func wait() -> Int32 {
        input = nil
        output = nil
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 {
            if fob_errno() != EINTR { return 127 }
        }
        return Self.exitStatus(status)
    }

    /// The exit status if it has ended already, without waiting.
    package func poll() -> Int32? {
        var status: Int32 = 0
        return unsafe waitpid(process, &status, WNOHANG) == process ? Self.exitStatus(status) : nil
    }

    /// Ends it at once, if it has not ended yet; `wait` still has to be called.
    package func kill() { _ = CLinux.kill(process, SIGKILL) }

    /// Ends it and what it has started at once; for one that was started in a session of its own.
    package func killSession() { _ = CLinux.kill(-process, SIGKILL) }

    /// Whether the child is stopped, as SIGSTOP does it, and not continued since.
    package var isStopped: Bool { fob_is_stopped(process) != 0 }

    private static func exitStatus(_ status: Int32) -> Int32 {
        status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    }

    /// The present environment's variables of these names, for a child.
    package static func environment(keeping names: [String]) -> [String] {
        names.compactMap { name in Environment.value(of: name).map { "\(name)=\($0)" } }
    }

    /// A program that is installed with the running one: beside it, or where programs that nobody types are put.
    package static func companion(_ name: String) -> String? { Companions.paths(name).first { isExecutable($0) } }

    /// Whether this path can be executed by this user.
    package static func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

    /// Whether this path can be read by this user.
    package static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

    /// Descriptors that were inherited open are not passed on.
    private static func keepFromChildren() {
        guard fob_keep_from_children(3) != 0 else { return }
        for number in 3..<Int32(1024) { _ = fob_fcntl(number, F_SETFD, FD_CLOEXEC) }
    }

    /// Two connected sockets. Not a pipe, so that writing to a dead child raises no signal.
    private struct Pair {
        let ours: Int32
        let theirs: Int32

        static var none: Pair { Pair(ours: -1, theirs: -1) }

        private init(ours: Int32, theirs: Int32) { (self.ours, self.theirs) = (ours, theirs) }

        init() throws(SystemError) {
            var pair: [2 of Int32] = [-1, -1]
            var span = pair.mutableSpan
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let made = unsafe span.withUnsafeMutableBufferPointer {
                unsafe socketpair(AF_UNIX, type, 0, $0.baseAddress)
            }
            guard made == 0 else { throw SystemError("socketpair") }
            (ours, theirs) = (pair[0], pair[1])
        }

        func closeTheirs() { if theirs >= 0 { close(theirs) } }
    }
}

/// Lends a NULL-terminated vector of C strings.
func withPointers<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe texts.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe body(pointers)
}

extension FileDescriptor {
    /// Opens a file that the user named, to read it; links are followed.
    ///
    /// - Parameter waits: for a writer, where it is a pipe.
    package static func reading(_ path: String, waits: Bool = true) throws(SystemError) -> FileDescriptor {
        let number = unsafe fob_open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (waits ? 0 : O_NONBLOCK), 0)
        guard number >= 0 else { throw SystemError("open", on: path) }
        return FileDescriptor(owning: number)
    }

    /// Makes a file that the user named, mode 0600, to write it. Nothing that exists is overwritten, and no link is
    /// followed.
    package static func creating(_ path: String) throws(SystemError) -> FileDescriptor {
        let number = unsafe fob_open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw SystemError("open", on: path) }
        return FileDescriptor(owning: number)
    }

    /// Removes a file that `creating` made and that could not be finished.
    package static func remove(_ path: String) { _ = unsafe unlink(path) }
}
