import Platform
import Testing
import Wire

@testable import Client

@Suite struct `Answers of pinentry` {
    private func read(_ line: String) throws -> (Pinentry.Conversation.Reply, [UInt8]) {
        var data = try LockedBuffer(capacity: 16)
        let reply = Pinentry.Conversation.reply(line.utf8.span, data: &data)
        return (reply, data.bytes.indices.map { data.bytes[$0] })
    }

    @Test(arguments: [
        ("D hunter2", "hunter2"), ("D 100%25", "100%"), ("D a%0Ab%0d", "a\nb\r"), ("D %zz%4", "%zz%4"), ("D ", ""),
        ("D  lead", " lead"),
    ])
    func `data is decoded`(line: String, expected: String) throws {
        let (reply, data) = try read(line)
        #expect(reply == .other && data == Array(expected.utf8))
    }

    @Test func `other lines carry nothing`() throws {
        #expect(try read("OK Pleased to meet you") == (.ok, []))
        #expect(try read("ERR 83886179 Operation cancelled") == (.error, []))
        #expect(try read("S PASSWORD_FROM_CACHE") == (.other, []))
        #expect(try read("") == (.other, []))
        #expect(try read("D") == (.other, []))
    }

    @Test func `an answer that is too long is refused`() throws {
        #expect(try read("D 12345678901234567").0 == .tooLong)
    }

    @Test func `what is shown cannot add commands`() {
        #expect(Pinentry.escaped("100%\nGETPIN\r") == "100%25%0AGETPIN%0D")
    }
}

@Suite struct `Passphrases from descriptors` {
    private func read(_ text: String, limit: Int = 16) throws -> [UInt8] {
        let (own, other) = try Peer.pair()
        do {
            let peer = Peer(other)
            try peer.say(Array(text.utf8))
        }
        let secret = try Passphrase.read(descriptor: own, limit: limit)
        return secret.bytes.indices.map { secret.bytes[$0] }
    }

    @Test(arguments: [
        ("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), ("a\n\n", "a\n"), (" a ", " a "),
        ("0123456789abcdef\n", "0123456789abcdef"),
    ])
    func `lose one line end and nothing else`(text: String, expected: String) throws {
        #expect(try read(text) == Array(expected.utf8))
    }

    @Test(arguments: ["", "\n", "0123456789abcdefg", "0123456789abcdef0123456789abcdef"])
    func `that are empty or too long are refused`(text: String) throws {
        let error = #expect(throws: ClientError.self) { try read(text) }
        #expect(error?.code == .badInput)
    }

    @Test func `must be open`() {
        let error = #expect(throws: ClientError.self) { _ = try Passphrase.read(descriptor: 987) }
        #expect(error?.code == .inputMissing)
    }
}
