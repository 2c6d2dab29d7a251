import Platform
import Synchronization
import Testing

/// Slow work on a thread of its own.
@Suite struct WorkerTests {
    private final class Numbers: Sendable {
        let list = Mutex<[Int]>([])
    }

    @Test func `jobs are done in their order, and all of them before it ends`() throws {
        let worker = try Worker(most: 100)
        let done = Numbers()
        for number in 0..<100 {
            // Some wait while others are done; no more than may wait are taken.
            #expect(worker.submit { done.list.withLock { $0.append(number) } })
        }
        worker.finish()
        #expect(done.list.withLock { $0 } == Array(0..<100))
        #expect(!worker.submit {})
    }

    @Test func `who never had a job ends at once`() throws {
        let worker = try Worker(most: 1)
        worker.finish()
        #expect(!worker.submit {})
    }
}
