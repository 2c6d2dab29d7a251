import Testing

@testable import Client

@Suite("Waiting for an agent that starts")
struct AgentExpectationTests {
    @Test func `soon after a name it is looked for often, and then now and then`() {
        var expectation = AgentExpectation()
        #expect(expectation.pause(at: 1_000_000) == 60_000)
        expectation.nameCame(at: 1_000_000)
        #expect(expectation.pause(at: 1_000_000) == 250)
        #expect(expectation.pause(at: 1_009_999) == 250)
        #expect(expectation.pause(at: 1_010_000) == 60_000)
    }
}
