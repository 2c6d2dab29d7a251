import Testing

extension ListenerTests {
    /// fob as a security key of FIDO2 and U2F, over the CTAP transport.
    @Suite
    struct SecurityKeyTests {
        @Test func `Every question of the CTAP transport is answered by somebody else, and each end has its status`()
            async throws
        {
            try await Script("ctap.py").run()
        }

        @Test func `python-fido2 and py_webauthn accept what fob signs`() async throws {
            try await Script("fido.py").run()
        }

        @Test func `A client sees at the edges what CTAP says, and a person is asked first or not at all`()
            async throws
        {
            try await Script("fido_edges.py").run()
        }

        @Test func `The published examples are what other programs verify`() async throws {
            try await Script("fido_fixtures.py").run()
        }

        @Test func `fob-browser gives pages their own keys, and nobody else's`() async throws {
            try await Script("browser_host.py").run()
        }

        @Test func `libfido2 accepts what fob signs`() async throws { try await Script("libfido2.py").run() }

        @Test func `A hardware key opens the vault when the passphrase is forgotten, and a removed one nothing new`()
            async throws
        {
            try await Script("hardware.py").run("open")
        }

        @Test func `A hardware key fails in many ways, each with its sentence and status`() async throws {
            try await Script("hardware.py").run("failures")
        }

        @Test func `The machine opens the vault by a sealed key, which proves nothing and ends when it is removed`()
            async throws
        {
            try await Script("machine.py").run()
        }

        @Test func `The program that speaks to hardware keys gets out of nothing`() async throws {
            try await Script("hardware.py").run("program")
        }

        @Test func `A hardware key brings a backup back on an empty machine`() async throws {
            try await Script("hardware.py").run("restore")
        }

        @Test func `While a hardware key waits to be touched its PIN is in no memory that can be read`() async throws {
            try await Script("hardware.py").run("memory")
        }
    }
}
