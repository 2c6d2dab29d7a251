import Testing

extension PlaceTests {
    /// The window of the desktop, on an X server without a screen; the rest is `make test-desktop`.
    @Suite
    struct DesktopTests {
        @Test func `A vault is made, unlocked and gives a code, and no secret comes into the window`() async throws {
            try await Script("desktop.py").run("smoke")
        }

        @Test func `Every sentence of the window is there in Japanese`() async throws {
            try await Script("sentences.py").run()
        }
    }
}
