import Age
import OneTimePassword
import Platform
import Testing
import Wire

@testable import Agent
@testable import Vault

/// The socket that is forwarded to other machines, or shared.
@Suite struct ForwardedTests {
    init() throws { try Memory.prepare() }

    /// A vault with an account of which the forwarded socket knows, and one of which it does not, each with a key of ssh.
    private func vault() throws -> (contents: Contents, open: Identifier, kept: Identifier) {
        let way = UnlockMethod(
            source: .identity, label: "test", recipient: try X25519Identity.random().recipient, at: 1000)
        var contents = try Contents(unlockMethod: way, at: 1000)
        func add(_ name: String, _ tags: [String]) throws -> Identifier {
            let id = try contents.add(
                AccountDetails(issuer: "Example", name: name, tags: tags), Parameters(kind: .totp),
                key: Array("1234567890123456\(name)".utf8).span,
                pin: Span(), note: Span(), at: 1000
            ).id
            let new = Vault.NewKey(relyingParty: "ssh:", .synced, .edDSA, .ssh)
            _ = try contents.addKey(
                new, privateKey: [UInt8](repeating: 7, count: 32).span,
                publicKey: [UInt8](repeating: UInt8(tags.count), count: 32).span, account: id, at: 1000)
            return id
        }
        let open = try add("open", [AccountTag.forward])
        let kept = try add("kept", ["work"])
        return (contents, open, kept)
    }

    /// The code of an ERROR.
    private func code(_ reply: (type: MessageType?, body: [UInt8])) -> ErrorCode? {
        guard reply.type == .error, reply.body.count > 2 else { return nil }
        return ErrorCode(rawValue: UInt16(reply.body[0]) << 8 | UInt16(reply.body[1]))
    }

    private func bytes(_ message: some Message & ~Escapable) throws -> [UInt8] {
        try [UInt8](capacity: message.encodedCount) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try message.encode(into: &output)
        }
    }

    // MARK: Requests

    @Test func `of all requests it answers few`() {
        let answered = MessageType.allCases.filter { $0.forwardedReach != .none }
        #expect(Set(answered) == [.hello, .sshBind, .cancel, .list, .keyList, .code, .keySign])
        #expect(answered.filter { $0.forwardedReach == .asked } == [.code, .keySign])
    }

    @Test func `whatever else is asked is refused, whatever stands in it, and changes nothing`() throws {
        let (contents, _, _) = try vault()
        let bench = try AgentBench(contents, over: .forwarded)
        let before = bench.contents?.revision
        var asked = 0
        for type in MessageType.allCases where type.rawValue < 0x80 && type.forwardedReach == .none {
            for body in [[], [0], [UInt8](repeating: 0, count: 24), [UInt8](repeating: 1, count: 200)] {
                let reply = try bench.ask(type, body)
                #expect(code(reply) == .permission, "\(type)")
                asked += 1
            }
        }
        #expect(asked > 200)
        #expect(bench.agent.open != nil && !bench.agent.isLocking && bench.questions.isEmpty)
        #expect(bench.contents?.revision == before)
        #expect(bench.agent.server.all.allSatisfy { $0.events.isEmpty })
    }

    @Test func `each code of a tagged account is asked about, forwarded first, and no yes is remembered`() throws {
        let (contents, open, _) = try vault()
        let bench = try AgentBench(contents, over: .forwarded)
        for selector in [Selector.id(open), .name("Example/open"), .name("open"), .name("exam")] {
            try bench.send(CodeRequest(selector))
        }
        #expect(bench.questions.count == 4)
        for question in bench.questions.map(\.challenge) {
            #expect(question.isForwarded && !question.isRememberable && question.hops.count == 1)
            #expect(question.sentence.hasPrefix("FORWARDED: give a one-time code"))
            #expect(question.account == "Example/open")
        }
        // The same over the agent's own socket is no question at all.
        let own = try AgentBench(contents)
        let reply = try own.ask(.code, bytes(CodeRequest(.id(open))))
        #expect(reply.type == .codeReply && own.questions.isEmpty)
    }

    @Test func `accounts without the tag are not there, by any name`() throws {
        let (contents, _, kept) = try vault()
        let bench = try AgentBench(contents, over: .forwarded)
        for selector in [Selector.id(kept), .name("Example/kept"), .name("kept"), .name("ke"), .name("nothing")] {
            #expect(try code(bench.ask(.code, bytes(CodeRequest(selector)))) == .notFound)
        }
        #expect(bench.questions.isEmpty)
        let list = try bench.ask(.list, bytes(ListRequest()))
        let entries = try AccountsReply(from: list.body.span).accounts
        #expect(entries.map(\.name) == ["open"])
        let keys = try bench.ask(.keyList, bytes(KeyListRequest()))
        #expect(try KeysReply(from: keys.body.span).keys.map(\.publicKey.first) == [1])
    }

    @Test func `keys of ssh sign for tagged accounts, after a question; scripts get nothing`() throws {
        let (contents, open, _) = try vault()
        let bench = try AgentBench(contents, over: .forwarded)
        let signature = Array("SSHSIG".utf8) + [0, 0, 0, 3] + Array("git".utf8) + [UInt8](repeating: 0, count: 12)
        for key in contents.keys {
            // No presence wanted: nothing is signed unasked all the same.
            let request = KeySignRequest(
                .ssh, site: "ssh:", credential: key.idOnWire, data: signature.span, flags: [],
                requester: KeyRequester(processID: 1))
            if key.account == open {
                try bench.send(request)
            } else {
                #expect(try code(bench.ask(.keySign, bytes(request))) == .noKey)
            }
            let script = KeySignRequest(
                .script, site: "fob:x", credential: key.idOnWire, data: signature.span, flags: [],
                requester: KeyRequester())
            #expect(try code(bench.ask(.keySign, bytes(script))) == .permission)
            let other = KeySignRequest(
                .ssh, site: "ssh:", credential: key.idOnWire, data: [1, 2, 3].span, flags: .presence,
                requester: KeyRequester())
            #expect(try code(bench.ask(.keySign, bytes(other))) == (key.account == open ? .notAllowed : .noKey))
        }
        #expect(bench.questions.count == 1)
        let question = try #require(bench.questions.first)
        #expect(question.challenge.isForwarded && question.grant == nil && question.challenge.dataName == "git")
        // Process numbers of another machine name nobody here.
        #expect(question.askers.count == 1 && question.askers[0].process.process == Environment.process)
    }

    @Test func `a locked vault is not offered to be unlocked from elsewhere`() {
        for refusal in [Refusal.locked, .withdrawn] {
            #expect(refusal.message(over: .agent, in: 3).code == .locked)
            #expect(refusal.message(over: .forwarded, in: 3).code == .permission)
        }
        #expect(Refusal.denied.message(over: .forwarded, in: 3).code == .denied)
    }

    @Test func `a question over it is no use of the vault`() throws {
        let (contents, open, _) = try vault()
        let bench = try AgentBench(contents, over: .forwarded)
        let before = try #require(bench.agent.open?.clock.usedAt)
        Environment.sleep(milliseconds: 5)
        try bench.send(CodeRequest(.id(open)))
        #expect(bench.questions.count == 1)
        #expect(bench.agent.open?.clock.usedAt == before)
    }

    @Test func `who is muted there is not muted here`() throws {
        let (contents, open, _) = try vault()
        let bench = try AgentBench(contents, over: .forwarded)
        try bench.send(CodeRequest(.id(open)))
        let question = try #require(bench.questions.first)
        #expect(question.slice.isForwarded)
        var own = question.slice
        own.isForwarded = false
        #expect(own != question.slice)
    }

    @Test func `to give an account the tag is asked about, to take it away is not`() throws {
        let (contents, open, kept) = try vault()
        let bench = try AgentBench(contents)
        var edit = AccountEdit()
        edit.tags = ["work", AccountTag.forward]
        try bench.send(EditRequest(.id(kept), edit, note: nil))
        #expect(
            bench.questions.map(\.challenge.details) == [[Sentences.keptFromForwarding, "besides, the tags change"]])
        #expect(bench.contents?[kept]?.details.tags == ["work"])
        edit.tags = []
        try bench.send(EditRequest(.id(open), edit, note: nil))
        #expect(bench.questions.count == 1 && bench.contents?[open]?.details.tags == [])
    }

    // MARK: The host

    @Test(
        arguments: [
            (["ssh", "host"], "host"), (["ssh", "-A", "me@host"], "host"),
            (["/usr/bin/ssh", "-p", "22", "host", "-v"], "host"),
            (["ssh", "-p22", "-oX=y", "host", "ls"], "host"), (["ssh", "-vp", "22", "host"], "host"),
            (["ssh", "-R", "a:b", "-N", "host"], "host"), (["ssh", "--", "host"], "host"),
            (["ssh", "ssh://me@host:22"], "host"),
            (["ssh", "ssh://host"], "host"), (["ssh", "ssh://[::1]"], "[::1]"), (["ssh", "a@b@host"], "host"),
            (["ssh"], nil), (["ssh", "-A"], nil), (["ssh", "-p"], nil), (["ssh: mux [mux]"], nil), ([], nil),
            (["python3", "host"], nil),
        ] as [([String], String?)])
    func `the host is read from how ssh was started`(_ arguments: [String], _ host: String?) {
        #expect(ForwardingHost.host(in: arguments) == host)
    }

    // MARK: The way to it

    @Test(arguments: [
        ("", false), ("[backup disk]\nfolder = /x\nforward = yes\n", false), ("[agent]\nforward = yes\n", true),
        ("[agent]\nforward = no", false), ("# [agent]\n[agent]\n; x\n\n forward=yes \n[backup x]\nput = a = b\n", true),
        ("[agent]\nforward = yes\n[agent]\nforward = no\n", false), ("[agents]\nforward = x", false),
    ])
    func `it is there when the configuration says so`(_ text: String, _ forward: Bool) throws {
        var file = ConfigurationFile()
        try file.read(text)
        #expect(file.forward == forward)
    }

    @Test(arguments: ["forward = 1", "forward yes", "forward =", "forwards = yes", "forward = yes no", "x = y"])
    func `a line of the agent's section that means nothing is told, with its number`(_ line: String) {
        var file = ConfigurationFile()
        #expect { try file.read("\n[agent]\n\(line)\n") } throws: { ($0 as? ConfigurationFile.Fault)?.line == 3 }
    }

    @Test func `a service manager hands over one socket, or two of which one is called forward`() {
        typealias Activation = ServiceManager.Activation
        func found(_ count: String, _ names: String, _ listeners: Int32 = 2) -> Activation {
            Activation(count: count, names: names) { (3..<3 + listeners).contains($0) }
        }
        #expect(found("1", "") == .sockets(agent: 3, forwarded: nil))
        #expect(found("1", "fob-agent.socket") == .sockets(agent: 3, forwarded: nil))
        #expect(found("2", "fob-agent.socket:forward") == .sockets(agent: 3, forwarded: 4))
        #expect(found("2", "forward:fob-agent.socket") == .sockets(agent: 4, forwarded: 3))
        for (count, names) in [
            ("1", "forward"), ("2", ""), ("2", "a:b"), ("2", "forward:forward"), ("3", "a:b:forward"), ("0", ""),
        ] {
            #expect(found(count, names) == .unusable, "\(count) \(names)")
        }
        #expect(found("2", "a:forward", 1) == .unusable)
        #expect(found("1", "a", 0) == .unusable)
    }
}
