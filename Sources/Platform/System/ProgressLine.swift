import CLinux
import Synchronization

/// A line at the end of the terminal that says what takes so long, and for how many seconds; it goes when that is done.
///
/// It comes after a second, on standard error, where that is a terminal and this process in its foreground. A terminal that
/// cannot move its cursor gets the text once, in a line that stays. Elsewhere there is none.
package enum ProgressLine {
    private struct State: ~Copyable {
        /// Works that are under way, one within the other, and since when. The innermost that takes long is shown.
        var works: [(text: String, since: UInt64)] = []
        /// Others have the terminal: a person is asked.
        var pauses = 0
        var isShown = false
        /// What stands there then.
        var line = ""
        /// A line that stays was written.
        var isTold = false
        /// The thread that draws is there.
        var isDrawn = false
    }

    private enum Kind {
        case none
        case plain
        case moving
    }

    private static let state = Mutex(State())
    private static let kind: Kind = !Terminal.isTerminal(2) ? .none : Terminal.canMove ? .moving : .plain
    /// Milliseconds before it comes, and between two looks.
    private static let patience: UInt64 = 1000
    private static let pace = 200

    /// Does what may take long.
    ///
    /// - Parameter text: what that is, for people: a few words without a full stop.
    package static func during<R: ~Copyable, E>(_ text: @autoclosure () -> String, _ body: () throws(E) -> R) throws(E)
        -> R
    {
        guard kind != .none else { return try body() }
        begin(text())
        defer { end() }
        return try body()
    }

    /// Says more exactly what is under way.
    package static func update(_ text: @autoclosure () -> String) {
        guard kind != .none else { return }
        let text = text()
        state.withLock { state in if state.works.count == 1 { state.works[0].text = text } }
    }

    /// Takes the line away before something else is written; it comes again.
    package static func erase() {
        guard kind == .moving else { return }
        state.withLock { state in erase(&state) }
    }

    /// Does what waits for a person who types; the line would be written over what they see.
    package static func paused<R: ~Copyable, E>(_ body: () throws(E) -> R) throws(E) -> R {
        pause()
        defer { resume() }
        return try body()
    }

    /// Keeps it away for as long as a person is asked.
    static func pause() {
        guard kind != .none else { return }
        state.withLock { state in
            erase(&state)
            state.pauses += 1
        }
    }

    /// Ends a pause. The time that a person took does not count.
    static func resume() {
        guard kind != .none else { return }
        state.withLock { state in
            state.pauses -= 1
            let now = Clock.sinceBoot
            for index in state.works.indices { state.works[index].since = now }
        }
    }

    private static func begin(_ text: String) {
        let isFirst = state.withLock { state in
            if state.works.isEmpty { state.isTold = false }
            state.works.append((text, Clock.sinceBoot))
            defer { state.isDrawn = true }
            return !state.isDrawn
        }
        // Without a thread there is no line, and all else goes on.
        if isFirst { try? Thread.startWithoutSignals(draw) }
    }

    private static func end() {
        state.withLock { state in
            let work = state.works.removeLast()
            if state.works.isEmpty || state.line.hasPrefix(work.text) { erase(&state) }
        }
    }

    private static func erase(_ state: inout State) {
        guard state.isShown else { return }
        state.isShown = false
        write("\r\u{1B}[K")
    }

    /// What the thread does until nothing is under way any more.
    private static func draw() {
        while true {
            Environment.sleep(milliseconds: pace)
            let goesOn = state.withLock { state in
                guard !state.works.isEmpty else {
                    state.isDrawn = false
                    return false
                }
                let now = Clock.sinceBoot
                guard state.pauses == 0, let work = state.works.last(where: { now - $0.since >= patience }),
                    isInForeground
                else { return true }
                if kind == .moving {
                    let line = "\(work.text) ... \((now - work.since) / 1000) s"
                    guard !state.isShown || line != state.line else { return true }
                    write("\r\u{1B}[K\(Columns.cut(line, to: (Terminal.width(of: 2) ?? 80) - 1))")
                    (state.isShown, state.line) = (true, line)
                } else if !state.isTold {
                    write("\(work.text) ...\n")
                    state.isTold = true
                }
                return true
            }
            guard goesOn else { return }
        }
    }

    /// A process in the background does not write into what others show.
    private static var isInForeground: Bool { tcgetpgrp(2) == getpgrp() }

    private static func write(_ text: String) {
        let output = FileDescriptor(owning: 2)
        try? output.writeAll(text.utf8.span)
        _ = output.release()
    }
}
