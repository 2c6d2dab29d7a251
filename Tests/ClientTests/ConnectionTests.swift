import Glibc
import Platform
import Synchronization
import Testing
import Wire

@testable import Client

@Suite struct `A connection` {
    /// How often a person was told something.
    private final class Told: Sendable {
        let count = Mutex(0)
    }

    private static let id = Identifier(high: 1, low: 2)
    private static let reply = CodeReply(
        account: id, code: "123456", validFrom: 30, validUntil: 60, counter: 1, period: 30)

    private func answers(_ first: some PlainMessage) throws -> [UInt8] {
        try Peer.frame(Peer.welcome, id: 1) + Peer.frame(first, id: 2)
    }

    private func code(_ name: String, over connection: inout Connection) throws(ClientError) -> String {
        let reply: CodeReply = try connection.request(CodeRequest(.name(name)))
        return reply.code
    }

    @Test func `sends HELLO and the first request in one write`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        try peer.say(answers(Self.reply))
        var connection = Connection(FileDescriptor(owning: own))
        #expect(try code("github", over: &connection) == "123456")
        let expected = try Peer.frame(HelloRequest(), id: 1) + Peer.frame(CodeRequest(.name("github")), id: 2)
        #expect(try peer.heard() == expected)
        #expect(connection.welcome?.release == "test")
    }

    @Test func `says HELLO once and numbers its requests`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        try peer.say(answers(OKReply()) + Peer.frame(OKReply(), id: 3))
        var connection = Connection(FileDescriptor(owning: own))
        try connection.request(LockRequest())
        try connection.request(LockRequest())
        let expected =
            try Peer.frame(HelloRequest(), id: 1) + Peer.frame(LockRequest(), id: 2) + Peer.frame(LockRequest(), id: 3)
        #expect(try peer.heard() == expected)
    }

    @Test func `an unlock that has to wait is asked for again, and a wrong one is not`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        let busy = ErrorReply(.busy, "the vault is being opened or changed by another request", remedy: "")
        try peer.say(
            answers(busy) + Peer.frame(busy, id: 3) + Peer.frame(OKReply(), id: 4)
                + Peer.frame(ErrorReply(.permission, "wrong", remedy: ""), id: 5))
        var connection = Connection(FileDescriptor(owning: own))
        try connection.unlock(passphrase: [1, 2].span)
        let refused = #expect(throws: ClientError.self) { try connection.unlock(passphrase: [3].span) }
        #expect(refused?.code == .permission)
    }

    @Test func `what was begun at once is finished in its order`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        let no = ErrorReply(.badInput, "no", remedy: "")
        try peer.say(
            answers(Self.reply) + Peer.frame(ChangedEvent(revision: 7), id: 0) + Peer.frame(no, id: 3)
                + Peer.frame(Self.reply, id: 4) + Peer.frame(Self.reply, id: 6))
        var connection = Connection(FileDescriptor(owning: own))
        var begun: [UInt32] = []
        for name in ["a", "b", "c", "d"] { begun.append(try connection.begin(CodeRequest(.name(name)))) }
        #expect(begun == [2, 3, 4, 5])
        #expect(try connection.finish(2) as CodeReply == Self.reply)
        let refused = #expect(throws: ClientError.self) { try connection.finish(3, CodeReply.self) }
        #expect(refused?.code == .badInput)
        #expect(try connection.finish(4) as CodeReply == Self.reply)
        // The answer to another request is not taken for this one's.
        #expect(throws: ClientError.self) { try connection.finish(5, CodeReply.self) }
    }

    @Test func `puts replies together that come byte by byte`() throws {
        let (own, other) = try Peer.pair()
        let bytes = try answers(Self.reply)
        let speaker = try Speaker {
            let peer = Peer(other)
            // Who hangs up before it was asked is gone.
            _ = try peer.heard()
            for byte in bytes {
                try peer.say([byte])
                Environment.sleep(milliseconds: 1)
            }
        }
        let reply = try Connection(FileDescriptor(owning: own)).quickCode(CodeRequest(.name("x")))
        #expect(reply == Self.reply)
        try speaker.finish()

        let (own2, other2) = try Peer.pair()
        let second = try Speaker {
            let peer = Peer(other2)
            _ = try peer.heard()
            for byte in bytes { try peer.say([byte]) }
        }
        var connection = Connection(FileDescriptor(owning: own2))
        #expect(try code("x", over: &connection) == "123456")
        try second.finish()
    }

    @Test func `hands on what the agent refuses, and stays usable`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        let refusal = ErrorReply(.ambiguous, "several fit", remedy: "type more", details: ["a", "b"])
        try peer.say(answers(refusal) + Peer.frame(Self.reply, id: 3))
        var connection = Connection(FileDescriptor(owning: own))
        #expect(
            throws: ClientError(.ambiguous, "several fit", remedy: "type more", details: ["a", "b"])
        ) { try code("x", over: &connection) }
        #expect(try code("x", over: &connection) == "123456")
    }

    @Test func `a refused HELLO ends the request`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        try peer.say(Peer.frame(ErrorReply(.protocolMismatch, "no"), id: 1))
        var connection = Connection(FileDescriptor(owning: own))
        #expect(throws: ClientError(.protocolMismatch, "no")) { try code("x", over: &connection) }
    }

    @Test func `a reply of the wrong kind or number is refused`() throws {
        for bytes in [
            try answers(OKReply()), try Peer.frame(Peer.welcome, id: 1) + Peer.frame(Self.reply, id: 9),
            try Peer.frame(Self.reply, id: 1),
        ] {
            for quick in [false, true] {
                let (own, other) = try Peer.pair()
                let peer = Peer(other)
                try peer.say(bytes)
                var connection = Connection(FileDescriptor(owning: own))
                let error = #expect(throws: ClientError.self) {
                    if quick {
                        _ = try Connection(FileDescriptor(owning: dup(own))).quickCode(CodeRequest(.name("x")))
                    } else {
                        _ = try code("x", over: &connection)
                    }
                }
                #expect(error?.code == .protocolMismatch)
            }
        }
    }

    @Test func `an agent that goes away, or announces too much, is an error`() throws {
        let whole = try answers(Self.reply)
        for (bytes, wanted) in [
            ([], ErrorCode.noAgent), (Array(whole.dropLast()), .noAgent), (Array(whole.prefix(3)), .noAgent),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0x81], .protocolMismatch), ([0, 0, 0, 1, 0], .protocolMismatch),
        ] {
            let (own, other) = try Peer.pair()
            do {
                let peer = Peer(other)
                try peer.say(bytes)
                _ = shutdown(other, Int32(SHUT_WR))
                var connection = Connection(FileDescriptor(owning: own))
                let error = #expect(throws: ClientError.self) { try code("x", over: &connection) }
                #expect(error?.code == wanted)
                _ = try peer.heard()
            }
        }
    }

    @Test func `a reply larger than the first buffer is taken whole`() throws {
        let (own, other) = try Peer.pair()
        let accounts = (0..<200).map { number in
            Account(
                id: Identifier(high: 0, low: UInt64(number)), issuer: "Issuer \(number)",
                name: String(repeating: "n", count: 200),
                credential: Credential(kind: .totp, algorithm: .sha1, digits: 6, period: 30), created: 1, modified: 1)
        }
        let first = AccountsReply(revision: 5, next: 100, accounts: Array(accounts.prefix(100)))
        let second = AccountsReply(revision: 5, next: 0, accounts: Array(accounts.suffix(100)))
        let bytes = try answers(first) + Peer.frame(second, id: 3)
        let peer = Peer(other)
        try peer.say(bytes)
        var connection = Connection(FileDescriptor(owning: own))
        #expect(try connection.accounts() == accounts)
    }

    @Test func `a list that changes between two pages is asked for again`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        let pages = [
            AccountsReply(revision: 5, next: 1, accounts: []), AccountsReply(revision: 6, next: 0, accounts: []),
            AccountsReply(revision: 6, next: 0, accounts: []),
        ]
        try peer.say(answers(pages[0]) + Peer.frame(pages[1], id: 3) + Peer.frame(pages[2], id: 4))
        var connection = Connection(FileDescriptor(owning: own))
        #expect(try connection.accounts().isEmpty)
    }

    @Test func `events between replies are kept for later`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        try peer.say(
            Peer.frame(Peer.welcome, id: 1) + Peer.frame(UnlockedEvent(), id: 0)
                + Peer.frame(ChangedEvent(revision: 7), id: 0) + Peer.frame(OKReply(), id: 2)
                + Peer.frame(LockedEvent(.idle), id: 0))
        var connection = Connection(FileDescriptor(owning: own))
        try connection.request(SubscribeRequest(.all))
        #expect(try connection.nextEvent() == .unlocked)
        #expect(try connection.nextEvent() == .changed(revision: 7))
        #expect(try connection.nextEvent() == .locked(.idle))
    }

    @Test func `events that are read at once are all heard, without waiting for another`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        let changes = try Peer.frame(ChangedEvent(revision: 7), id: 0) + Peer.frame(ChangedEvent(revision: 8), id: 0)
        try peer.say(answers(OKReply()) + changes)
        var connection = Connection(FileDescriptor(owning: own))
        try connection.request(LockRequest())
        // Both came with the reply, in one read.
        #expect(try connection.keptEvent() == .changed(revision: 7))
        #expect(try connection.eventThatCame() == .changed(revision: 8))
        #expect(try connection.eventThatCame() == nil)
        try peer.say(changes)
        #expect(try connection.eventThatCame() == .changed(revision: 7))
        #expect(try connection.eventThatCame() == .changed(revision: 8))
        #expect(try connection.eventThatCame() == nil)
    }

    @Test func `secrets go out as the protocol says`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        try peer.say(answers(OKReply()))
        var connection = Connection(FileDescriptor(owning: own))
        let secret: [UInt8] = [1, 2, 3]
        try connection.unlock(passphrase: secret.span)
        let expected: [UInt8] = try Peer.frame(HelloRequest(), id: 1) + [0, 0, 0, 11, 0, 0, 0, 2, 4, 1, 0, 3, 1, 2, 3]
        #expect(try peer.heard() == expected)
    }

    @Test func `what is over a limit is refused before anything is sent`() throws {
        let (own, other) = try Peer.pair()
        let peer = Peer(other)
        try peer.say(answers(Self.reply))
        var connection = Connection(FileDescriptor(owning: own))
        let error = #expect(throws: ClientError.self) {
            try code(String(repeating: "x", count: 5000), over: &connection)
        }
        #expect(error?.code == .badInput)
        // The next request is the first that is sent.
        #expect(try code("x", over: &connection) == "123456")
    }

    @Test func `a person is told once that a reply takes long`() throws {
        let (own, other) = try Peer.pair()
        let bytes = try answers(OKReply())
        let told = Told()
        let speaker = try Speaker {
            let peer = Peer(other)
            _ = try peer.heard()
            for _ in 0..<60_000 where told.count.withLock({ $0 }) == 0 { Environment.sleep(milliseconds: 1) }
            try peer.say(Array(bytes.prefix(7)))
            Environment.sleep(milliseconds: 900)
            try peer.say(Array(bytes.dropFirst(7)))
        }
        var connection = Connection(FileDescriptor(owning: own))
        connection.onWaiting = { told.count.withLock { $0 += 1 } }
        try connection.request(LockRequest())
        #expect(told.count.withLock { $0 } == 1)
        try speaker.finish()
    }
}
