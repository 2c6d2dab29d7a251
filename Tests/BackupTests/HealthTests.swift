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
        state.files[Self.name] = DestinationState.Shipped(hash: "00", size: 1, shipped: success, verified: verified)
        return state
    }

    @Test func `verified, shipped, failing`() {
        #expect(state(success: Self.now, verified: Self.now).health(unshipped: nil, at: Self.now) == .verified)
        #expect(state(success: Self.now).health(unshipped: nil, at: Self.now) == .shipped)
        var failing = state(success: Self.now, verified: Self.now)
        failing.failure = Self.now
        #expect(failing.health(unshipped: nil, at: Self.now) == .failing)
        #expect(DestinationState(added: Self.now).health(unshipped: nil, at: Self.now) == .failing)
    }

    @Test func `stale after a week, or after a day with a change that is not there`() {
        let good = state(success: Self.now - 7 * Self.day, verified: 1)
        #expect(good.health(unshipped: nil, at: Self.now) == .verified)
        #expect(good.health(unshipped: nil, at: Self.now + 1) == .stale)
        let recent = state(success: Self.now, verified: 1)
        #expect(recent.health(unshipped: Self.now - Self.day, at: Self.now) == .verified)
        #expect(recent.health(unshipped: Self.now - Self.day - 1, at: Self.now) == .stale)
        // One that has never worked.
        #expect(DestinationState(added: Self.now).health(unshipped: nil, at: Self.now + 8 * Self.day) == .stale)
    }

    @Test func `a clock that went back makes nothing stale, and nothing crash`() {
        #expect(state(success: Self.now, verified: 1).health(unshipped: Self.now, at: 5) == .verified)
    }

    @Test func `what is unshipped is what is newer than all that is there, by sequence`() {
        let late = BackupName(vault: "a0a1a2a3", utc: 5, sequence: 8)
        let names = [BackupName(vault: "a0a1a2a3", utc: 1, sequence: 6), Self.name, late]
        #expect(Shipment.unshipped(names, state(success: 1)) == 5)
        #expect(Shipment.unshipped(Array(names.prefix(2)), state(success: 1)) == nil)
        #expect(Shipment.unshipped(names, DestinationState(added: 0)) == 1)
    }
}
