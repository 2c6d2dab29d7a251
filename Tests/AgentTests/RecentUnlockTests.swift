import Testing

@testable import Agent

/// For whom, and how long, an unlock stands for the owner's presence.
@Suite struct ProofTests {
    private func session(_ leader: Int) -> Caller.Session { .test(leader) }

    @Test func `a fresh unlock counts for its own session, and for 60 seconds`() {
        let recentUnlock = RecentUnlock(by: session(7), at: 5000)
        #expect(recentUnlock.holds(for: session(7), at: 5000))
        #expect(recentUnlock.holds(for: session(7), at: 64_999))
        #expect(!recentUnlock.holds(for: session(7), at: 65_000))
        #expect(!recentUnlock.holds(for: session(8), at: 5000))
    }

    @Test func `processes that all look alike are never taken for the one that unlocked`() {
        #expect(!RecentUnlock(by: session(0), at: 0).holds(for: session(0), at: 1))
    }
}
