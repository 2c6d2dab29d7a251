import Testing

@testable import Agent

/// When a vault locks.
@Suite struct LockTests {
    private let hour: Monotonic = 3_600_000

    @Test func `time without use and time in all end at their first millisecond`() {
        let clock = LockClock(idle: 60, absolute: 100, at: 5000)
        #expect(clock.deadline == 65_000)
        #expect(clock.isOver(at: 64_999) == nil)
        #expect(clock.isOver(at: 65_000) == .idle)
        #expect(clock.isOver(at: 104_999) == .idle)
        #expect(clock.isOver(at: 105_000) == .absolute)
    }

    @Test func `a wall clock that is set while the vault is open is noticed, sleep is not`() {
        let wall = WallClock(utc: 1_800_000_000, at: 5000)
        for (later, seconds) in [(0, 0), (86_400, 86_400), (3600, 3629), (3600, 3571)] as [(UInt64, UInt64)] {
            #expect(wall.step(utc: 1_800_000_000 + seconds, at: Monotonic(milliseconds: 5000 + later * 1000)) == 0)
        }
        #expect(wall.step(utc: 1_800_007_200, at: 5000) == 7200)
        #expect(wall.step(utc: 1_799_999_940, at: 65_000) == -120)
        // 1970, where a battery is empty, and 2100.
        #expect(wall.step(utc: 0, at: 5000) == -1_800_000_000)
        #expect(wall.step(utc: 4_102_444_800, at: 5000) == 2_302_444_800)
        #expect(Sentences.clockStep(-120).contains("2 minutes back"))
        #expect(Sentences.clockStep(45).contains("45 seconds forward"))
    }

    @Test func `use moves the idle time on, never the absolute one`() {
        var clock = LockClock(idle: 60, absolute: 100, at: 0)
        clock.usedAt = 59_999
        #expect(clock.isOver(at: 60_000) == nil)
        #expect(clock.deadline == 100_000)
        clock.usedAt = 99_999
        #expect(clock.isOver(at: 100_000) == .absolute)
    }

    @Test(arguments: [(0, 0), (0, 100), (60, 0)] as [(UInt32, UInt32)])
    func `zero is never`(_ idle: UInt32, _ absolute: UInt32) {
        let clock = LockClock(idle: idle, absolute: absolute, at: 0)
        #expect(
            clock.deadline
                == [idle, absolute].filter { $0 > 0 }.map { Monotonic(milliseconds: UInt64($0) * 1000) }.min())
        let end = clock.isOver(at: 3_600_000_000)
        #expect(end == (absolute > 0 ? .absolute : idle > 0 ? .idle : nil))
        #expect(clock.left(at: 0) == (idle, absolute))
    }

    @Test func `seconds left are rounded up and never go below zero`() {
        let clock = LockClock(idle: 60, absolute: 100, at: 0)
        #expect(clock.left(at: 0) == (60, 100))
        #expect(clock.left(at: 1) == (60, 100))
        #expect(clock.left(at: 1000) == (59, 99))
        #expect(clock.left(at: 59_999) == (1, 41))
        #expect(clock.left(at: 60_000) == (0, 40))
        #expect(clock.left(at: hour) == (0, 0))
    }

    @Test func `the longest times do not overflow`() {
        let late = Monotonic(milliseconds: 1 << 60)
        let clock = LockClock(idle: .max, absolute: .max, at: late)
        #expect(clock.deadline == late + UInt64(UInt32.max) * 1000)
        #expect(clock.isOver(at: late) == nil)
        #expect(clock.left(at: late) == (.max, .max))
        #expect(!clock.isOver(lifetime: .max, at: late))
    }

    @Test func `a lifetime counts from the unlock, whatever is used meanwhile`() {
        var clock = LockClock(idle: 60, absolute: 100, at: 5000)
        clock.usedAt = 14_000
        #expect(!clock.isOver(lifetime: 10, at: 14_999))
        #expect(clock.isOver(lifetime: 10, at: 15_000))
        #expect(!clock.isOver(lifetime: 0, at: Monotonic(milliseconds: .max)))
    }
}
