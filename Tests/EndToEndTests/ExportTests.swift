import Testing

extension EndToEndTests {
    /// `fob export`, and what other programs make of it.
    @Suite
    struct ExportTests {
        @Test func `Every format is written whole or not at all, and other programs read it`() async throws {
            try await Script("export.py").run(seconds: 120)
        }
    }
}
