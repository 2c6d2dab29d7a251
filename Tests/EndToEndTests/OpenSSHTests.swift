import Testing

extension ListenerTests {
    /// Security keys for ssh, by both transports.
    @Suite
    struct OpenSSHTests {
        @Test func `The front services let in whom they should, as many as there is room for`() async throws {
            try await Script("listeners.py").run()
        }

        @Test func `OpenSSH logs in, signs and commits with keys of the agent, through the socket and the provider`()
            async throws
        {
            try await Script("openssh.py").run()
        }

        @Test func `The user's own agent goes on beside fob, which offers its keys behind its own`() async throws {
            try await Script("upstream.py").run()
        }

        @Test func `A hostile host behind a forwarded agent is named, and nothing is remembered for it`() async throws {
            try await Script("forwarded.py").run()
        }

        @Test func `A forwarded socket gives what is tagged for it, each after a question that names the host`()
            async throws
        {
            try await Script("forwarded_socket.py").run()
        }

        @Test func `A login with the passphrase as its password opens the vault, and waits for nothing`() async throws {
            try await Script("pam.py").run()
        }

        @Test func `The provider gives OpenSSH what it wants and is not led astray by broken replies`() async throws {
            try await Script("provider.py").run()
        }
    }
}
