import Foundation
import Testing

extension EndToEndTests {
    /// The vault's file between runs of the agent: what is acknowledged lasts, what is damaged is refused, what was
    /// added gives its codes for ever. All of it, not a sample, with `FOB_FULL=1`.
    @Suite
    struct VaultFileTests {
        private static let isFull = ProcessInfo.processInfo.environment["FOB_FULL"] == "1"

        @Test func `no acknowledged change is lost, whatever call of a save kills the agent or fails`() async throws {
            try await Script("durability.py").run(seconds: Self.isFull ? 1200 : Script.patience)
        }

        @Test func `damaged, foreign and newer vaults are refused, and those put back are told of`() async throws {
            try await Script("damage.py").run(seconds: Self.isFull ? 1200 : Script.patience)
        }

        @Test func `accounts from URIs give the codes of oathtool, and published vectors come out`() async throws {
            try await Script("vectors.py").run()
        }

        @Test func `another program computes the examples of fob-recovery(7)`() async throws {
            try await Script("recovery_vectors.py").run()
        }

        @Test func `what past releases have written opens, merges, restores and is written as before`() async throws {
            try await Script("../../Vectors/check.py").run()
        }

        @Test func `10,000 accounts fit the usual limit of locked memory, 1,000 take less than 1 MiB`() async throws {
            try await Script("sizes.py").run()
        }

        @Test func `vaults and exports open with the stock age program`() async throws {
            try await Script("with_age.py").run()
        }
    }
}
