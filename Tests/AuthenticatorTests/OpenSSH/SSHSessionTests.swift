import Authenticator
import Platform
import Testing
import Wire

@Suite struct SSHSessionTests {
    private let log = FakeHolder.Log()

    private func session(
        hosts: String = "", _ change: (inout FakeHolder) -> Void = { _ in }
    ) throws -> SSHSession<FakeHolder> {
        var holder = try Sample.holder(log)
        change(&holder)
        return SSHSession(holder, in: SSHSurroundings(hosts: { KnownHosts(Array(hosts.utf8)) }))
    }

    @Test func `keys are listed with names that are safe to show`() throws {
        var session = try session()
        let keys = [try Sample.key(.ed25519), try Sample.key(.ecdsa, 2, application: "ssh:work")]
        let wanted = SSHMessage(12).u32(2).string(keys[0].blob).text("one").string(keys[1].blob).text("two\\u{1b}[2J")
            .bytes
        let reply = session.answer(.identities)
        #expect(reply == SSHMessage().string(wanted).bytes)
    }

    @Test func `a signature goes out with what was signed, and costs one question for the keys`() throws {
        var session = try session()
        let key = try Sample.key(.ed25519)
        _ = session.answer(.identities)
        for _ in 0..<2 {
            let reply = session.answer(.sign(key, [1, 2, 3]))
            let blob = key.signature([UInt8](repeating: 0, count: 64), flags: 5, counter: 7)
            #expect(reply == SSHMessage().string(SSHMessage(14).string(blob).bytes).bytes)
        }
        let work = try Sample.key(.ecdsa, 2, application: "ssh:work")
        let reply = session.answer(.sign(work, []))
        #expect(reply != Sample.failure)
        #expect(
            log.all == [
                "keys", "sign [1] 3 1", "sign [1] 3 1", "sign [2] 0 3",
            ])
    }

    @Test func `a key that was not listed is looked for once more`() throws {
        var session = try session()
        let known = session.answer(.sign(try Sample.key(.ed25519), [1]))
        #expect(known != Sample.failure)
        let unknown = session.answer(.sign(try Sample.key(.ed25519, 9), [1]))
        #expect(unknown == Sample.failure)
        // The same key for another application is another key.
        let other = session.answer(.sign(try Sample.key(.ed25519, 1, application: "ssh:x"), [1]))
        #expect(other == Sample.failure)
        #expect(log.all.filter { $0 == "keys" }.count == 3)
    }

    @Test func `what the agent refuses is a failure`() throws {
        var session = try session { $0.isRefusing = true }
        let signed = session.answer(.sign(try Sample.key(.ed25519), [1]))
        #expect(signed == Sample.failure)
        let unlocked = session.answer(.unlock("wrong"))
        #expect(unlocked == Sample.failure)
    }

    @Test func `lock and unlock are the agent's`() throws {
        var session = try session()
        let locked = session.answer(.lock("anything"))
        #expect(locked == Sample.success)
        let unlocked = session.answer(.unlock("passphrase"))
        #expect(unlocked == Sample.success)
        #expect(log.all == ["lock", "unlock 10"])
    }

    @Test func `a host to which the agent is forwarded neither locks nor unlocks`() throws {
        var session = try session()
        let bound = session.answer(HostKey(1).bind(Sample.session, isForwarding: true))
        #expect(bound == Sample.success)
        for message in [SSHMessage.lock("x"), .unlock("passphrase")] {
            let reply = session.answer(message)
            #expect(reply == Sample.failure)
        }
        #expect(log.all == ["bind 32 true "])
    }

    @Test func `the extensions have names`() throws {
        var session = try session()
        let wanted = SSHMessage(29).text("query").text("query").text("session-bind@openssh.com").bytes
        let reply = session.answer(.query)
        #expect(reply == SSHMessage().string(wanted).bytes)
    }

    @Test func `everything else is refused`() throws {
        var session = try session()
        for number in UInt8.min...UInt8.max where ![11, 13, 22, 23, 27].contains(number) {
            for body in [[], [UInt8](repeating: 0, count: 64)] {
                let reply = session.answer(SSHMessage().string(body).byte(number))
                #expect(reply == Sample.failure)
                let message = [number] + body
                let first = session.answer(message.span)
                #expect(first == Sample.failure, "\(number)")
            }
        }
        let other = session.answer(SSHMessage(27).text("restrict-destination-v00@openssh.com"))
        #expect(other == Sample.failure)
        let flags = session.answer(.sign(try Sample.key(.ed25519), [1], flags: 2))
        #expect(flags == Sample.failure)
        let empty: [UInt8] = []
        let nothing = session.answer(empty.span)
        #expect(nothing == Sample.failure)
        #expect(log.all == ["keys"])
    }

    @Test func `no message goes through that is cut off or goes on`() throws {
        let key = try Sample.key(.ecdsa, 2, application: "ssh:work")
        let messages: [SSHMessage] = [
            .identities, .sign(key, login("me", Sample.session, key)), .lock("x"), .unlock("y"), .query,
            HostKey(1).bind(Sample.session),
        ]
        for message in messages {
            for count in 0..<message.bytes.count {
                var session = try session()
                let reply = session.answer(message.bytes.span.extracting(0..<count))
                #expect(reply == Sample.failure, "\(message.bytes[0]), \(count) octets")
            }
            var session = try session()
            let longer = session.answer(message.byte(0))
            #expect(longer == Sample.failure)
        }
        #expect(log.all.isEmpty)
    }

    @Test func `data beyond the limit is not handed on`() throws {
        var session = try session()
        let reply = session.answer(.sign(try Sample.key(.ed25519), [UInt8](repeating: 0, count: 131_073)))
        #expect(reply == Sample.failure)
        #expect(log.all == ["keys"])
    }

    // MARK: - session-bind@openssh.com

    @Test func `a second login beside the first is offered the same keys, and fewer come once one was in vain`()
        throws
    {
        let held = try (1...8).map {
            HeldKey(try Sample.key(.ed25519, $0), credential: [$0], comment: "", needs: .presence)
        }
        let offered = OfferedKeys()
        let log = log
        func login() -> SSHSession<FakeHolder> {
            var session = SSHSession(FakeHolder(held: held, log: log), offered: offered)
            _ = session.answer(HostKey(1).bind(Sample.session))
            return session
        }
        var first = login()
        var second = login()
        var third = login()
        var fourth = login()
        let keys = first.answer(.identities)
        let same = second.answer(.identities)
        #expect(keys == same && keys[8] == 4)
        _ = first.answer(.sign(held[0].key, AuthenticatorTests.login("me", Sample.session, held[0].key)))
        first.end()
        let usual = third.answer(.identities)
        #expect(usual[8] == 4)
        second.end()
        let few = fourth.answer(.identities)
        #expect(few[8] == 2)
    }

    @Test func `the agent is told what ssh says of its connection, with the name in known_hosts`() throws {
        let hosts = "github.com ssh-ed25519 \(SSHText.base64(HostKey(1).blob.span))\n"
        var session = try session(hosts: hosts)
        for (host, isForwarding) in [(HostKey(1), true), (HostKey(2), false)] {
            let reply = session.answer(host.bind(Sample.session, isForwarding: isForwarding))
            #expect(reply == Sample.success)
        }
        #expect(log.all == ["bind 32 true github.com", "bind 32 false "])
    }

    @Test func `nothing is signed over a connection of which the agent did not accept what ssh says`() throws {
        var session = try session { $0.isRefusing = true }
        let forged = session.answer(HostKey(1).bind(Sample.session, signing: [1]))
        #expect(forged == Sample.failure)
        let signed = session.answer(.sign(try Sample.key(.ed25519), [1]))
        #expect(signed == Sample.failure)
        #expect(log.all == ["bind 32 false ", "keys"])
    }

    // MARK: - Keys of others

    @Test func `a key of fob's is there already when it is added, and stays when it is removed`() throws {
        var session = try session()
        for key in [try Sample.key(.ed25519), try Sample.key(.ecdsa, 2, application: "ssh:work")] {
            for number in [17, 25] as [UInt8] {
                let point = key.algorithm == .ecdsa ? [4] + key.publicKey : key.publicKey
                var added = SSHMessage(number).text(key.algorithm.rawValue)
                if key.algorithm == .ecdsa { added = added.text("nistp256") }
                let reply = session.answer(added.string(point).text(key.application).byte(1).string([1]).string([]))
                #expect(reply == Sample.success)
            }
            let removed = session.answer(SSHMessage(18).string(key.blob))
            #expect(removed == Sample.failure)
        }
        let foreign = session.answer(SSHMessage(18).string(try Sample.key(.ed25519, 9).blob))
        #expect(foreign == Sample.failure)
    }

    @Test func `the journal is told what was refused`() throws {
        let said = FakeHolder.Log()
        var session = SSHSession(try Sample.holder(log), in: SSHSurroundings(say: { said.add($0) }))
        for number in [17, 18, 19, 20, 22, 200] as [UInt8] { _ = session.answer(SSHMessage(number)) }
        #expect(said.all.count == 6)
        #expect(said.all[2].hasPrefix("remove all: ") && said.all[5].hasPrefix("request 200: "))
    }

    @Test func `a session's id has the length of a hash`() throws {
        for count in [0, 19, 65] {
            var session = try session()
            let reply = session.answer(HostKey(1).bind([UInt8](repeating: 1, count: count)))
            #expect(reply == Sample.failure)
        }
        #expect(log.all.isEmpty)
    }
}
