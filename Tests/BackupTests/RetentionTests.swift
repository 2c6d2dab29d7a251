import Platform
import Testing

@testable import Backup

/// What a destination keeps, over thousands of made-up histories.
@Suite struct RetentionTests {
    private static let now: UInt64 = 1_900_000_000

    /// Numbers that are the same in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            // SplitMix64.
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    /// A history: accounts come and go, clocks are mostly right, some backups are unknown or never verified.
    private func history(_ numbers: inout Numbers) -> [BackupRetention.Candidate] {
        var accounts: Set<UInt64> = [1]
        var time = Self.now - UInt64.random(in: 0...500, using: &numbers) * 86_400
        var backups: [BackupRetention.Candidate] = []
        for sequence in 1...UInt64.random(in: 1...80, using: &numbers) {
            if Bool.random(using: &numbers) { accounts.insert(.random(in: 1...12, using: &numbers)) }
            if Int.random(in: 0..<5, using: &numbers) == 0 { accounts.remove(.random(in: 1...12, using: &numbers)) }
            time += UInt64.random(in: 30...(8 * 86_400), using: &numbers)
            let wrong = Int.random(in: 0..<20, using: &numbers) == 0 ? UInt64(400 * 86_400) : 0
            backups.append(
                BackupRetention.Candidate(
                    BackupName(vault: "a0a1a2a3", utc: time - wrong, sequence: sequence),
                    accounts: Int.random(in: 0..<15, using: &numbers) == 0 ? nil : accounts,
                    isVerified: Int.random(in: 0..<4, using: &numbers) > 0))
        }
        return backups.shuffled(using: &numbers)
    }

    @Test func `what is removed is known, followed by a verified one, and holds nothing that the rest lacks`() {
        var numbers = Numbers(state: 4)
        var removedSome = false
        for _ in 0..<3000 {
            let backups = history(&numbers)
            let removed = BackupRetention.removable(of: backups, at: Self.now)
            let kept = backups.filter { !removed.contains($0.name) }
            let newestVerified = backups.filter(\.isVerified).map(\.name).max()
            for backup in backups where removed.contains(backup.name) {
                removedSome = true
                #expect(backup.accounts != nil)
                #expect(newestVerified.map { backup.name < $0 } == true)
                // In one that opens, and that is no older.
                for account in backup.accounts ?? [] {
                    #expect(
                        kept.contains {
                            $0.isVerified && backup.name < $0.name && $0.accounts?.contains(account) == true
                        })
                }
            }
            if let newest = backups.map(\.name).max() { #expect(!removed.contains(newest)) }
            // Doing it again changes nothing.
            #expect(BackupRetention.removable(of: kept, at: Self.now).isEmpty)
        }
        #expect(removedSome)
    }

    @Test func `a year of hourly backups leaves a day's worth, and one for each day, week and month`() {
        let hours: UInt64 = 400 * 24
        let backups = (0..<hours).map { hour in
            BackupRetention.Candidate(
                BackupName(vault: "a0a1a2a3", utc: Self.now - (hours - 1 - hour) * 3600, sequence: hour + 1),
                accounts: [1, 2], isVerified: true)
        }
        let kept = hours - UInt64(BackupRetention.removable(of: backups, at: Self.now).count)
        // 20 of the last day; days, weeks and months share some of theirs.
        #expect((40...54).contains(kept))
    }

    @Test func `an account that was removed keeps the last backup that has it`() {
        let old = BackupRetention.Candidate(
            BackupName(vault: "a0a1a2a3", utc: Self.now - 900 * 86_400, sequence: 1), accounts: [1, 2],
            isVerified: true)
        let new = BackupRetention.Candidate(
            BackupName(vault: "a0a1a2a3", utc: Self.now, sequence: 2), accounts: [1], isVerified: true)
        #expect(BackupRetention.removable(of: [old, new], at: Self.now).isEmpty)
        let both = BackupRetention.Candidate(new.name, accounts: [1, 2], isVerified: true)
        #expect(BackupRetention.removable(of: [old, both], at: Self.now) == [old.name])
        let unseen = BackupRetention.Candidate(new.name, accounts: [1, 2], isVerified: false)
        #expect(BackupRetention.removable(of: [old, unseen], at: Self.now).isEmpty)
    }

    @Test func `names have one spelling`() {
        let name = BackupName(vault: "a0a1a2a3", utc: 1_893_456_000, sequence: 41)
        #expect(name.description == "fob-a0a1a2a3-20300101T000000Z-41.age")
        #expect(BackupName(name.description) == name)
        for wrong in [
            "fob-a0a1a2a3-20300101T000000Z-041.age", "fob-A0A1A2A3-20300101T000000Z-41.age",
            "fob-a0a1a2a3-20300231T000000Z-41.age", "fob-a0a1a2a3-20300101T000000Z-41.age.partial",
            "fob-a0a1a2a3-20300101T000000Z.age", "vault.age", "", "fob-a0a1a2a3-20300101T000060Z-41.age",
        ] { #expect(BackupName(wrong) == nil, "\(wrong)") }
    }
}
