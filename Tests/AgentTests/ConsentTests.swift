import Testing
import Wire

@testable import Agent

@Suite struct ConsentTests {
    private func session(_ leader: Int) -> Caller.Session { Caller.Session(leader: Int32(leader)) }

    @Test func `a muted caller may ask again when the time is over`() {
        var challenges = Challenges()
        challenges.mute(session(7), until: 1000, at: 0)
        #expect(challenges.refusal(for: session(7), at: 999) == .muted)
        #expect(challenges.refusal(for: session(8), at: 999) == nil)
        #expect(challenges.refusal(for: session(7), at: 1000) == nil)
    }

    @Test func `many muted callers are forgotten, the first to end first`() {
        var challenges = Challenges()
        for leader in 1...(AgentLimits.mutes + 10) {
            challenges.mute(session(leader), until: Monotonic(milliseconds: UInt64(1000 + leader)), at: 0)
        }
        #expect(challenges.refusal(for: session(10), at: 1) == nil)
        #expect(challenges.refusal(for: session(11), at: 1) == .muted)
    }

    @Test func `a caller without a session number that we know is told apart from nobody`() {
        #expect(!session(0).isKnown)
        #expect(session(1).isKnown)
    }
}
