import Testing

extension EndToEndTests {
    /// fob-session, with a logind and a desktop that do as they are told.
    @Suite
    struct SessionTests {
        @Test func `The vault is locked before the machine sleeps and with the session`() async throws {
            try await Script("session.py").run()
        }

        @Test func `Codes that come by message are for their very site; a lost line is told of`() async throws {
            try await Script("number_codes.py").run()
        }
    }
}
