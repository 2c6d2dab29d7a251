import Testing

@testable import Vault

@Suite struct RetentionTests {
    private let hour: UInt64 = 3600
    private let day: UInt64 = 86400
    /// Noon of a day, so that an hour more or less is the same day.
    private let now: UInt64 = 20_000 * 86400 + 43200

    private func generations(_ times: [UInt64]) -> [Generation] {
        times.enumerated().map { Generation(number: UInt64($0.offset) + 1, utc: $0.element) }
    }

    // MARK: - Names

    @Test(
        arguments: [
            (0, 0, "vault-0000000000-19700101T000000Z.age"),
            (41, 1_767_323_045, "vault-0000000041-20260102T030405Z.age"),
            (1, 951_827_696, "vault-0000000001-20000229T123456Z.age"),
            (12_345_678_901, 4_107_542_399, "vault-12345678901-21000228T235959Z.age"),
            (.max, 253_402_300_799, "vault-18446744073709551615-99991231T235959Z.age"),
        ] as [(UInt64, UInt64, String)])
    func `a copy's name has its number and time, and gives them back`(number: UInt64, utc: UInt64, name: String) {
        let generation = Generation(number: number, utc: utc)
        #expect(generation.name == name)
        #expect(Generation(name: name) == generation)
    }

    @Test func `every day of four centuries has a name of its own that is read back`() {
        var names: Set<String> = []
        for day in 0..<UInt64(146_097) {
            let generation = Generation(number: 1, utc: day * 86400 + 86399)
            names.insert(generation.name)
            if Generation(name: generation.name) != generation { Issue.record("\(generation.name)") }
        }
        #expect(names.count == 146_097)
    }

    @Test(arguments: [
        "", "vault.age", "vault-.age", "vault-1-20260102T030405Z.age", "vault-0000000041-20260231T030405Z.age",
        "vault-0000000041-20260102T030460Z.age", "vault-0000000041-20260102T240000Z.age",
        "vault-0000000041-20261302T030405Z.age", "vault-0000000041-20260100T030405Z.age",
        "vault-0000000041-19691231T235959Z.age", "vault-+000000041-20260102T030405Z.age",
        "vault-0000000041-20260102T+30405Z.age", "vault-0000000041-20260102T030405Z.age~",
        "vault-00000000041-20260102T030405Z.age", "vault-99999999999999999999-20260102T030405Z.age",
        "xvault-0000000041-20260102T030405Z.age", "vault-0000000041-20260102T030405z.age",
        "vault-0000000041-00000000T000000Z.age", "vault-0000000041-2026010２T30405Z.age",
    ])
    func `other names are no copies`(name: String) { #expect(Generation(name: name) == nil) }

    @Test func `a time past the year 9999 becomes its last second`() {
        #expect(Generation(number: 1, utc: .max).name == "vault-0000000001-99991231T235959Z.age")
    }

    // MARK: - What is kept

    @Test func `none of ten copies goes, whatever its age`() {
        let all = generations((1...10).map { $0 * 1000 })
        #expect(Retention.kept(of: all, at: now) == Set(all))
        #expect(Retention.kept(of: [], at: now).isEmpty)
    }

    @Test func `of old copies the last ten stay`() {
        let all = generations((1...40).map { $0 * 1000 })
        #expect(Retention.kept(of: all, at: now) == Set(all.suffix(10)))
        #expect(Retention.kept(of: all.reversed(), at: now) == Set(all.suffix(10)))
    }

    @Test func `the newest copy of each of 48 hours stays`() {
        // Four an hour for 60 hours.
        let all = generations((0..<240).map { now - 60 * hour + $0 * 900 })
        let kept = Retention.kept(of: all, at: now)
        for back in 1...47 as ClosedRange<UInt64> {
            let ofHour = all.filter { $0.utc / hour == now / hour - back }
            #expect(ofHour.count == 4)
            #expect(ofHour.filter(kept.contains).contains { $0.utc == ofHour[3].utc })
        }
        let recent = all.filter { $0.utc >= now - 47 * hour && $0.utc < now - 3 * hour }
        #expect(recent.filter(kept.contains).count == 44)
        // The 49th hour back is kept only by its day.
        #expect(kept.filter { $0.utc / hour == now / hour - 48 }.isEmpty)
    }

    @Test func `the newest copy of each of 30 days stays`() {
        // One every six hours for 40 days.
        let all = generations((0..<160).map { now - 40 * day + $0 * 6 * hour })
        let kept = Retention.kept(of: all, at: now)
        for back in 3...29 as ClosedRange<UInt64> {
            let ofDay = all.filter { $0.utc / day == now / day - back }
            #expect(ofDay.filter(kept.contains) == ofDay.suffix(1))
        }
        #expect(!kept.contains { $0.utc / day <= now / day - 30 })
    }

    @Test func `a burst of saves drives out nothing that stands for another hour or day`() {
        let history = generations((0..<960).map { now - 40 * day + $0 * hour })
        let before = Retention.kept(of: history, at: now)
        var held = before
        // A save each second for an hour, pruned after each.
        for second in 0..<hour {
            held.insert(Generation(number: 1000 + second, utc: now + second))
            held = Retention.kept(of: Array(held), at: now + second)
        }
        // The last ten before the burst may go, unless an hour or a day holds them.
        let slots = Retention.kept(
            of: history + generations((0..<10).map { now + $0 }).map { .init(number: $0.number + 1000, utc: $0.utc) },
            at: now + hour - 1)
        #expect(before.filter { slots.contains($0) }.isSubset(of: held))
        #expect(history.filter { $0.utc >= now - 47 * hour }.allSatisfy(held.contains))
        #expect(held.count < before.count + 12)
        #expect(held.contains(Generation(number: 1000 + hour - 1, utc: now + hour - 1)))
    }

    @Test func `pruning again at the same time removes nothing more`() {
        let all = generations((0..<500).map { now - 40 * day + $0 * 7001 })
        let kept = Retention.kept(of: all, at: now)
        #expect(Retention.kept(of: Array(kept), at: now) == kept)
    }

    @Test func `after a clock set back the last saves stay, and so do copies from the future`() {
        let future = generations((0..<20).map { now + 10 * day + $0 * day })
        let past = (0..<20 as Range<UInt64>).map { Generation(number: 100 + $0, utc: now + $0) }
        let kept = Retention.kept(of: future + past, at: now + 20)
        #expect(Set(past.suffix(10)).isSubset(of: kept))
        #expect(Set(future).isSubset(of: kept))
    }

    @Test func `after an old vault was put back the last saves stay, whose numbers are lower`() {
        let high = (0..<20 as Range<UInt64>).map { Generation(number: 1000 + $0, utc: 1000 + $0) }
        let low = (0..<20 as Range<UInt64>).map { Generation(number: 5 + $0, utc: 2000 + $0) }
        let kept = Retention.kept(of: high + low, at: now)
        #expect(kept == Set(high.suffix(10) + low.suffix(10)))
    }
}
