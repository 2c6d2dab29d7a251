import Testing
import Wire

@Suite struct FrameTests {
    private func scan(_ bytes: [UInt8], at offset: Int = 0) -> Frame.Scan { Frame.scan(bytes.span, at: offset) }

    @Test func `two frames in one buffer are found one after the other`() throws {
        let buffer = try bytes(100) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(HelloRequest(), id: 1, into: &output)
            try Frame.append(CodeRequest(.name("github")), id: 0x0102_0304, into: &output)
        }
        guard case .complete(let first) = scan(buffer) else { throw WireError.truncated }
        #expect(first.type == .hello)
        guard case .complete(let second) = scan(buffer, at: first.end) else { throw WireError.truncated }
        #expect(second.type == .code)
        #expect(second.id == 0x0102_0304)
        #expect(second.end == buffer.count)
        #expect(scan(buffer, at: second.end) == .incomplete(missing: 9))
    }

    @Test func `the length has a floor and a ceiling`() {
        #expect(scan([0, 0, 0, 4]) == .malformed)
        #expect(scan([0, 0, 0, 0, 1, 2, 3, 4, 5]) == .malformed)
        #expect(scan([0, 0, 0, 5]) == .incomplete(missing: 5))
        #expect(scan([0, 3, 0xFF, 0xFC]) == .incomplete(missing: 262_140))
        #expect(scan([0, 3, 0xFF, 0xFD]) == .tooLarge)
        #expect(scan([0xFF, 0xFF, 0xFF, 0xFF]) == .tooLarge)
    }

    @Test func `the largest frame is whole at its last byte`() {
        var buffer = [UInt8](repeating: 0, count: Limits.frame)
        buffer.replaceSubrange(0..<4, with: [0, 3, 0xFF, 0xFC])
        guard case .complete(let frame) = scan(buffer) else {
            Issue.record("not complete")
            return
        }
        #expect(frame.body.count == Limits.body)
        #expect(scan(Array(buffer.dropLast())) == .incomplete(missing: 1))
    }

    @Test func `an unknown type is a whole frame without a type`() {
        #expect(
            scan([0, 0, 0, 5, 0, 0, 0, 1, 0x7E]) == .complete(Frame(id: 1, typeOctet: 0x7E, body: 9..<9)))
        for byte in UInt8.min...UInt8.max {
            let known = MessageType.allCases.contains { $0.rawValue == byte }
            #expect((Frame(id: 1, typeOctet: byte, body: 9..<9).type != nil) == known)
        }
    }

    @Test func `a message that cannot be sent leaves nothing behind`() throws {
        let tooLong = CodeRequest(.name(String(repeating: "x", count: Limits.label + 1)))
        let buffer = try bytes(2000) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(LockRequest(), id: 1, into: &output)
            do throws(WireError) {
                try Frame.append(tooLong, id: 2, into: &output)
            } catch {
                #expect(error == .tooLong)
            }
        }
        #expect(buffer == [0, 0, 0, 5, 0, 0, 0, 1, 5])
    }

    @Test func `a body over the limit is refused before anything is written`() throws {
        let accounts = (0..<300).map { _ in
            Account(
                id: Sample.id, issuer: String(repeating: "i", count: 512), name: String(repeating: "n", count: 512),
                credential: Sample.totp, created: 0, modified: 0)
        }
        let reply = AccountsReply(revision: 1, next: 0, accounts: accounts)
        #expect(throws: WireError.tooLong) {
            try bytes(Frame.encodedCount(reply)) { (output: inout OutputSpan<UInt8>) throws(WireError) in
                try Frame.append(reply, id: 1, into: &output)
            }
        }
    }

    @Test func `secret-bearing messages append the same frame as their header and body`() throws {
        let secret: [UInt8] = Array("correct horse".utf8)
        let frame = try bytes(100) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(UnlockRequest(method: .passphrase, secret: secret.span), id: 2, into: &output)
        }
        let example = try #require(Manual.examples.first { $0.name == "UNLOCK" })
        #expect(frame == example.frame)
    }
}
