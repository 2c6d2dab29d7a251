import Platform
import Testing
import Wire

@testable import Backup

/// When a backup counts, and when it is stale.
@Suite struct HealthTests {
    private static let day: UInt64 = 86_400
    private static let now: UInt64 = 1_900_000_000
    private static let name = BackupName(vault: "a0a1a2a3", utc: now - 100, sequence: 7)

    private func state(success: UInt64, verified: UInt64 = 0) -> DestinationState {
        var state = DestinationState(added: Self.now - 100 * Self.day)
        state.success = success
        state.files[Self.name] = DestinationState.Shipped(hash: "00", size: 1, uploaded: success, verified: verified)
        return state
    }

    @Test func `verified, uploaded, failing`() {
        #expect(state(success: Self.now, verified: Self.now).health(notUploaded: nil, at: Self.now) == .verified)
        #expect(state(success: Self.now).health(notUploaded: nil, at: Self.now) == .uploaded)
        var failing = state(success: Self.now, verified: Self.now)
        failing.failure = Self.now
        #expect(failing.health(notUploaded: nil, at: Self.now) == .failing)
        #expect(DestinationState(added: Self.now).health(notUploaded: nil, at: Self.now) == .failing)
    }

    @Test func `stale after a week, or after a day with a change that is not there`() {
        let good = state(success: Self.now - 7 * Self.day, verified: 1)
        #expect(good.health(notUploaded: nil, at: Self.now) == .verified)
        #expect(good.health(notUploaded: nil, at: Self.now + 1) == .stale)
        let recent = state(success: Self.now, verified: 1)
        #expect(recent.health(notUploaded: Self.now - Self.day, at: Self.now) == .verified)
        #expect(recent.health(notUploaded: Self.now - Self.day - 1, at: Self.now) == .stale)
        // One that has never worked.
        #expect(DestinationState(added: Self.now).health(notUploaded: nil, at: Self.now + 8 * Self.day) == .stale)
    }

    @Test func `a clock that went back makes nothing stale, and nothing crash`() {
        #expect(state(success: Self.now, verified: 1).health(notUploaded: Self.now, at: 5) == .verified)
    }

    @Test func `what is notUploaded is what is newer than all that is there, by sequence`() {
        let late = BackupName(vault: "a0a1a2a3", utc: 5, sequence: 8)
        let names = [BackupName(vault: "a0a1a2a3", utc: 1, sequence: 6), Self.name, late]
        #expect(Upload.notUploaded(names, state(success: 1)) == 5)
        #expect(Upload.notUploaded(Array(names.prefix(2)), state(success: 1)) == nil)
        #expect(Upload.notUploaded(names, DestinationState(added: 0)) == 1)
    }

    @Test func `what fails is tried again later and later, until an hour lies between, and no clock stops that`() {
        var state = state(success: Self.now)
        (state.attempt, state.failure) = (Self.now, Self.now)
        var pauses: [UInt64] = []
        for failures: UInt64 in 1...70 {
            state.failures = failures
            let first = (0...7200).first { !state.isPausing(at: Self.now + $0) }
            pauses.append(first ?? .max)
        }
        #expect(pauses.prefix(4) == [570, 1170, 2370, 3570] && Set(pauses.dropFirst(3)) == [3570])
        // The clock went back after the attempt.
        #expect(!state.isPausing(at: Self.now - 1) && !state.isPausing(at: 0))
        // What works, and what a release before this one has noted.
        state.failures = 0
        #expect(!state.isPausing(at: Self.now))
        (state.failures, state.failure) = (3, 0)
        #expect(!state.isPausing(at: Self.now))
    }
}
