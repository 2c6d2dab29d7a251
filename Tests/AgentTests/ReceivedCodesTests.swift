import Age
import OneTimePassword
import Platform
import Testing
import Wire

@testable import Agent
@testable import Vault

/// Codes that come by message, in an agent whose clock is moved by hand.
@Suite struct ReceivedCodesTests {
    private static func bench(_ change: (inout Configuration) -> Void = { $0.takesAnyMessages = true }) throws
        -> AgentBench
    {
        let derivation = PassphraseDerivation.cheapest()
        let recipient = try derivation.identity(Array("pass".utf8).span).recipient
        let way = UnlockMethod(source: .passphrase(derivation), label: "passphrase", recipient: recipient, at: 1000)
        var configuration = Configuration(release: "test")
        change(&configuration)
        return try AgentBench(Contents(unlockMethod: way, at: 1000), configuration)
    }

    private static func bring(_ host: String, _ code: String, frame: String = "", to bench: AgentBench) throws
        -> MessageType?
    {
        try bench.send(MessageInRequest(.modem, host: host, frame: frame, code: Array(code.utf8).span))
        return try bench.reply().type
    }

    /// The code that is given; else the refusal.
    private static func take(_ site: String, frame: String = "", from bench: AgentBench) throws -> String {
        try bench.send(MessageCodeRequest(site: site, frame: frame))
        let reply = try bench.reply()
        guard reply.type == .messageCodeReply else {
            let error = try ErrorReply(from: reply.body.span)
            return "\(error.code) \(error.details.sorted().joined(separator: ","))"
        }
        return String(decoding: try MessageCodeReply(from: reply.body.span).code.copied, as: UTF8.self)
    }

    private static func refusal(_ bench: AgentBench) throws -> ErrorReply {
        let body = try bench.reply().body
        return try ErrorReply(from: body.span)
    }

    @Test func `a code is given once, for its very site`() throws {
        let bench = try Self.bench()
        #expect(try Self.bring("login.example", "first", to: bench) == .ok)
        #expect(try Self.bring("login.example", "second", to: bench) == .ok)
        for other in ["example", "www.login.example", "login.example.org", "xlogin.example", "login.exampl"] {
            #expect(try Self.take(other, from: bench) == "noMessage login.example", "\(other)")
        }
        #expect(try Self.take("login.example", frame: "pay.example", from: bench) == "noMessage login.example")
        #expect(try Self.take("login.example", from: bench) == "second")
        #expect(try Self.take("login.example", from: bench) == "first")
        #expect(try Self.take("login.example", from: bench) == "noMessage ")
    }

    @Test func `a guess is for no site, and what is for none in particular is the newest`() throws {
        let bench = try Self.bench()
        #expect(try Self.bring("", "guess", to: bench) == .ok)
        #expect(try Self.take("login.example", from: bench) == "noMessage ")
        #expect(try Self.bring("login.example", "bound", to: bench) == .ok)
        #expect(try Self.take("", from: bench) == "bound")
        #expect(try Self.take("", from: bench) == "guess")
    }

    @Test func `ten minutes, and no longer`() throws {
        let bench = try Self.bench()
        #expect(try Self.bring("login.example", "code", to: bench) == .ok)
        bench.run(until: 599_000)
        #expect(bench.agent.received.hosts == ["login.example"])
        bench.run(until: 600_001)
        #expect(bench.agent.received.isEmpty)
        #expect(try Self.take("login.example", from: bench) == "noMessage ")
    }

    @Test func `a lock ends codes and waiting, and none is taken while it lasts`() throws {
        let bench = try Self.bench()
        #expect(try Self.bring("login.example", "code", to: bench) == .ok)
        try bench.send(MessageCodeRequest(site: "other.example", seconds: 60))
        bench.agent.lock(.request)
        bench.agent.server.flush()
        #expect(bench.agent.received.isEmpty)
        #expect(try Self.refusal(bench).code == .locked)
    }

    @Test func `who waits is told when the time is over, and what came meanwhile for others`() throws {
        let bench = try Self.bench()
        try bench.send(MessageCodeRequest(site: "login.example", seconds: 60))
        #expect(try Self.bring("other.example", "code", to: bench) == .ok)
        bench.run(until: 60_001)
        bench.agent.server.flush()
        let error = try Self.refusal(bench)
        #expect(error.code == .noMessage && error.details == ["other.example"])
        #expect(try Self.take("other.example", from: bench) == "code")
    }

    @Test func `a flood drives out its own site's codes first, then the oldest`() throws {
        let bench = try Self.bench()
        #expect(try Self.bring("login.example", "wanted", to: bench) == .ok)
        for number in 0..<50 { #expect(try Self.bring("flood.example", "\(number)", to: bench) == .ok) }
        #expect(try Self.take("flood.example", from: bench) == "49")
        #expect(try Self.take("login.example", from: bench) == "wanted")
        for number in 0..<50 { #expect(try Self.bring("site\(number).example", "\(number)", to: bench) == .ok) }
        #expect(bench.agent.received.hosts.count == AgentLimits.receivedCodes)
        #expect(try Self.take("site33.example", from: bench).hasPrefix("noMessage"))
        #expect(try Self.take("site34.example", from: bench) == "34")
    }

    @Test func `what is no code or no host is refused`() throws {
        let bench = try Self.bench()
        for code in ["a b", "\u{1b}[2J", "c\u{43e}de", "a\u{7f}"] {
            #expect(try Self.bring("login.example", code, to: bench) == .error, "\(code)")
        }
        for host in ["Login.example", "l\u{43e}gin.example", "a b", ".example", "a/b", "a:1"] {
            #expect(try Self.bring(host, "1", to: bench) == .error, "\(host)")
            #expect(try Self.take(host, from: bench).hasPrefix("badInput"), "\(host)")
        }
        #expect(try Self.bring("", "1", frame: "pay.example", to: bench) == .error)
        #expect(bench.agent.received.isEmpty)
    }

    @Test func `only the program that reads messages says what came`() throws {
        let bench = try Self.bench { _ in }
        #expect(try Self.bring("login.example", "1", to: bench) == .error)
        try bench.send(LineRequest(Digest(), sim: Digest(), isLost: true, numbers: []))
        #expect(try Self.refusal(bench).code == .permission)
        #expect(bench.agent.received.isEmpty && bench.agent.lines.isEmpty)
    }
}

/// Telephone lines.
@Suite struct LineTests {
    private static func digest(_ number: UInt8) -> Digest { Digest([32 of UInt8](repeating: number)) }

    private static func tell(
        _ bench: AgentBench, sim: UInt8, isLost: Bool = false, _ numbers: [String] = ["+4915112345678"]
    ) throws {
        try bench.send(LineRequest(digest(1), sim: digest(sim), isLost: isLost, numbers: numbers))
        #expect(try bench.reply().type == .ok)
    }

    private static func bench() throws -> AgentBench {
        let derivation = PassphraseDerivation.cheapest()
        let recipient = try derivation.identity(Array("pass".utf8).span).recipient
        let way = UnlockMethod(source: .passphrase(derivation), label: "passphrase", recipient: recipient, at: 1000)
        var contents = try Contents(unlockMethod: way, at: 1000)
        for (name, number) in [("alice", "+4915112345678"), ("bob", "+441632960001")] {
            let details = AccountDetails(issuer: "Bank", name: name)
            let key = Array("12345678901234567890\(name)".utf8)
            let id = try contents.add(
                details, Parameters(kind: .totp), key: key.span, pin: Span(), note: Span(), at: 1000
            ).id
            try contents.change(OtherWay(.number, number), .add, of: id, at: 1000)
        }
        var configuration = Configuration(release: "test")
        configuration.takesAnyMessages = true
        return try AgentBench(contents, configuration)
    }

    private static func later(_ bench: AgentBench) throws -> AgentBench {
        var configuration = Configuration(release: "test")
        configuration.takesAnyMessages = true
        return try AgentBench(try #require(bench.agent.open?.contents), configuration)
    }

    @Test func `a SIM or number that was swapped while no agent ran is told of, until a code has come again`() throws {
        let first = try Self.bench()
        try Self.tell(first, sim: 1)
        let same = try Self.later(first)
        try Self.tell(same, sim: 1)
        #expect(Self.warnings(same).isEmpty)
        let other = try Self.later(same)
        try Self.tell(other, sim: 2)
        #expect(Self.warnings(other).contains("Bank/alice") && !Self.warnings(other).contains("bob"))
        // Nor is that forgotten with the agent.
        let third = try Self.later(other)
        try Self.tell(third, sim: 2)
        #expect(Self.warnings(third).contains("Bank/alice"))
        third.agent.numberWorks("+4915112345678")
        let fourth = try Self.later(third)
        try Self.tell(fourth, sim: 2)
        #expect(Self.warnings(fourth).isEmpty)
        let fifth = try Self.later(fourth)
        try Self.tell(fifth, sim: 2, ["+441632960001"])
        #expect(Self.warnings(fifth).contains("alice") && Self.warnings(fifth).contains("bob"))
        // A line that was not seen since is remembered all the same; a SIM that cannot be read is no other one.
        let sixth = try Self.later(first)
        try Self.tell(sixth, sim: 0, isLost: false, [])
        #expect(Self.warnings(sixth).isEmpty)
    }

    @Test func `what the vault remembers of lines has no number of a SIM in it, and stays on its machine`() throws {
        let bench = try Self.bench()
        try Self.tell(bench, sim: 7)
        let lines = try #require(bench.agent.open?.contents.knownLines?.lines)
        #expect(lines.count == 1 && lines[0].numbers == ["+4915112345678"] && !lines[0].isChanged)
        for value in [lines[0].line, lines[0].sim] {
            #expect(value.indices.contains { value[$0] != 1 } && value.indices.contains { value[$0] != 7 })
        }
        let again = try #require(try Self.bench().agent.open?.contents)
        #expect(again.knownLines == nil)
    }

    private static func warnings(_ bench: AgentBench) -> String { bench.agent.lineWarnings().joined() }

    @Test func `another SIM or number is told of with the accounts that hang on it, until a code has come again`()
        throws
    {
        let bench = try Self.bench()
        try Self.tell(bench, sim: 1)
        #expect(Self.warnings(bench).isEmpty)
        try Self.tell(bench, sim: 2)
        #expect(Self.warnings(bench).contains("Bank/alice") && !Self.warnings(bench).contains("bob"))
        bench.agent.numberWorks("+441632960001")
        #expect(!Self.warnings(bench).isEmpty)
        bench.agent.numberWorks("+4915112345678")
        #expect(Self.warnings(bench).isEmpty)
        // The former number's accounts and the new one's.
        try Self.tell(bench, sim: 2, ["+441632960001"])
        #expect(Self.warnings(bench).contains("alice") && Self.warnings(bench).contains("bob"))
    }

    @Test func `numbers told in another order are the same, and a former one counts until a code has come`() throws {
        let bench = try Self.bench()
        let (old, new) = ("+4915112345678", "+441632960001")
        try Self.tell(bench, sim: 1, [old, "+1"])
        try Self.tell(bench, sim: 1, ["+1", old])
        #expect(Self.warnings(bench).isEmpty)
        try Self.tell(bench, sim: 1, [new])
        #expect(Self.warnings(bench).contains("alice") && Self.warnings(bench).contains("bob"))
        bench.agent.numberWorks(new)
        try Self.tell(bench, sim: 1, [new])
        #expect(Self.warnings(bench).isEmpty)
        try Self.tell(bench, sim: 1, isLost: true, [new])
        #expect(Self.warnings(bench).contains("bob") && !Self.warnings(bench).contains("alice"))
    }

    @Test func `a line without known numbers may be any account's`() throws {
        let bench = try Self.bench()
        try Self.tell(bench, sim: 0, isLost: true, [])
        #expect(Self.warnings(bench).contains("may hang") && Self.warnings(bench).contains("bob"))
        try Self.tell(bench, sim: 3, [])
        #expect(Self.warnings(bench).isEmpty, "a SIM that was not known before is no other one")
    }

    @Test func `no more lines are known than may be, and the oldest that is in order gives way`() throws {
        let bench = try Self.bench()
        func tell(_ number: UInt8, isLost: Bool) throws -> MessageType? {
            try bench.send(LineRequest(Self.digest(number), sim: Self.digest(1), isLost: isLost, numbers: []))
            return try bench.reply().type
        }
        for number in 0..<UInt8(Limits.lines) { #expect(try tell(number, isLost: number == 0) == .ok) }
        #expect(try tell(100, isLost: false) == .ok)
        #expect(bench.agent.lines.count == Limits.lines)
        #expect(bench.agent.lines[[UInt8](repeating: 1, count: 32)] == nil)
        #expect(bench.agent.lines[[UInt8](repeating: 0, count: 32)] != nil)
    }
}

extension Span<UInt8> {
    fileprivate var copied: [UInt8] { indices.map { self[$0] } }
}
