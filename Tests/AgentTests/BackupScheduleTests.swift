import Testing

@testable import Agent

/// When backups are sealed, by a clock that the test turns.
@Suite struct BackupScheduleTests {
    @Test func `half a minute after the last change`() {
        var schedule = BackupSchedule()
        #expect(schedule.deadline == nil && !schedule.isDue)
        schedule.changed(at: 1000)
        #expect(schedule.deadline == 31_000)
        schedule.changed(at: 20_000)
        #expect(schedule.deadline == 50_000)
        schedule.begun()
        #expect(schedule.deadline == nil)
    }

    @Test func `ten minutes after the first one at the latest`() {
        var schedule = BackupSchedule()
        for now in stride(from: UInt64(0), through: 3_600_000, by: 5000) {
            schedule.changed(at: Monotonic(milliseconds: now))
            #expect(schedule.deadline.map { $0 <= 600_000 } == true)
        }
    }

    @Test func `a change during sealing is for the next one`() {
        var schedule = BackupSchedule()
        schedule.changed(at: 0)
        schedule.begun()
        schedule.changed(at: 30_100)
        schedule.succeeded()
        #expect(schedule.isDue && schedule.deadline == 60_100)
    }

    @Test func `after a failure it waits, and then tries again without a change`() {
        var schedule = BackupSchedule()
        schedule.changed(at: 0)
        schedule.begun()
        schedule.failed(at: 31_000)
        #expect(schedule.deadline == 631_000)
        schedule.begun()
        schedule.succeeded()
        schedule.changed(at: 700_000)
        #expect(schedule.deadline == 730_000)
    }
}
