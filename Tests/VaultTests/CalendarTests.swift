import Testing

@testable import Vault

/// The time by which things are wiped.
@Suite struct CalendarTests {
    private let day: UInt64 = 86_400
    private let start: UInt64 = 1_800_000_000

    /// The time after saves at these moments.
    private func time(_ saves: [UInt64]) -> UInt64 {
        var (calendar, last) = (saves[0], saves[0])
        for save in saves {
            calendar = Calendar.time(after: calendar, last, at: save)
            last = save
        }
        return calendar
    }

    @Test func `saves near each other take it along with the clock`() {
        let saves = (0..<2000).map { start + UInt64($0) * 3600 }
        #expect(time(saves) == saves.last)
    }

    @Test func `a clock that jumps takes it nowhere, to and fro, however often`() {
        for leap in [4 * day, 400 * day, 40_000 * day] {
            #expect(time([start, start + leap]) == start)
            #expect(time([start, start + leap, start]) == start)
            #expect(time([start, 0, start]) <= start)
            // Saves under the wrong clock vouch for no more than twice the time between them.
            #expect(time([start, start + leap, start + leap + 60]) == start + 120)
            let jumps = (0..<1000).flatMap { [start + leap + UInt64($0), start + UInt64($0)] }
            #expect(time(jumps) <= start + 4000)
        }
    }

    @Test func `it never goes on by more than a day with one save, and never past the clock`() {
        var generator = SeededGenerator(state: 7)
        var (calendar, last) = (start, start)
        for _ in 0..<20_000 {
            let save = UInt64.random(in: start - 10 * day...start + 1000 * day, using: &generator)
            let next = Calendar.time(after: calendar, last, at: save)
            #expect(next <= save && next <= calendar + day)
            (calendar, last) = (next, save)
        }
    }

    @Test func `where it lags behind it catches up`() {
        let away = start + 60 * day
        let saves = [start] + (0...240).map { away + UInt64($0) * day / 4 }
        #expect(time(saves) == saves.last)
    }
}
