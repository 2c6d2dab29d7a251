import Testing
import Vault
import Wire

@testable import Agent

@Suite struct `Codes that were given` {
    private let account = Identifier.random()

    @Test func `a step is given once it or a later one was`() {
        var given = GivenCodes()
        #expect(!given.has(account, 10, from: 300, period: 30))
        given.give(account, 10, until: 330, at: 300)
        #expect(given.has(account, 9, from: 270, period: 30) && given.has(account, 10, from: 300, period: 30))
        #expect(!given.has(account, 11, from: 330, period: 30) && !given.has(.random(), 10, from: 300, period: 30))
        given.give(account, 8, until: 270, at: 300)
        #expect(given.has(account, 10, from: 300, period: 30))
    }

    @Test func `what a former agent may have given is not fresh`() {
        let given = GivenCodes(formerly: 315)
        #expect(given.has(account, 10, from: 300, period: 30) && given.has(account, 9, from: 270, period: 30))
        // A fresh code, or the next one, may have been of the step behind.
        #expect(given.has(account, 11, from: 330, period: 30))
        #expect(!given.has(account, 12, from: 360, period: 30))
    }

    @Test func `those of the past are forgotten, and no others`() {
        var given = GivenCodes()
        given.give(account, 1000, until: 30_030, at: 0)
        for number in 0..<10_000 as Range<UInt64> {
            given.give(.random(), number, until: number + 1, at: number + 1)
        }
        #expect(given.has(account, 1000, from: 30_000, period: 30))
    }
}
