import Glibc
import Platform
import Testing
import Wire

@testable import Agent

/// Who gives way when there is no more of something.
@Suite struct SharesTests {
    /// Connections of the given processes, which last asked at the given moments.
    private func connections(_ all: [(process: Int32, asked: Monotonic)]) throws -> [Connection] {
        try all.enumerated().map { index, item in
            try Connection(
                FileDescriptor(owning: dup(0)), token: UInt64(index), from: .agent,
                process: ProcessHandle(of: item.process),
                at: item.asked)
        }
    }

    @Test func `the process that has most gives up what it has left for longest`() throws {
        let all = try connections([(1, 50), (2, 10), (2, 40), (2, 30), (3, 5)])
        #expect(Shares.displaced(all, for: 9, always: true)?.token == 1)
        #expect(Shares.displaced(all, for: 9, always: false)?.token == 1)
    }

    @Test func `what is worked for gives way last`() throws {
        let all = try connections([(2, 10), (2, 40), (3, 5)])
        all[0].waiting = 1
        #expect(Shares.displaced(all, for: 9, always: true)?.token == 1)
        for connection in all { connection.waiting = 1 }
        #expect(Shares.displaced(all, for: 9, always: true)?.token == 0)
        #expect(Shares.displaced(all, for: 9, always: false) == nil)
    }

    @Test func `whoever waits for events is less idle than who waits for nothing`() throws {
        let all = try connections([(1, 10), (2, 40)])
        all[0].events = .challenge
        #expect(Shares.displaced(all, for: 9, always: true)?.token == 1)
    }

    @Test(arguments: [1, 2, 3] as [Int32])
    func `nobody gains by taking from who has no more, unless that was left idle`(_ newcomer: Int32) throws {
        let all = try connections([(1, 100), (2, 200)])
        let early = Monotonic(milliseconds: 100 + AgentLimits.idleMilliseconds - 1)
        let late = Monotonic(milliseconds: 100 + AgentLimits.idleMilliseconds)
        #expect(Shares.displaced(all, for: newcomer, always: false, at: early) == nil)
        #expect(Shares.displaced(all, for: newcomer, always: false, at: late)?.token == (newcomer == 3 ? 0 : nil))
    }

    @Test func `a process that has all of it gives way to one that has none, at once`() throws {
        let all = try connections([(1, 100), (1, 200)])
        #expect(Shares.displaced(all, for: 2, always: false, at: 200)?.token == 0)
        #expect(Shares.displaced(all, for: 1, always: false, at: 200) == nil)
    }
}
