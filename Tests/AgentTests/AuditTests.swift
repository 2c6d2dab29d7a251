import Platform
import Testing
import Wire

@testable import Agent

@Suite struct AuditTests {
    private func line(_ sequence: String) -> [UInt8] {
        Array("\(sequence) 1700000000 agent.start - done pid=1 exe=- tty=- ".utf8)
            + [UInt8](repeating: UInt8(ascii: "a"), count: 64) + [UInt8(ascii: "\n")]
    }

    @Test func `a chain goes on from its last line`() throws {
        var chain = AuditChain()
        var lines: [UInt8] = []
        for seconds in UInt64(1)...3 {
            chain.append(.code, account: nil, outcome: .done, caller: Array("pid=1".utf8), at: seconds, to: &lines)
            lines.append(contentsOf: "-\n".utf8)
        }
        #expect(AuditChain(lastLineOf: lines.span) == chain)
        #expect(chain.sequence == 3)
    }

    @Test(arguments: ["18446744073709551615", "18446744073709551616", "9300000000000000000", "", "x"])
    func `a number that the next line could not follow is damage`(_ sequence: String) {
        #expect(AuditChain(lastLineOf: line(sequence).span) == nil)
    }

    @Test func `a question's way is in the log, and nothing of it can pass for another part of the line`() {
        var challenge = Challenge()
        challenge.host = ChallengeHost(.proved, fingerprint: "SHA256:x", name: "inner.test")
        challenge.isForwarded = true
        challenge.hops = [ChallengeHost(.claimed, fingerprint: "", name: "far.test"), ChallengeHost()]
        challenge.moreHops = 3
        challenge.dataHash = Digest(.init(repeating: 0xab))
        challenge.programs = ["ssh", "my shell", "x"].map { ChallengeProgram(processID: 1, name: $0, executable: "") }
        #expect(
            AuditDetail.of(challenge).map(\.word) == [
                "host=inner.test", "through=far.test?,?,+3", "data=" + String(repeating: "ab", count: 32),
                "under=my%20shell,x",
            ])
        #expect(AuditDetail.of(Challenge()).isEmpty)
        let hostile = "a b\n1 2 c=d,e?+9\u{202E}\0" + String(repeating: "x", count: 500)
        challenge.host = ChallengeHost(.claimed, fingerprint: hostile, name: hostile)
        challenge.hops = [ChallengeHost(.proved, fingerprint: hostile, name: "")]
        challenge.programs = [ChallengeProgram(), ChallengeProgram(processID: 1, name: hostile, executable: "")]
        for detail in AuditDetail.of(challenge) {
            let value = detail.word.drop { $0 != "=" }.dropFirst()
            #expect(
                value.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !value.contains("=")
                    && value.utf8.count <= 3 * 64 + 4)
            if case .through = detail { #expect(value.hasSuffix(",+3") && value.filter { $0 == "," }.count == 1) }
            if case .under = detail { #expect(!value.contains(",") && !value.contains("?")) }
        }
    }

    @Test func `a rotation that stopped after its first step goes on with the next lines`() throws {
        let directory = try ScratchDirectory()
        var log = try AuditFile("audit", in: directory.open(), mostOlder: Limits.auditFiles)
        log.append(.started, outcome: .done, at: 1)
        log.write()
        // As if the new file could not be made: the old one has its final name already.
        try directory.open().rename("audit.log", to: "audit-00000000000000000001.log")
        let much = [UInt8](repeating: UInt8(ascii: "-"), count: AgentLimits.auditBytes)
        log.append(.code, outcome: .done, caller: much, at: 2)
        log.write()
        #expect(log.failure == nil)
        let chain = log.chain
        log = try AuditFile("audit", in: directory.open(), mostOlder: Limits.auditFiles)
        #expect(log.chain == chain && !log.wasDamaged)
    }
}
