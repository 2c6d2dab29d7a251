import Platform
import Synchronization

/// Work that is done elsewhere and answered on the loop's thread.
///
/// What goes to a worker is given away: the worker has dropped it, and so wiped it, before the answer is seen.
final class Completions {
    private let inbox: Inbox
    private var continuations: [UInt64: () -> Void] = [:]
    private var last: UInt64 = 0
    /// The jobs among them that have nothing of the vault in hand.
    private var foreign: Set<UInt64> = []

    /// Numbers of finished jobs, filled by workers.
    private final class Inbox: Sendable {
        let bell: Bell
        let finished = Mutex<[UInt64]>([])

        init() throws(SystemError) { bell = try Bell() }

        func post(_ job: UInt64) {
            finished.withLock { $0.append(job) }
            bell.ring()
        }
    }

    init() throws(SystemError) { inbox = try Inbox() }

    /// What to wait for.
    var descriptor: Int32 { inbox.bell.descriptor.number }

    /// Jobs that are not answered yet.
    var count: Int { continuations.count }

    /// Those of them that have something of the vault in hand: a lock waits for them.
    var ownCount: Int { continuations.count - foreign.count }

    /// Runs `work` on `worker`, then `continuation` here. False, and neither, when the worker has too much to do.
    ///
    /// - Parameter isForeign: it has nothing of the vault in hand, and no lock waits for it.
    func run<Input: Sendable, Output: Sendable>(
        on worker: Worker, isForeign: Bool = false, _ input: consuming Input,
        _ work: @escaping @Sendable (Input) -> Output,
        then continuation: @escaping (Output) -> Void
    ) -> Bool {
        last += 1
        let job = last
        let inbox = inbox
        let given = Handoff(input)
        let made = Handoff<Output>(nil)
        let accepted = worker.submit {
            if let input = given.take() { made.put(work(input)) }
            // The answer must not be faster than the end of what the work has left on the stack.
            Memory.scrubDeepStack()
            inbox.post(job)
        }
        guard accepted else { return false }
        if isForeign { foreign.insert(job) }
        continuations[job] = { if let output = made.take() { continuation(output) } }
        return true
    }

    /// Runs the continuations of finished jobs.
    func runFinished() {
        inbox.bell.silence()
        let jobs = inbox.finished.withLock { finished in
            defer { finished.removeAll() }
            return finished
        }
        for job in jobs {
            foreign.remove(job)
            continuations.removeValue(forKey: job)?()
        }
    }
}

/// A value on its way from one thread to another: whoever takes it is the only one who has it.
private final class Handoff<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value?) { self.value = Mutex(value) }

    func put(_ new: Value) { value.withLock { $0 = new } }

    func take() -> Value? {
        value.withLock { value in
            defer { value = nil }
            return value
        }
    }
}
