import Testing

extension EndToEndTests {
    /// fob-session, with a logind and a desktop that do as they are told.
    @Suite
    struct SessionTests {
        @Test func `The vault is locked before the machine sleeps and with the session`() async throws {
            try await Script("session.py").run()
        }
    }
}
