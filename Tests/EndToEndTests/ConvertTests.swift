import Testing

extension EndToEndTests {
    /// `fob-convert`, which reads what strangers wrote.
    @Suite
    struct ConvertTests {
        @Test func `It keeps to the frames, and its sandbox holds`() async throws {
            try await Script("convert.py").run(seconds: 60)
        }
    }
}
