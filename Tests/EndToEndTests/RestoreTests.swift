import Testing

extension EndToEndTests {
    /// A machine is lost, and a backup comes back.
    @Suite struct RestoreTests {
        @Test func `a backup comes back by passphrase and identity, whole, in its order, and can be undone`()
            async throws
        {
            try await Script("restore.py").run()
        }

        @Test func `a restore is whole or absent, whatever call of it kills the agent or fails`() async throws {
            try await Script("restore_faults.py").run()
        }
    }
}
