import Testing

extension ListenerTests {
    /// Security keys in the running agent, without the listeners.
    @Suite
    struct KeyTests {
        @Test func `What keys sign at each transport, and what they do not`() async throws {
            try await Script("keys.py").run()
        }

        @Test func `A PIN is counted before it is checked, and worth a token for one thing`() async throws {
            try await Script("pins.py").run()
        }

        @Test func `What the owner has said takes the passphrase is given to no program`() async throws {
            try await Script("verify.py").run()
        }

        @Test func `Whoever asks cannot say yes, and every no ends it on both sides`() async throws {
            try await Script("key_consent.py").run()
        }

        @Test func `Passkeys of other programs come in, sign, and go out again`() async throws {
            try await Script("passkeys.py").run()
        }

        @Test(arguments: ["secret", "shielded"])
        func `After each request no secret of a key is found in memory`(_ memory: String) async throws {
            try await Script("key_memory.py").run(memory)
        }

        @Test func `Backups do not change what a key is, and only a verified one says that it is in them`() async throws
        {
            try await Script("key_life.py").run()
        }

        @Test func `A script gets a person's yes, which anybody can check, and keys are listed and named`() async throws
        {
            try await Script("key_command.py").run()
        }
    }
}
