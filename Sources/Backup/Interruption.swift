import Platform
import Synchronization

/// SIGINT, SIGTERM and SIGHUP while something is under way that must not be left half done: they end it at the next
/// point where nothing is left behind, and not this process at once.
package enum Interruption {
    private struct State: ~Copyable {
        var depth = 0
        var isRaised = false
        var queue: SignalQueue?
    }

    private static let state = Mutex(State())

    /// Does `body` with these signals held back.
    ///
    /// - Throws: what `body` throws.
    static func held<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        begin()
        defer { end() }
        return try body()
    }

    private static func begin() {
        state.withLock { state in
            state.depth += 1
            guard state.depth == 1 else { return }
            state.queue = try? SignalQueue(Signals.interrupting)
        }
    }

    private static func end() {
        state.withLock { state in
            state.depth -= 1
            guard state.depth == 0 else { return }
            state.queue = nil
            Signals.release(Signals.interrupting)
        }
    }

    /// Whether one has come.
    static var isRaised: Bool {
        state.withLock { state in
            switch state.queue {
            case .some(let queue): if queue.next() != nil { state.isRaised = true }
            case nil: break
            }
            return state.isRaised
        }
    }

    /// What becomes readable when one comes; nil outside of ``held(_:)``.
    static var number: Int32? {
        state.withLock { state in
            switch state.queue {
            case .some(let queue): queue.descriptor.number
            case nil: nil
            }
        }
    }

    /// - Throws: `interrupted` when one has come.
    static func check() throws(DestinationError) {
        if isRaised { throw DestinationError(.interrupted, Sentences.interrupted) }
    }
}
