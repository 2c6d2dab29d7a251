import Testing

extension EndToEndTests {
    /// `fob import`, from files of other authenticators to accounts.
    @Suite
    struct ImportTests {
        @Test func `What is shown before is what comes in, all or nothing, and can be undone`() async throws {
            try await Script("import.py").run(seconds: 120)
        }

        @Test func `Files of every kind come in whole, several at once, and what is none is called by its name`()
            async throws
        {
            try await Script("incoming.py").run(seconds: 180)
        }

        @Test func `Files as the programs of today write them come in whole`() async throws {
            try await Script("as_written.py").run(seconds: 180)
        }

        @Test func `What is loose in a file of people costs no account that it does not hold`() async throws {
            try await Script("loose.py").run(seconds: 180)
        }

        @Test func `A converter that dies or lies changes nothing, nor an agent that is killed`() async throws {
            try await Script("import_faults.py").run(seconds: 120)
        }

        @Test func `What does not fit into lockable memory comes in with a warning, or is refused with the reason`()
            async throws
        {
            try await Script("import_memory.py").run(seconds: 120)
        }
    }
}
