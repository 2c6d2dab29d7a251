/// What is to be done at a moment.
struct Timers {
    /// One of them, by which it is taken back.
    struct Timer: Equatable {
        fileprivate let number: UInt64
    }

    /// The latest first; of two for one moment, the younger.
    private var waiting: [(due: Monotonic, timer: Timer, run: () -> Void)] = []
    private var last: UInt64 = 0

    /// The first moment at which something is to be done.
    var next: Monotonic? { waiting.last?.due }

    /// Has `run` done at a moment.
    @discardableResult
    mutating func add(at due: Monotonic, _ run: @escaping () -> Void) -> Timer {
        last += 1
        let timer = Timer(number: last)
        var (low, high) = (0, waiting.count)
        while low < high {
            let middle = (low + high) / 2
            if waiting[middle].due > due { low = middle + 1 } else { high = middle }
        }
        waiting.insert((due, timer, run), at: low)
        return timer
    }

    /// Takes one back; one that was taken to be run already is left alone.
    mutating func cancel(_ timer: Timer) { waiting.removeAll { $0.timer == timer } }

    /// Takes what is due, in order, to be run when nothing else uses this.
    mutating func takeDue(at now: Monotonic) -> [() -> Void] {
        let rest = waiting.lastIndex { $0.due > now }.map { $0 + 1 } ?? 0
        defer { waiting.removeSubrange(rest...) }
        return waiting[rest...].reversed().map(\.run)
    }
}
