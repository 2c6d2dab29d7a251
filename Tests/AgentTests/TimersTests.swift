import Testing

@testable import Agent

/// What is done when, by a clock that the test turns.
@Suite struct TimersTests {
    /// What has been done, in order.
    private final class Record {
        var done: [Int] = []
    }

    private let record = Record()

    private func add(_ number: Int, at due: Monotonic, to timers: inout Timers) -> Timers.Timer {
        timers.add(at: due) { [record] in record.done.append(number) }
    }

    @Test func `what is due is done in order, at its first millisecond, and once`() {
        var timers = Timers()
        for (number, due) in [(1, 300), (2, 100), (3, 200), (4, 100)] as [(Int, Monotonic)] {
            _ = add(number, at: due, to: &timers)
        }
        #expect(timers.next == 100)
        for run in timers.takeDue(at: 99) { run() }
        #expect(record.done.isEmpty)
        for run in timers.takeDue(at: 200) { run() }
        #expect(record.done == [2, 4, 3] && timers.next == 300)
        for run in timers.takeDue(at: 10_000) { run() }
        #expect(record.done == [2, 4, 3, 1] && timers.next == nil)
        #expect(timers.takeDue(at: 10_000).isEmpty)
    }

    @Test func `what is taken back is not done, and its moment is forgotten`() {
        var timers = Timers()
        let first = add(1, at: 100, to: &timers)
        let second = add(2, at: 200, to: &timers)
        timers.cancel(first)
        timers.cancel(first)
        #expect(timers.next == 200)
        for run in timers.takeDue(at: 200) { run() }
        timers.cancel(second)
        #expect(record.done == [2] && timers.next == nil)
    }

    @Test func `seconds until a moment are rounded up, and none are left after it`() {
        let moment: Monotonic = 5000
        #expect(moment.seconds(after: 4001) == 1 && moment.seconds(after: 3999) == 2)
        #expect(moment.seconds(after: 5000) == 0 && moment.seconds(after: 6000) == 0)
    }
}
