import Authenticator
import Testing
import Wire

@Suite struct U2FTests {
    private static let challenge = [UInt8](repeating: 0x0C, count: 32)
    private static let application = [UInt8](repeating: 0xA5, count: 32)
    private static let site = String(repeating: "a5", count: 32)

    /// With the long form of lengths, as HID clients send it.
    private static func command(_ instruction: UInt8, _ parameter: UInt8 = 0, _ data: [UInt8]) -> [UInt8] {
        [0, instruction, parameter, 0, 0, UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data + [0, 0]
    }

    private static let register = command(1, 0, challenge + application)
    private static func authenticate(_ parameter: UInt8, _ handle: [UInt8] = [7, 7]) -> [UInt8] {
        command(2, parameter, challenge + application + [UInt8(handle.count)] + handle)
    }

    @Test func `the version needs no agent`() {
        var agent = FakeAgent()
        var u2f = U2F()
        let version = Array("U2F_V2".utf8) + [0x90, 0x00]
        for message in ["00030000", "00030000 00", "00030000 000000", "00030000 0000000000"] {
            #expect(u2f.answer(bytes(message), now: 0, link: &agent) == version, "\(message)")
        }
        #expect(agent.asked.isEmpty)
    }

    @Test func `what is no message of U2F is refused`() {
        var agent = FakeAgent()
        var u2f = U2F()
        for (message, status) in [
            ("", 0x6700), ("000300", 0x6700), ("00000000", 0x6D00), ("00400000", 0x6D00), ("01030000", 0x6E00),
            ("01030000 03616263", 0x6E00), ("00030000 03616263", 0x6700), ("00030000 0361", 0x6700),
            ("00030000 0161626364", 0x6700), ("00030000 00000161626364", 0x6700), ("00010000 0161", 0x6700),
            ("00020300 0161", 0x6700),
        ] as [(String, UInt16)] {
            let answer = u2f.answer(bytes(message), now: 0, link: &agent)
            #expect(answer == [UInt8(status >> 8), UInt8(status & 0xFF)], "\(message)")
        }
        // A handle that is shorter than it says, or empty.
        let short = Self.command(2, 3, Self.challenge + Self.application + [3, 7, 7])
        #expect(u2f.answer(short, now: 0, link: &agent) == [0x67, 0x00])
        #expect(u2f.answer(Self.authenticate(3, []), now: 0, link: &agent) == [0x67, 0x00])
        #expect(u2f.answer(Self.authenticate(5), now: 0, link: &agent) == [0x6A, 0x80])
        #expect(agent.asked.isEmpty)
    }

    @Test func `a key is registered`() {
        var agent = FakeAgent(.made)
        var u2f = U2F(requester: KeyRequester(processID: 5))
        let answer = u2f.answer(Self.register, now: 0, link: &agent)
        #expect(
            answer == [5, 4] + [UInt8](repeating: 0x50, count: 64) + [32] + [UInt8](repeating: 0xC1, count: 32)
                + [0x30, 0x01] + [0x30, 0x00] + [0x90, 0x00])
        var wanted = NewKey(.u2f, site: Self.site, algorithms: [.es256])
        wanted.clientData = Self.challenge
        wanted.requester = KeyRequester(processID: 5)
        #expect((agent.asked.last as? KeyCreateRequest)?.key == wanted)
    }

    @Test func `a key signs, also where presence should not be enforced`() {
        for parameter in [3, 8] as [UInt8] {
            var agent = FakeAgent(.assertion())
            var u2f = U2F()
            let answer = u2f.answer(Self.authenticate(parameter), now: 0, link: &agent)
            #expect(answer == [9, 9, 9, 9, 9, 0x30, 0x01, 0x90, 0x00])
            let asked = agent.asked.last as? KeyAssertRequest
            #expect(asked?.transport == .u2f)
            #expect(asked?.site == Self.site)
            #expect(asked?.allowed == [[7, 7]])
            #expect(asked?.flags == .presence)
        }
    }

    @Test func `a check asks nobody and signs nothing`() {
        var agent = FakeAgent(.assertion(), .refused(.noKey))
        var u2f = U2F()
        #expect(u2f.answer(Self.authenticate(7), now: 0, link: &agent) == [0x69, 0x85])
        #expect((agent.asked.last as? KeyAssertRequest)?.flags == [])
        #expect(u2f.answer(Self.authenticate(7), now: 0, link: &agent) == [0x6A, 0x80])
    }

    @Test func `while the owner is asked, the client comes again, and the question stays`() {
        var agent = FakeAgent(.pending, .pending, .assertion())
        var u2f = U2F()
        #expect(u2f.answer(Self.authenticate(3), now: 0, link: &agent) == [0x69, 0x85])
        #expect(u2f.deadline == 3000)
        u2f.expire(now: 2999, link: &agent)
        #expect(u2f.answer(Self.authenticate(3), now: 500, link: &agent) == [0x69, 0x85])
        #expect(u2f.answer(Self.authenticate(3), now: 1000, link: &agent)?.suffix(2) == [0x90, 0x00])
        #expect(agent.asked.count == 1)
        #expect(agent.dropped.isEmpty)
        #expect(u2f.deadline == nil)
    }

    @Test func `a client that does not come again, or asks for something else, has given up`() {
        var agent = FakeAgent(.pending, .pending, .assertion())
        var u2f = U2F()
        _ = u2f.answer(Self.authenticate(3), now: 0, link: &agent)
        u2f.expire(now: 3000, link: &agent)
        #expect(agent.dropped == [1])
        _ = u2f.answer(Self.authenticate(3), now: 5000, link: &agent)
        #expect(u2f.answer(Self.authenticate(3, [8]), now: 5100, link: &agent)?.suffix(2) == [0x90, 0x00])
        #expect(agent.dropped == [1, 2])
        #expect(agent.asked.count == 3)
    }

    @Test func `after a no, the client's next tries ask nobody`() {
        var agent = FakeAgent(.pending, .refused(.denied), .pending)
        var u2f = U2F()
        for now in [0, 500, 1000, 3900] as [UInt64] {
            #expect(u2f.answer(Self.authenticate(3), now: now, link: &agent) == [0x69, 0x85])
        }
        #expect(agent.asked.count == 1)
        u2f.expire(now: 6900, link: &agent)
        _ = u2f.answer(Self.authenticate(3), now: 7000, link: &agent)
        #expect(agent.asked.count == 2)
    }

    @Test(arguments: [(.noKey, 0x6A80), (.locked, 0x6985), (.notSaved, 0x6F00)] as [(ErrorCode, UInt16)])
    func `refusals have statuses`(_ code: ErrorCode, _ status: UInt16) {
        var agent = FakeAgent(.refused(code))
        var u2f = U2F()
        let answer = u2f.answer(Self.authenticate(3), now: 0, link: &agent)
        #expect(answer == [UInt8(status >> 8), UInt8(status & 0xFF)])
    }

    @Test func `nobody is answered who has gone`() {
        var agent = FakeAgent(.abandoned)
        var u2f = U2F()
        #expect(u2f.answer(Self.register, now: 0, link: &agent) == nil)
    }
}
