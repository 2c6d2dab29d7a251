import CLinux

/// Why nothing was read from the terminal.
package enum TerminalError: Error, Equatable {
    /// There is no controlling terminal, or it failed.
    case unavailable(SystemError)
    /// The end of the input (^D, or the terminal was hung up).
    case ended
    /// This signal came while a person was asked; the terminal is restored. It has not been acted upon.
    case interrupted(signal: Int32)
    /// The line does not fit into the buffer.
    case tooLong
    /// Nobody wants to know any more.
    case over
}

/// The controlling terminal, whatever the standard streams are connected to.
package struct Terminal: ~Copyable {
    private let descriptor: FileDescriptor

    /// Opens it. Throws `unavailable` for a process without one (cron, services).
    package init() throws(TerminalError) {
        let number = unsafe fob_open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC, 0)
        guard number >= 0 else { throw .unavailable(SystemError("open", on: "/dev/tty")) }
        descriptor = FileDescriptor(owning: number)
    }

    /// Whether this process has one.
    package static var exists: Bool { (try? Terminal()) != nil }

    /// Whether a descriptor is a terminal.
    package static func isTerminal(_ number: Int32) -> Bool { isatty(number) == 1 }

    /// Whether it can move its cursor, show a second screen and the like, going by `TERM`.
    package static var canMove: Bool {
        let kind = Environment.value(of: "TERM") ?? ""
        return !kind.isEmpty && kind != "dumb"
    }

    /// The path of this process's terminal, for a program that has none; nil without one.
    package static var path: String? {
        for number: Int32 in [2, 0, 1] {
            guard let name = unsafe ttyname(number) else { continue }
            return unsafe String(validatingCString: name)
        }
        return nil
    }

    /// Columns of the terminal at a descriptor, nil when it is none or does not tell.
    package static func width(of number: Int32) -> Int? {
        var size = winsize()
        guard unsafe fob_ioctl_size(number, &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Columns of this terminal, 80 when it does not tell.
    package var width: Int { Self.width(of: descriptor.number) ?? 80 }

    /// Shows text. Failures are ignored: there is nobody to tell.
    package func write(_ text: String) {
        ProgressLine.erase()
        if let bytes = Characters.encoded(text) {
            try? descriptor.writeAll(bytes.span)
        } else {
            try? descriptor.writeAll(text.utf8.span)
        }
    }

    /// Shows bytes that may be secret.
    package func write(_ bytes: Span<UInt8>) { try? descriptor.writeAll(bytes) }

    /// Forgets what was typed and not yet read.
    package func discardInput() { tcflush(descriptor.number, TCIFLUSH) }

    /// Shows `prompt` and appends the line that is typed, without its end, to `buffer`. What was typed before the
    /// prompt appeared is discarded.
    ///
    /// The terminal's settings are restored on every way out. SIGINT, SIGTERM, SIGHUP and SIGQUIT end the question;
    /// SIGTSTP suspends it and it is asked again.
    ///
    /// - Parameters:
    ///   - hidden: what is typed is not shown.
    ///   - ignoringMilliseconds: what is typed in this time after the prompt appeared is discarded too.
    ///   - isOver: asked from time to time; true ends the question.
    package func readLine(
        _ prompt: String, hidden: Bool, ignoringMilliseconds: Int32 = 0, into buffer: inout LockedBuffer,
        isOver: (() -> Bool)? = nil
    ) throws(TerminalError) {
        if ignoringMilliseconds > 0 {
            write(prompt)
            try ignoreInput(for: UInt64(ignoringMilliseconds))
        }
        let mode = try TerminalMode(of: descriptor.number, hidden ? .hiddenLine : .line)
        if ignoringMilliseconds <= 0 { write(prompt) }
        let start = buffer.count
        while true {
            switch mode.wait(milliseconds: isOver == nil ? -1 : 1000) {
            case .signal(let signal) where signal == SIGTSTP:
                mode.suspend()
                buffer.truncate(to: start)
                write(prompt)
            case .signal(let signal):
                buffer.truncate(to: start)
                write("\n")
                throw .interrupted(signal: signal)
            case .timeout:
                guard isOver?() == true else { continue }
                buffer.truncate(to: start)
                write("\n")
                throw .over
            case .ready:
                guard buffer.free > 0 else {
                    buffer.truncate(to: start)
                    discardInput()
                    if hidden { write("\n") }
                    throw .tooLong
                }
                let taken: Int
                do throws(SystemError) {
                    taken = try descriptor.read(into: &buffer)
                } catch {
                    throw .unavailable(error)
                }
                guard taken > 0 else {
                    buffer.truncate(to: start)
                    write("\n")
                    throw .ended
                }
                if buffer.bytes[buffer.count - 1] == UInt8(ascii: "\n") {
                    buffer.truncate(to: buffer.count - 1)
                    if hidden { write("\n") }
                    return
                }
            }
        }
    }

    /// Lets some time pass in which nothing that is typed is shown or kept.
    private func ignoreInput(for milliseconds: UInt64) throws(TerminalError) {
        let mode = try TerminalMode(of: descriptor.number, .keys)
        let end = Clock.sinceBoot + milliseconds
        var now = Clock.sinceBoot
        while now < end {
            let outcome = mode.wait(milliseconds: Int32(end - now), readable: false)
            if case .signal(let signal) = outcome, signal != SIGWINCH {
                throw .interrupted(signal: signal)
            }
            now = Clock.sinceBoot
        }
        discardInput()
    }

    /// What `Keys` waited for.
    package enum Event: Equatable, Sendable {
        case key(UInt8)
        case signal(Int32)
        /// The terminal has another size.
        case resized
        case timeout
        case ended
    }

    /// Lines of this terminal, 24 when it does not tell.
    package var height: Int {
        var size = winsize()
        guard unsafe fob_ioctl_size(descriptor.number, &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    /// Single keys, not shown while they are typed, for as long as the returned value lives. So long the terminal shows its
    /// second screen, which has no lines to scroll back to (xterm, "The Alternate Screen Buffer").
    ///
    /// - Parameter hidesCursor: for something that changes by itself.
    package func keys(hidesCursor: Bool) throws(TerminalError) -> Keys {
        Keys(try TerminalMode(of: descriptor.number, .keys), hidesCursor: hidesCursor)
    }

    /// Keys from a terminal, which is restored on every way out.
    package struct Keys: ~Copyable {
        private let mode: TerminalMode
        private let hidesCursor: Bool

        init(_ mode: consuming TerminalMode, hidesCursor: Bool) {
            self.mode = mode
            self.hidesCursor = hidesCursor
            enter()
        }

        deinit { leave() }

        private func enter() { mode.write("\u{1b}[?1049h" + (hidesCursor ? "\u{1b}[?25l" : "")) }
        private func leave() { mode.write("\u{1b}[2J" + (hidesCursor ? "\u{1b}[?25h" : "") + "\u{1b}[?1049l") }

        /// Waits up to so many milliseconds for a key or an ending signal, which has not been acted upon.
        package func next(milliseconds: Int32) -> Event {
            switch mode.wait(milliseconds: milliseconds) {
            case .timeout: return .timeout
            case .signal(let signal) where signal == SIGTSTP:
                leave()
                mode.suspend()
                enter()
                return .resized
            case .signal(let signal) where signal == SIGWINCH: return .resized
            case .signal(let signal): return .signal(signal)
            case .ready:
                var key: UInt8 = 0
                return unsafe CLinux.read(mode.number, &key, 1) == 1 ? .key(key) : .ended
            }
        }
    }
}

/// Other settings of a terminal for as long as this value lives, with the ending signals turned into something to
/// wait for: no way out leaves the terminal changed.
struct TerminalMode: ~Copyable {
    enum Kind {
        case line
        case hiddenLine
        case keys
    }

    enum Outcome {
        case ready
        case signal(Int32)
        case timeout
    }

    let number: Int32
    private let before: termios
    private let changed: termios
    private let signals: SignalQueue

    init(of number: Int32, _ kind: Kind) throws(TerminalError) {
        var settings = termios()
        guard unsafe tcgetattr(number, &settings) == 0 else { throw .unavailable(SystemError("tcgetattr")) }
        do throws(SystemError) {
            let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]
            signals = try SignalQueue(kind == .keys ? ending + [SIGWINCH] : ending)
        } catch {
            throw .unavailable(error)
        }
        self.number = number
        before = settings
        switch kind {
        case .line: settings.c_lflag |= tcflag_t(ECHO | ICANON | ISIG)
        case .hiddenLine:
            settings.c_lflag |= tcflag_t(ICANON | ISIG)
            settings.c_lflag &= ~tcflag_t(ECHO | ECHONL)
        case .keys:
            settings.c_lflag |= tcflag_t(ISIG)
            settings.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON)
        }
        changed = settings
        ProgressLine.pause()
        apply(changed)
    }

    deinit {
        apply(before)
        ProgressLine.resume()
        _ = fob_unblock_signals()
    }

    /// Waits for input (unless not `readable`) or a signal.
    func wait(milliseconds: Int32, readable: Bool = true) -> Outcome {
        var polls = (
            pollfd(fd: signals.descriptor.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: readable ? number : -1, events: Int16(POLLIN), revents: 0)
        )
        let count = unsafe withUnsafeMutablePointer(to: &polls) { polls in
            unsafe polls.withMemoryRebound(to: pollfd.self, capacity: 2) { unsafe poll($0, 2, milliseconds) }
        }
        guard count > 0 else { return .timeout }
        if let signal = signals.next() { return .signal(signal) }
        return polls.1.revents != 0 ? .ready : .timeout
    }

    /// Stops the process as SIGTSTP would have done, with the terminal as it was, until it is continued.
    func suspend() {
        apply(before)
        kill(getpid(), SIGSTOP)
        apply(changed)
    }

    func write(_ sequence: String) {
        let bytes = Array(sequence.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe CLinux.write(number, $0.baseAddress, $0.count) }
    }

    private func apply(_ settings: termios) {
        var settings = settings
        while unsafe tcsetattr(number, TCSAFLUSH, &settings) != 0 && fob_errno() == EINTR {}
    }
}

extension Environment {
    /// Ends the process as `signal` ends one that does not handle it.
    package static func end(by signal: Int32) -> Never {
        _ = fob_unblock_signals()
        CLinux.signal(signal, nil)  // SIG_DFL
        raise(signal)
        exit(128 + signal)
    }

    /// Waits without using the processor. Signals with their default action end the process as always.
    package static func sleep(milliseconds: Int) {
        var left = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        while true {
            var time = left
            guard unsafe nanosleep(&time, &left) != 0, fob_errno() == EINTR else { return }
        }
    }
}
