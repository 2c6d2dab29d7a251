import Testing

/// Servers that keep backups: real ones, and what they do wrong. Most of the time is theirs.
@Suite(.serialized)
struct ServerTests {
    @Test(arguments: ["ftp", "crypt", "union", "here", "current", "slow", "lossy", "lying"])
    func `real servers keep backups whatever they are, and what they say is looked at`(_ part: String) async throws {
        try await Script("remotes.py").run(part, seconds: 300)
    }

    @Test(arguments: ["answers", "tokens", "listings", "midst", "certificate", "any"])
    func `what servers do wrong is told with its cause, and nothing is lost by it`(_ part: String) async throws {
        try await Script("server_faults.py").run(part, seconds: 600)
    }
}
