import Authenticator
import Encodings
import Testing
import Wire

@Suite struct SSHKeyTests {
    /// As OpenSSH writes them, with public keys of one byte.
    private static let lines = [
        (
            SSHKey.Algorithm.ed25519,
            "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
                + "AQEBAQEBAAAABHNzaDo= me"
        ),
        (
            SSHKey.Algorithm.ecdsa,
            "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABB"
                + "BAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEAAAAEc3NoOg== me"
        ),
    ]

    @Test(arguments: lines) func `the public line is that of ssh-keygen`(
        _ algorithm: SSHKey.Algorithm, _ line: String
    ) throws {
        #expect(try Sample.key(algorithm).line(comment: "me") == line)
    }

    @Test(arguments: SSHKey.Algorithm.allCases) func `a key is read as it was written`(
        _ algorithm: SSHKey.Algorithm
    ) throws {
        let key = try Sample.key(algorithm, application: "ssh:älter")
        let blob = key.blob
        let read = try SSHKey(blob: blob.span)
        #expect(read == key)
        for count in 0..<blob.count {
            #expect(throws: SSHError.self) { _ = try SSHKey(blob: blob.span.extracting(0..<count)) }
        }
        let longer = blob + [0]
        #expect(throws: SSHError.malformed) { _ = try SSHKey(blob: longer.span) }
    }

    @Test func `other keys are not supported, and points of other forms are malformed`() throws {
        let other = SSHMessage().text("ssh-ed25519").string([UInt8](repeating: 1, count: 32)).bytes
        #expect(throws: SSHError.unsupported) { _ = try SSHKey(blob: other.span) }
        for (curve, point) in [
            ("nistp256", [UInt8](repeating: 2, count: 65)), ("nistp384", [4] + [UInt8](repeating: 2, count: 64)),
            ("nistp256", [4] + [UInt8](repeating: 2, count: 63)), ("nistp256", []),
        ] {
            let blob = SSHMessage().text(SSHKey.Algorithm.ecdsa.rawValue).text(curve).string(point).text("ssh:").bytes
            #expect(throws: SSHError.malformed) { _ = try SSHKey(blob: blob.span) }
        }
        #expect(SSHKey(.ed25519, publicKey: [UInt8](repeating: 1, count: 64), application: "ssh:") == nil)
    }

    @Test func `numbers of a signature have no zeros in front, and one where a sign would be`() throws {
        let key = try Sample.key(.ecdsa)
        var numbers = [UInt8](repeating: 0, count: 64)
        numbers[30] = 0x01
        numbers[32] = 0x80
        let r = SSHMessage().string([1, 0]).bytes
        let s = SSHMessage().string([0, 0x80] + [UInt8](repeating: 0, count: 31)).bytes
        let wanted = SSHMessage().text(key.algorithm.rawValue).string(r + s).byte(1).u32(9).bytes
        #expect(key.signature(numbers, flags: 1, counter: 9) == wanted)
        let zero = SSHMessage().text(key.algorithm.rawValue).string(SSHMessage().string([]).string([]).bytes)
        #expect(
            key.signature([UInt8](repeating: 0, count: 64), flags: 0, counter: 0) == zero.byte(0).u32(0).bytes)
    }

    @Test func `a name from outside is one line without anything that a terminal obeys`() {
        #expect(SSHText.oneLine("a\nb\u{1B}[2Jc\u{202E}d é") == "a\\nb\\u{1b}[2Jc\\u{202e}d é")
        #expect(SSHText.oneLine(String(repeating: "x", count: 1000)).count == 128)
    }

    @Test func `a host key has the name that stands in the open`() {
        let first = HostKey(1)
        let second = HostKey(2)
        let third = HostKey(3)
        let text = """
            # known hosts
            |1|c2FsdA==|aGFzaA== ssh-ed25519 \(SSHText.base64(third.blob.span))
            @revoked bad.example ssh-ed25519 \(SSHText.base64(first.blob.span))
            github.com,192.0.2.7 ssh-ed25519 \(SSHText.base64(first.blob.span)) comment
            [db.example]:2222\tssh-ed25519\t\(SSHText.base64(second.blob.span))
            short line
            """
        let hosts = KnownHosts(Array(text.utf8))
        #expect(hosts.name(of: first.blob.span) == "github.com")
        #expect(hosts.name(of: second.blob.span) == "[db.example]:2222")
        #expect(hosts.name(of: third.blob.span) == nil)
        #expect(KnownHosts([]).name(of: first.blob.span) == nil)
    }

    @Test(
        arguments: [
            // Patterns: what is meant is told where it fits, and a whole name before a pattern.
            ("*.example.org", ["web.example.org"], "web.example.org"), ("*.example.org", [], "*.example.org"),
            ("!bad.example.org,*.example.org", ["bad.example.org"], "*.example.org"),
            ("!bad.example.org,*.example.org", ["bad.example.org", "web.example.org"], "web.example.org"),
            ("*.example.org,Web.Example.org", ["x"], "web.example.org"),
            ("web?.example", ["web1.example"], "web1.example"),
            ("web?.example", ["web12.example"], "web?.example"), ("!*", ["a"], nil), ("*", ["a"], "a"),
            ("[*.example]:2222", ["[a.example]:2222", "a.example"], "[a.example]:2222"),
            ("2001:db8::1,[2001:db8::1]:2222", ["[2001:db8::1]:2222", "2001:db8::1"], "[2001:db8::1]:2222"),
            (
                "\(String(repeating: "*a", count: 40))*", [String(repeating: "a", count: 39) + "b"],
                "\(String(repeating: "*a", count: 40))*"
            ),
            // One key of several machines: the one that is meant, wherever it stands.
            ("alpha,beta", ["beta"], "beta"), ("alpha KEY\nbeta", ["beta", "alpha"], "beta"),
            ("alpha KEY\n@revoked beta", ["beta"], "alpha"), ("@cert-authority *", ["a"], nil),
            ("|1|x|y", ["a"], nil), ("|2|c2FsdA==|aGFzaA==", ["a"], nil), ("|", ["a"], nil), (",", ["a"], nil),
        ] as [(String, [String], String?)])
    func `a host is called what its user calls it`(_ hosts: String, _ candidates: [String], _ name: String?) {
        let key = HostKey(1)
        let blob = "ssh-ed25519 \(SSHText.base64(key.blob.span))"
        let text = "\(hosts.replacing("KEY", with: blob)) \(blob)\n"
        #expect(KnownHosts([Array(text.utf8)], candidates: candidates).name(of: key.blob.span) == name)
    }

    @Test func `a hashed name is told when it is one that the program may mean`() {
        // HMAC-SHA-1 of server.example under the salt.
        let key = HostKey(1)
        let blob = SSHText.base64(key.blob.span)
        let line = "|1|mA/MFfMAyzRuWtMVLtFbHwP6tsM=|3JgvEcl3OR3ua2/PcXaW9FttU6E= ssh-ed25519 \(blob)"
        for (candidates, name) in [
            (["other.example", "server.example"], "server.example"), (["server.exampl"], nil), ([], nil),
        ] as [([String], String?)] {
            #expect(KnownHosts([[], Array(line.utf8)], candidates: candidates).name(of: key.blob.span) == name)
        }
    }

    @Test(
        arguments: [
            ("ssh server.example", ["server.example"], [], nil),
            (
                "/usr/bin/ssh -vA -p2222 -i ~/.ssh/a -i b me@Server.Example uptime -i c",
                ["[server.example]:2222", "server.example"], ["/home/me/.ssh/a", "b"], nil
            ),
            (
                "ssh -o HostKeyAlias=alias -oIdentityFile=%d/x -F none ssh://me@h:99/ x",
                ["[alias]:99", "alias", "[h]:99", "h"],
                ["/home/me/x"], "none"
            ),
            ("scp -J jump file", ["file"], [], nil), ("ssh -o", [], [], nil), ("ssh -i", [], [""], nil),
            ("", [], [], nil),
        ] as [(String, [String], [String], String?)])
    func `what ssh was started with names hosts and keys`(
        _ line: String, _ hosts: [String], _ files: [String], _ configuration: String?
    ) {
        let found = SSHInvocation(arguments: line.split(separator: " ").map(String.init), home: "/home/me")
        #expect(found.hosts == hosts)
        #expect(found.identityFiles == files)
        #expect(found.configurationFile == configuration)
    }

    @Test func `a configuration names more of them`() {
        let text = """
            # comment
            Host build *.example !no
                HostName = build.internal
                IdentityFile "~/.ssh/build"
            Host *
              hostname %h.example
            """
        let found = SSHInvocation(arguments: ["ssh", "build"], configuration: text, home: "/h")
        #expect(found.hosts == ["build", "build", "build.internal"])
        #expect(found.identityFiles == ["/h/.ssh/build"])
        // A port there may be the host's, and one that ssh was started with is.
        let ports = "Host build\n    Port 2222\n"
        #expect(
            SSHInvocation(arguments: ["ssh", "build"], configuration: ports, home: "/h").hosts
                == ["[build]:2222", "build", "[build]:2222", "build"])
        #expect(
            SSHInvocation(arguments: ["ssh", "-p", "9", "build"], configuration: ports, home: "/h").hosts.first
                == "[build]:9")
    }

    private func held(_ count: Int) throws -> [HeldKey] {
        try (0..<count).map {
            HeldKey(try Sample.key(.ed25519, UInt8($0)), credential: [UInt8($0)], comment: "", needs: .presence)
        }
    }

    /// The keys that a whole login is offered, which uses one of them or none.
    private func login(
        _ offered: OfferedKeys, _ keys: [HeldKey], foreign: Int = 0, at host: [UInt8] = [1], using used: HeldKey? = nil,
        isNamed: (HeldKey) -> Bool = { _ in false }
    ) -> [HeldKey] {
        let found = offered.choose(among: keys, for: host, foreign: foreign, isNamed: isNamed)
        if let used { offered.noteUse(of: used, at: host) }
        offered.noteEnd(at: host, unused: found.filter { $0 != used }, isInVain: used == nil)
        return found
    }

    @Test(arguments: [3, 4, 8, 30])
    func `logins that go on at once are offered the same keys`(_ count: Int) throws {
        let keys = try held(count)
        let offered = OfferedKeys()
        func choose() -> [HeldKey] { offered.choose(among: keys, for: [1], foreign: 0) { _ in false } }
        let first = choose()
        #expect(choose() == first && first.count == min(count, OfferedKeys.most - 1))
        // One of them ends with a key, and the other one in vain.
        offered.noteUse(of: keys[0], at: [1])
        offered.noteEnd(at: [1], unused: Array(first.dropFirst()), isInVain: false)
        #expect(choose().first == keys[0] && choose().count == first.count)
        offered.noteEnd(at: [1], unused: first, isInVain: true)
        #expect(choose().count == OfferedKeys.mostInVain)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 8, 30], [2, 3, 4, 5, 6])
    func `a server that ends a login early sees each key in the end, and the key of a file from the second login on`(
        _ count: Int, _ tries: Int
    ) throws {
        let keys = try held(count)
        for wanted in keys {
            let offered = OfferedKeys()
            func login() -> [HeldKey] { self.login(offered, keys) }
            let logins = (1...count + 2).first { _ in login().prefix(tries).contains(wanted) }
            #expect(logins != nil)
            offered.noteUse(of: wanted, at: [1])
            #expect(login().first == wanted || count < OfferedKeys.most)
        }
        let offered = OfferedKeys()
        for number in 1...9 {
            let found = login(offered, keys)
            #expect(number == 1 || found.count < tries || tries == 2 && found.count == tries)
        }
    }

    @Test(arguments: [1, 4, 5, 8, 30], [0, 1, 5])
    func `every key is offered to a host in the end, a few at a time`(_ count: Int, _ foreign: Int) throws {
        let keys = try held(count)
        let offered = OfferedKeys()
        let most = max(OfferedKeys.least, OfferedKeys.most - 1 - foreign)
        var seen: Set<[UInt8]> = []
        for login in 0..<count {
            let found = self.login(offered, keys, foreign: foreign)
            let few = max(OfferedKeys.least, OfferedKeys.mostInVain - foreign)
            #expect(found.count == min(count, login == 0 ? most : few))
            seen.formUnion(found.map(\.credential))
        }
        #expect(seen.count == count)
        // What was named, or used, is offered each time.
        let last = keys[count - 1]
        for _ in 0..<3 {
            let found = self.login(offered, keys, foreign: foreign) { $0 == last }
            #expect(found.contains(last))
        }
        guard count > most else { return }
        for _ in 0..<3 {
            let found = self.login(offered, keys, foreign: foreign, at: [2], using: keys[0])
            #expect(found.contains(keys[0]))
        }
    }
}
