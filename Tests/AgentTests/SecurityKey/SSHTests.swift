import Age
import CryptoP256
import Platform
import Testing
import Vault
import Wire

@testable import Agent

/// What OpenSSH asks a signature for, and through which hosts.
@Suite struct SSHTests {
    init() throws { try Memory.prepare() }

    /// Builds what ssh sends.
    private struct Message {
        var bytes: [UInt8] = []
        func byte(_ byte: UInt8) -> Message { Message(bytes: bytes + [byte]) }
        func string(_ string: [UInt8]) -> Message {
            let count = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: string.count >> $0) }
            return Message(bytes: bytes + count + string)
        }
        func text(_ text: String) -> Message { string(Array(text.utf8)) }
    }

    private struct Host {
        let seed: [UInt8]
        init(_ byte: UInt8) { seed = [UInt8](repeating: byte, count: 32) }

        var blob: [UInt8] {
            let key = Sodium.signingPublicKey(seed: seed.span)
            return Message().text("ssh-ed25519").string(key.indices.map { key[$0] }).bytes
        }

        func bind(_ session: [UInt8], isForwarding: Bool = false, signing other: [UInt8]? = nil) -> SSHBindRequest {
            let text = other ?? session
            let signature = Sodium.signature(of: text.span, seed: seed.span)
            return SSHBindRequest(
                hostKey: blob, session: session,
                signature: Message().text("ssh-ed25519").string(signature.indices.map { signature[$0] }).bytes,
                isForwarding: isForwarding, name: "host")
        }
    }

    private let session = [UInt8](repeating: 0x53, count: 32)

    private func contents() throws -> Contents {
        let way = UnlockMethod(
            source: .identity, label: "test", recipient: try X25519Identity.random().recipient, at: 1000)
        return try Contents(unlockMethod: way, at: 1000)
    }

    private func key(_ algorithm: Vault.KeyAlgorithm) throws -> KeyCredential {
        var contents = try contents()
        let new = Vault.NewKey(relyingParty: "ssh:", .synced, algorithm, .ssh)
        let secret = [UInt8](repeating: 7, count: 32)
        let point = [UInt8](repeating: 9, count: algorithm.publicKeyCount)
        return try contents.addKey(new, privateKey: secret.span, publicKey: point.span, at: 1)
    }

    private func blob(_ key: KeyCredential, application: String = "ssh:") -> [UInt8] {
        key.algorithm == .edDSA
            ? Message().text("sk-ssh-ed25519@openssh.com").string(key.publicKey).text(application).bytes
            : Message().text("sk-ecdsa-sha2-nistp256@openssh.com").text("nistp256").string([4] + key.publicKey)
                .text(application).bytes
    }

    private func login(_ user: String, _ key: KeyCredential, blob: [UInt8]? = nil, hostKey: [UInt8]? = nil) -> [UInt8] {
        let method = hostKey == nil ? "publickey" : "publickey-hostbound-v00@openssh.com"
        let message = Message().string(session).byte(50).text(user).text("ssh-connection").text(method).byte(1)
            .text("sk").string(blob ?? self.blob(key))
        return (hostKey.map { message.string($0) } ?? message).bytes
    }

    @Test(arguments: [Vault.KeyAlgorithm.edDSA, .es256])
    func `what a signature is for is read from the data`(algorithm: Vault.KeyAlgorithm) throws {
        let key = try key(algorithm)
        let host = Host(1).blob
        let plain = login("git", key)
        #expect(SSHPurpose(plain.span, key: key) == .login(user: "git", session: session, hostKey: nil))
        let bound = login("git", key, hostKey: host)
        #expect(SSHPurpose(bound.span, key: key) == .login(user: "git", session: session, hostKey: host))
        let signature = Array("SSHSIG".utf8) + Message().text("git").text("").text("sha512").string([1]).bytes
        #expect(SSHPurpose(signature.span, key: key) == .signature(namespace: "git"))
        for data in [bound, signature] {
            // Cut off anywhere, or longer, it is nothing that is known.
            for count in data.indices { #expect(SSHPurpose(data.span.extracting(0..<count), key: key) == .other) }
            let longer = data + [0]
            #expect(SSHPurpose(longer.span, key: key) == .other)
        }
        // A login with another key.
        for other in [blob(try self.key(algorithm == .edDSA ? .es256 : .edDSA)), blob(key, application: "ssh:x"), []] {
            let foreign = login("git", key, blob: other)
            #expect(SSHPurpose(foreign.span, key: key) == .other)
        }
    }

    private func isAccepted(_ request: SSHBindRequest, by bindings: inout SSHBindings) -> Bool {
        do throws(Refusal) {
            try bindings.add(SSHBinding(request))
            return true
        } catch { return false }
    }

    @Test func `a host that has signed the session is proved, with both algorithms`() throws {
        let ed25519 = try SSHBinding(Host(1).bind(session))
        #expect(ed25519.standing == .proved && ed25519.host.name == "host")
        #expect(ed25519.host.fingerprint.hasPrefix("SHA256:") && ed25519.host.fingerprint.utf8.count == 50)
        let secret = [UInt8](repeating: 3, count: 32)
        let point = try P256.publicKey(of: secret.span)
        let raw = try P256.signature(ofDigest: Sodium.sha256(session.span).span, privateKey: secret.span)
        func number(_ bytes: [UInt8]) -> [UInt8] { (bytes[0] & 0x80 == 0 ? [] : [0]) + bytes }
        let digits = raw.indices.map { raw[$0] }
        let pair = Message().string(number(Array(digits[..<32]))).string(number(Array(digits[32...]))).bytes
        var request = SSHBindRequest(
            hostKey: Message().text("ecdsa-sha2-nistp256").text("nistp256").string(
                [4] + point.indices.map { point[$0] }
            )
            .bytes,
            session: session, signature: Message().text("ecdsa-sha2-nistp256").string(pair).bytes, isForwarding: false)
        #expect(try SSHBinding(request).standing == .proved)
        request.session[0] ^= 1
        #expect(throws: Refusal.self) { try SSHBinding(request) }
    }

    @Test func `what another kind of host key has signed counts as said by the client`() throws {
        let request = SSHBindRequest(
            hostKey: Message().text("ssh-rsa").string([1]).string([2]).bytes, session: session,
            signature: Message().text("rsa-sha2-512").string([3]).bytes, isForwarding: false)
        #expect(try SSHBinding(request).standing == .claimed)
    }

    @Test func `a binding without the host's signature is refused`() {
        var bindings = SSHBindings()
        let forged = isAccepted(Host(1).bind(session, signing: [1]), by: &bindings)
        #expect(!forged && bindings.all.isEmpty)
    }

    @Test func `nothing comes behind a session that is for logging in`() {
        var bindings = SSHBindings()
        let first = isAccepted(Host(1).bind(session), by: &bindings)
        let second = isAccepted(Host(2).bind([UInt8](repeating: 2, count: 32), isForwarding: true), by: &bindings)
        #expect(first && !second)
        #expect(bindings.hops.isEmpty && bindings.login(session) != nil)
        #expect(bindings.login([UInt8](repeating: 2, count: 32)) == nil)
    }

    @Test func `a session has one host key, and connections are not followed for ever`() {
        var bindings = SSHBindings()
        for number in UInt8(0)..<16 {
            let id = [UInt8](repeating: number, count: 32)
            let isBound = isAccepted(Host(1).bind(id, isForwarding: true), by: &bindings)
            #expect(isBound)
        }
        let three = [UInt8](repeating: 3, count: 32)
        let again = isAccepted(Host(1).bind(three, isForwarding: true), by: &bindings)
        let other = isAccepted(Host(2).bind(three, isForwarding: true), by: &bindings)
        let more = isAccepted(Host(1).bind([UInt8](repeating: 99, count: 32), isForwarding: true), by: &bindings)
        #expect(again && !other && !more)
        #expect(bindings.hops.count == 16)
    }

    // MARK: Limits to hosts

    /// Where a key may sign: every set of six steps, each way of at most three hosts, each kind of login.
    @Test func `a limited key signs where each step of the way is among its limits, and nowhere else`() throws {
        let hosts = [Host(1), Host(2), Host(3)]
        func hash(_ host: Int) -> [UInt8] { SSHHostKey.hash(hosts[host].blob.span) }
        let steps: [(from: Int?, to: Int, user: String)] = [
            (nil, 0, ""), (nil, 1, ""), (0, 1, ""), (1, 0, ""), (1, 2, ""), (nil, 0, "git"),
        ]
        var ways: [([Int], SSHBindings)] = []
        for way in [[0], [1], [0, 1], [1, 0], [0, 1, 2], [2]] {
            var bindings = SSHBindings()
            for (index, host) in way.enumerated() {
                let isLast = index == way.count - 1
                let id = isLast ? session : [UInt8](repeating: UInt8(index), count: 32)
                try bindings.add(SSHBinding(hosts[host].bind(id, isForwarding: !isLast)))
            }
            ways.append((way, bindings))
        }
        var allowed = 0
        for set in 0..<(1 << steps.count) {
            let chosen = steps.indices.filter { set & 1 << $0 != 0 }.map { steps[$0] }
            let limits = chosen.map { step in
                HostLimit(from: step.from.map { [hash($0)] } ?? [], to: [hash(step.to)], user: step.user, name: "x")
            }
            let key = try limited(to: limits)
            for (way, bindings) in ways {
                for user in ["git", "root"] {
                    for hostKey in [nil, way.last.map { hosts[$0].blob }, Host(9).blob] {
                        let isAllowed = way.indices.allSatisfy { index in
                            chosen.contains { step in
                                step.from == (index == 0 ? nil : way[index - 1]) && step.to == way[index]
                                    && (index < way.count - 1 || step.user.isEmpty || step.user == user)
                            }
                        }
                        // Behind another host only what is bound to the host's key, and never another host's.
                        let isBound = hostKey == nil ? way.count == 1 : hostKey != Host(9).blob
                        let purpose = SSHPurpose.login(user: user, session: session, hostKey: hostKey)
                        #expect(isSigned(purpose, key, bindings) == (isAllowed && isBound), "\(way) \(set) \(user)")
                        allowed += isAllowed && isBound ? 1 : 0
                    }
                }
                #expect(!isSigned(.signature(namespace: "git"), key, bindings) && !isSigned(.other, key, bindings))
            }
        }
        #expect(allowed > 0)
    }

    @Test func `a limited key signs for nobody who has not proved to be that host`() throws {
        let rsa = Message().text("ssh-rsa").string([1]).string([2]).bytes
        let key = try limited(to: [
            HostLimit(to: [SSHHostKey.hash(rsa.span), SSHHostKey.hash(Host(1).blob.span)], name: "x")
        ])
        let login = SSHPurpose.login(user: "git", session: session, hostKey: nil)
        #expect(!isSigned(login, key, SSHBindings()))
        var claimed = SSHBindings()
        try claimed.add(
            SSHBinding(
                SSHBindRequest(
                    hostKey: rsa, session: session, signature: Message().text("rsa-sha2-512").string([3]).bytes,
                    isForwarding: false)))
        // What the client says of a host is no proof; that the host's key is in what is signed is one.
        #expect(!isSigned(login, key, claimed))
        #expect(isSigned(.login(user: "git", session: session, hostKey: rsa), key, claimed))
        var other = SSHBindings()
        try other.add(SSHBinding(Host(1).bind([UInt8](repeating: 2, count: 32))))
        #expect(!isSigned(login, key, other))
        var forwarded = SSHBindings()
        try forwarded.add(SSHBinding(Host(1).bind(session, isForwarding: true)))
        #expect(!isSigned(login, key, forwarded))
        #expect(!isSigned(.login(user: "git", session: session, hostKey: Host(1).blob), key, forwarded))
    }

    private func limited(to limits: [HostLimit]) throws -> KeyCredential {
        var contents = try contents()
        let new = Vault.NewKey(relyingParty: "ssh:", .synced, .edDSA, .ssh)
        let bytes = [UInt8](repeating: 7, count: 32)
        let key = try contents.addKey(new, privateKey: bytes.span, publicKey: bytes.span, at: 1)
        try contents.editKey(key.id, hosts: .only(limits), at: 2)
        return try #require(contents.key(key.id))
    }

    private func isSigned(_ purpose: SSHPurpose, _ key: KeyCredential, _ bindings: SSHBindings) -> Bool {
        do throws(Refusal) {
            try bindings.check(purpose, against: key)
            return true
        } catch { return false }
    }
}
