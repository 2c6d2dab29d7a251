import Platform
import TestSupport
import Testing

@testable import Backup

/// When the owner is asked whether the passphrase is still known.
@Suite struct DrillTests {
    private static let day: UInt64 = 86_400
    private static let now: UInt64 = 1_900_000_000

    @Test func `after 60 days, once a day, until it was typed`() {
        var drill = Drill(at: Self.now)
        let due = Self.now + 60 * Self.day
        let early = drill.remind(at: due - 1)
        #expect(!early)
        let first = drill.remind(at: due)
        #expect(first)
        let sameDay = drill.remind(at: due + Self.day - 1)
        #expect(!sameDay)
        let nextDay = drill.remind(at: due + Self.day)
        #expect(nextDay)
        drill.pass(at: due + 2 * Self.day)
        #expect(!drill.isDue(at: due + 3 * Self.day))
        let again = drill.remind(at: due + 62 * Self.day)
        #expect(again)
    }

    @Test func `it can be turned off, and a clock that went back keeps it from nobody`() {
        var drill = Drill(at: 0)
        drill.every = 0
        let never = drill.remind(at: Self.now)
        #expect(!never && drill.due == nil)
        drill.every = Self.day
        let wrongClock = drill.remind(at: 2 * Self.now)
        let rightClock = drill.remind(at: Self.now)
        #expect(wrongClock && rightClock)
    }

    @Test func `what is noted comes back; what cannot be read begins anew`() throws {
        let scratch = try Scratch()
        let notes = try Directory.open(scratch.path, create: false)
        var drill = try Drill.load(from: notes, at: Self.now)
        #expect(drill == Drill(at: Self.now))
        drill.every = 7
        _ = drill.remind(at: Self.now + 8)
        try drill.save(in: notes)
        #expect(try Drill.load(from: notes, at: Self.now + 9) == drill)
        try notes.replace("drill", by: Array("nonsense\n".utf8))
        #expect(try Drill.load(from: notes, at: 5) == Drill(at: 5))
    }
}

/// Names of files at destinations.
@Suite struct StoredNameTests {
    @Test(arguments: [
        "recovery-key.age", "recovery-key-a0a1a2a3.age", "fob-a0a1a2a3-20300101T000000Z-41.age",
    ])
    func `fob's own come back`(_ name: String) {
        #expect(StoredName(name)?.description == name)
    }

    @Test(arguments: [
        "recovery-key", "recovery-key.age.partial", "recovery-key-.age", "recovery-key-a0a1a2a.age",
        "xrecovery-key.age", "recovery-keya0a1a2a3.age", "fob-a0a1a2a3-20300101T000000Z-41.age.partial", "", ".age",
        "notes.txt",
    ])
    func `others are none`(_ name: String) {
        #expect(StoredName(name) == nil)
    }
}
