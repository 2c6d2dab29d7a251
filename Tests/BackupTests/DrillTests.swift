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

    @Test func `a code says nothing about another set of codes, nor one that was typed about what age opens`() throws {
        var drill = Drill(at: 0)
        drill.pass(byCodeOf: "1-\(Self.now)", at: Self.now + 1)
        drill.passByAge(withCodeOf: "2-\(Self.now)", at: Self.now + 2)
        let scratch = try Scratch()
        let notes = try Directory.open(scratch.path, create: false)
        try drill.save(in: notes)
        let loaded = try Drill.load(from: notes, at: Self.now + 9)
        #expect(loaded == drill && loaded.passed == Self.now + 1)
        #expect(loaded.passed(byCodeOf: "1-\(Self.now)") == Self.now + 1)
        #expect(loaded.passedByAge(withCodeOf: "2-\(Self.now)") == Self.now + 2)
        for other in ["2-\(Self.now)", "1-\(Self.now + 1)", ""] { #expect(loaded.passed(byCodeOf: other) == 0) }
        #expect(loaded.passedByAge(withCodeOf: "1-\(Self.now)") == 0)
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

/// What goes with the machine.
@Suite struct GoesWithMachineTests {
    @Test func `memory goes with it, and so does another volume of the vault's device`() {
        #expect(GoesWithMachine.isLost("tmpfs", "tmpfs", with: "/dev/sda1"))
        #expect(GoesWithMachine.isLost("btrfs", "/dev/sda1", with: "/dev/sda1"))
        #expect(!GoesWithMachine.isLost("ext4", "/dev/sdb1", with: "/dev/sda1"))
        #expect(!GoesWithMachine.isLost("nfs4", "server:/x", with: "server:/x"))
        #expect(!GoesWithMachine.isLost("ext4", "/dev/sdb1", with: nil))
        #expect(
            GoesWithMachine(.command(put: "a", get: "b", list: "c", delete: nil))
                == GoesWithMachine(.folder("/no/such")))
    }
}

/// Names of files at destinations.
@Suite struct StoredNameTests {
    @Test(arguments: [
        "fob-a0a1a2a3-20300101T000000Z-41 (1).age", "FOB-A0A1A2A3-20300101T000000Z-41.AGE",
        "Copy of fob-a0a1a2a3-20300101T000000Z-41.age", "fob-a0a1a2a3-20300101t000000z-41.age.txt",
        "fob-a0a1a2a3-20300101T000000Z-41 (conflicted copy 2030-01-02).age", "fob-a0a1a2a3-20300101T000000Z-41.age",
        "fob-a0a1a2a3-20300101T000000Z-41.sync-conflict-20300102-030405-ABCDEF.age",
    ])
    func `a copy is known by what it is a copy of`(_ name: String) {
        #expect(BackupName(copied: name)?.description == "fob-a0a1a2a3-20300101T000000Z-41.age")
    }

    @Test(arguments: [
        "", "fob-.age", "fob-a0a1a2a3-20300101T000000Z-.age", "fob-a0a1a2a3-20300101T000000Z-41", "x.age",
        "fob-a0a1a2-20300101T000000Z-41.age", "fob-a0a1a2a3-20301301T000000Z-41.age",
        "fob-00000000-20300101T000000Z-41.age", "fob-a0a1a2a3-20300101T000000Z-41.age.partial",
        "fob-a0a1a2a3-20300101T000000Z-99999999999999999999.age",
    ])
    func `and what is none is none`(_ name: String) { #expect(BackupName(copied: name) == nil) }

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
