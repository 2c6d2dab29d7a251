import Testing

extension EndToEndTests {
    /// `fob-convert`, which reads what strangers wrote.
    @Suite
    struct ConvertTests {
        @Test func `It keeps to the frames, and its sandbox holds`() async throws {
            try await Script("convert.py").run(seconds: 60)
        }

        @Test func `What it has read and written with is nowhere when it ends`() async throws {
            try await Script("convert_memory.py").run()
        }
    }
}
