import Testing

extension ListenerTests {
    /// The service that plugs security keys in, with a kernel that a script plays; `make test-vm` has a real one.
    @Suite
    struct UserHIDTests {
        @Test func `One key for each user, reports both ways and nothing else`() async throws {
            try await Script("uhid.py").run()
        }
    }
}
