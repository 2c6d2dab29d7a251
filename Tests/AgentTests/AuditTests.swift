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
