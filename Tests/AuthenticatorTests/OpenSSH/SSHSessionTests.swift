import Authenticator
import Platform
import Testing

@Suite struct SSHSessionTests {
    private let log = FakeHolder.Log()

    private func session(
        hosts: String = "", _ change: (inout FakeHolder) -> Void = { _ in }
    ) throws -> SSHSession<FakeHolder> {
        var holder = try Sample.holder(log)
        change(&holder)
        return SSHSession(holder) { KnownHosts(Array(hosts.utf8)) }
    }

    @Test func `keys are listed with names that are safe to show`() throws {
        var session = try session()
        let keys = [try Sample.key(.ed25519), try Sample.key(.ecdsa, 2, application: "ssh:work")]
        let wanted = SSHMessage(12).u32(2).string(keys[0].blob).text("one").string(keys[1].blob).text("two?[2J").bytes
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
                "keys", "sign [1] 3 1: data of an unknown kind", "sign [1] 3 1: data of an unknown kind",
                "sign [2] 0 3: data of an unknown kind",
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
        #expect(log.all.isEmpty)
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
        #expect(log.all.isEmpty)
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
        #expect(log.all.isEmpty)
    }

    // MARK: - What it is for

    private func purpose(
        _ data: (SSHKey) -> [UInt8], hosts: String = "", bindings: [SSHMessage] = []
    ) throws -> String? {
        var session = try session(hosts: hosts)
        let key = try Sample.key(.ed25519)
        for binding in bindings {
            let reply = session.answer(binding)
            #expect(reply == Sample.success)
        }
        _ = session.answer(.sign(key, data(key)))
        return log.all.last?.split(separator: ": ", maxSplits: 1).last.map(String.init)
    }

    @Test func `a login is named by user and host`() throws {
        let host = HostKey(1)
        let hosts = "github.com ssh-ed25519 \(SSHText.base64(host.blob.span))\n"
        let binding = host.bind(Sample.session)
        let known = try purpose({ login("git", Sample.session, $0) }, hosts: hosts, bindings: [binding])
        #expect(known == "a login as git at github.com")
        let bound = try purpose(
            { login("git", Sample.session, $0, hostKey: host.blob) }, hosts: hosts, bindings: [binding])
        #expect(bound == "a login as git at github.com")
        let unknown = try purpose({ login("git", Sample.session, $0) }, bindings: [binding])
        #expect(unknown == "a login as git at the host with the key \(SSHText.fingerprint(host.blob.span))")
    }

    @Test func `a login to a session that was not bound has no host`() throws {
        let unbound = try purpose { login("root", Sample.session, $0) }
        #expect(unbound == "a login as root at an unknown host")
        let other = [UInt8](repeating: 1, count: 32)
        let elsewhere = try purpose(
            { login("root", other, $0) }, bindings: [HostKey(1).bind(Sample.session)])
        #expect(elsewhere == "a login as root at an unknown host")
        let otherKey = try purpose(
            { login("root", Sample.session, $0, hostKey: HostKey(2).blob) },
            bindings: [HostKey(1).bind(Sample.session)])
        #expect(otherKey == "a login as root at an unknown host")
    }

    @Test func `a forwarded question says through which host it comes`() throws {
        let hosts = """
            bastion ssh-ed25519 \(SSHText.base64(HostKey(1).blob.span))
            db ssh-ed25519 \(SSHText.base64(HostKey(2).blob.span))
            """
        let first = [UInt8](repeating: 1, count: 32)
        let forwarded = try purpose(
            { login("me", Sample.session, $0) }, hosts: hosts,
            bindings: [HostKey(1).bind(first, isForwarding: true), HostKey(2).bind(Sample.session)])
        #expect(forwarded == "a login as me at db, asked for through bastion")
        let silent = try purpose(
            { login("me", Sample.session, $0) }, hosts: hosts, bindings: [HostKey(1).bind(first, isForwarding: true)])
        #expect(silent == "a login as me at an unknown host, asked for through bastion")
    }

    @Test func `a signature is named by what it is for`() throws {
        let data = Array("SSHSIG".utf8) + SSHMessage().text("git").text("").text("sha512").string([1]).bytes
        let signature = try purpose { _ in data }
        #expect(signature == "a signature for \"git\"")
        let other = try purpose { _ in data + [0] }
        #expect(other == "data of an unknown kind")
        let another = try Sample.key(.ed25519, 8)
        let foreign = try purpose { _ in login("me", Sample.session, another) }
        #expect(foreign == "data of an unknown kind")
    }

    // MARK: - session-bind@openssh.com

    @Test func `a binding without the host's signature is refused`() throws {
        var session = try session()
        let forged = session.answer(HostKey(1).bind(Sample.session, signing: [1]))
        #expect(forged == Sample.failure)
        for count in [0, 19, 65] {
            let reply = session.answer(HostKey(1).bind([UInt8](repeating: 1, count: count)))
            #expect(reply == Sample.failure)
        }
    }

    @Test func `nothing comes behind a session that is for logging in`() throws {
        var session = try session()
        let first = session.answer(HostKey(1).bind(Sample.session))
        #expect(first == Sample.success)
        let second = session.answer(HostKey(2).bind([UInt8](repeating: 2, count: 32)))
        #expect(second == Sample.failure)
    }

    @Test func `a session has one host key, and connections are not followed for ever`() throws {
        var session = try session()
        for number in UInt8(0)..<16 {
            let reply = session.answer(
                HostKey(1).bind([UInt8](repeating: number, count: 32), isForwarding: true))
            #expect(reply == Sample.success)
        }
        let again = session.answer(HostKey(1).bind([UInt8](repeating: 3, count: 32), isForwarding: true))
        #expect(again == Sample.success)
        let other = session.answer(HostKey(2).bind([UInt8](repeating: 3, count: 32), isForwarding: true))
        #expect(other == Sample.failure)
        let more = session.answer(HostKey(1).bind([UInt8](repeating: 99, count: 32), isForwarding: true))
        #expect(more == Sample.failure)
    }

    @Test func `what a client says about another kind of host key is marked as such`() throws {
        let key = SSHMessage().text("ssh-rsa").string([1]).string([2]).bytes
        let binding = SSHMessage(27).text("session-bind@openssh.com").string(key).string(Sample.session)
            .string(SSHMessage().text("rsa-sha2-512").string([3]).bytes).byte(0)
        let text = try purpose(
            { login("me", Sample.session, $0) }, hosts: "big ssh-rsa \(SSHText.base64(key.span))",
            bindings: [binding])
        #expect(text == "a login as me at big (says the client)")
    }
}
