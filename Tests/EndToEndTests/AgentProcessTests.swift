import Testing

extension EndToEndTests {
    /// The running agent, driven through its protocol by scripts that know nothing else of it.
    ///
    /// One after the other: several compare times, or count what a process uses.
    @Suite
    struct AgentProcessTests {
        @Test func `A client written from the manual page alone opens the vault and gets a code`() async throws {
            try await Script("first_steps.py").run()
        }

        @Test func `What the manual page says besides the bytes is what the agent does`() async throws {
            try await Script("page_truth.py").run()
            try await Script("message_table.py").run()
        }

        @Test func `After each request no secret is found in memory, with memfd_secret`() async throws {
            try await Script("memory_scan.py").run("secret")
        }

        @Test func `Without it no secret is found either, the locked region included`() async throws {
            try await Script("memory_scan.py").run("shielded")
        }

        @Test(arguments: ["ssh-agent", "gpg-agent"])
        func `The same scan finds nothing in other agents`(_ agent: String) async throws {
            try await Script("memory_peers.py").run(agent)
        }

        @Test func `A crash prints nothing, dumps nothing and runs nothing`() async throws {
            try await Script("crash.py").run()
        }

        @Test func `Nothing is inherited, and other processes of the user are kept out`() async throws {
            try await Script("hygiene.py").run()
        }

        @Test func `Agent, listeners and device service lock themselves in, however they were started`() async throws {
            try await Script("confinement.py").run()
        }

        @Test func `Every program lies elsewhere in memory at each start, with read-only tables`() async throws {
            try await Script("executables.py").run()
        }

        @Test func `A code that is only counted costs one file, and the start waits for no other process`() async throws
        {
            try await Script("costs.py").run()
        }

        @Test func `A thousand connections, most of them slow, deaf or mad, leave the others right codes`() async throws
        {
            try await Script("load.py").run()
        }

        @Test func `With too few descriptors the agent neither ends nor spins, and accepts again`() async throws {
            try await Script("load.py").run("1024")
        }

        @Test(arguments: ["secret", "shielded"])
        func `With little memory to lock, what fits goes on and can be opened again`(_ memory: String) async throws {
            try await Script("memory_limit.py").run(memory)
        }

        @Test func `What is too large, malformed or out of turn is refused and costs nobody else`() async throws {
            try await Script("limits.py").run()
        }

        @Test func `Nobody waits for derivations, wrong passphrases or saves of others`() async throws {
            try await Script("waiting.py").run()
        }

        @Test func `Whoever takes the socket's name gets no secret, and the agent makes the name anew`() async throws {
            try await Script("real_agent.py").run()
        }

        @Test func `Socket activation, readiness, watchdog, and going into the background`() async throws {
            try await Script("service.py").run()
        }

        @Test func `What needs the owner waits for somebody else's yes`() async throws {
            try await Script("consent.py").run()
        }
    }

    /// What takes its time by waiting for it, all at once.
    @Suite
    struct AgentPatienceTests {
        @Test func `Locks by time, request and signal; half a frame ends; silence is a no after a minute`() async throws
        {
            async let locks: Void = Script("locking.py").run()
            async let halves: Void = Script("limits.py").run("deadlines")
            async let silence: Void = Script("consent.py").run("deadline")
            async let untouched: Void = Script("ctap.py").run("deadline")
            async let keys: Void = Script("key_consent.py").run("deadline")
            _ = try await (locks, halves, silence, untouched, keys)
        }
    }
}
