import Authenticator
import CBOR
import Testing
import Wire

@Suite struct GetAssertionTests {
    private static let least: CBORMap = [1: .text("example.org"), 2: .bytes([UInt8](repeating: 0x22, count: 32))]

    private static func status(_ map: CBORMap, _ answers: FakeAgent.Answer..., profile: TestProfile = .full) -> UInt8? {
        var agent = FakeAgent()
        agent.answers = answers
        var ctap = CTAP2(profile)
        return ctap.send(.getAssertion, map, to: &agent)?.first
    }

    private static func asked(_ map: CBORMap, _ answers: FakeAgent.Answer...) -> KeyAssertRequest? {
        var agent = FakeAgent()
        agent.answers = answers
        var ctap = CTAP2(.full)
        #expect(ctap.send(.getAssertion, map, to: &agent)?.first == 0)
        return agent.asked.last as? KeyAssertRequest
    }

    @Test func `a key of a list signs`() throws {
        var request = Self.least
        request[3] = .array([
            .map(["id": .bytes([7, 7]), "type": .text("public-key")]),
            .map(["id": .bytes([8]), "type": .text("other")]),
        ])
        var agent = FakeAgent(.assertion())
        var ctap = CTAP2(.full)
        let answer = try ctap.ask(.getAssertion, request, to: &agent)
        #expect(
            answer
                == [
                    1: .map(["id": .bytes([7, 7]), "type": .text("public-key")]),
                    2: .bytes([UInt8](repeating: 9, count: 37)), 3: .bytes([0x30, 0x01]),
                ])
        let asked = agent.asked.last as? KeyAssertRequest
        #expect(asked?.site == "example.org")
        #expect(asked?.allowed == [[7, 7]])
        #expect(asked?.flags == .presence)
        #expect(agent.progress == [.userPresenceNeeded])
    }

    @Test func `several accounts come one after the other`() throws {
        var agent = FakeAgent(
            .assertion(count: 3, handle: [1], name: "alice", display: "Alice"), .assertion(handle: [2]),
            .assertion(handle: [3], name: "carol"))
        var ctap = CTAP2(.full)
        let first = try ctap.ask(.getAssertion, Self.least, to: &agent)
        #expect(first[5] == .unsigned(3))
        #expect(first[4] == .map(["id": .bytes([1]), "name": .text("alice"), "displayName": .text("Alice")]))
        let second = try ctap.ask(.getNextAssertion, to: &agent)
        #expect(second[5] == nil)
        #expect(second[4] == .map(["id": .bytes([2])]))
        #expect(try ctap.ask(.getNextAssertion, to: &agent)[4] == .map(["id": .bytes([3]), "name": .text("carol")]))
        #expect(ctap.send(.getNextAssertion, to: &agent) == [0x30])
        #expect(agent.asked.count == 3)
    }

    @Test func `other commands and other clients end the enumeration`() throws {
        var ctap = CTAP2(.full)
        var agent = FakeAgent(.assertion(count: 3, handle: [1]))
        _ = try ctap.ask(.getAssertion, Self.least, to: &agent)
        #expect(ctap.send(.getNextAssertion, to: &agent, channel: 2) == [0x30])
        #expect(ctap.send(.getNextAssertion, to: &agent) == [0x30])
        agent = FakeAgent(.assertion(count: 3, handle: [1]), .state())
        _ = try ctap.ask(.getAssertion, Self.least, to: &agent)
        _ = try ctap.ask(.getInfo, to: &agent)
        #expect(ctap.send(.getNextAssertion, to: &agent) == [0x30])
        #expect(ctap.send(.getNextAssertion, [:], to: &agent) == [0x03])
    }

    @Test func `without presence nobody is asked`() {
        var request = Self.least
        request[5] = .map(["up": .bool(false)])
        // Only who names the key gets a signature unasked, and never for ssh.
        #expect(Self.status(request) == 0x2B)
        request[3] = .array([.map(["type": .text("public-key"), "id": .bytes([1])])])
        #expect(Self.asked(request, .assertion())?.flags == [])
        var ssh = request
        ssh[1] = .text("ssh:")
        #expect(Self.status(ssh) == 0x2B)
        request[4] = .map(["credBlob": .bool(true)])
        #expect(Self.asked(request, .assertion())?.flags == .blob)
    }

    @Test func `verification by the passphrase, where there is such a thing`() {
        var request = Self.least
        request[5] = .map(["uv": .bool(true)])
        #expect(Self.asked(request, .state(), .assertion())?.flags == [.presence, .verification])
        #expect(Self.status(request, .state(verifies: false)) == 0x2C)
        #expect(Self.status(request, .state(), profile: .pinOnly) == 0x2C)
        // A proof by the PIN makes it needless.
        request[6] = .bytes([1, 2])
        request[7] = .unsigned(1)
        let asked = Self.asked(request, .assertion())
        #expect(asked?.flags == .presence)
        #expect(asked?.authentication == PinAuthentication(.one, [1, 2]))
    }

    @Test func `salts of hmac-secret go to the agent as they are`() {
        let key: CBORMap = [
            1: .unsigned(2), 3: .integer(-25), -1: .unsigned(1), -2: .bytes([UInt8](repeating: 1, count: 32)),
            -3: .bytes([UInt8](repeating: 2, count: 32)),
        ]
        let input: CBORMap = [
            1: .map(key), 2: .bytes([UInt8](repeating: 3, count: 48)), 3: .bytes([UInt8](repeating: 4, count: 32)),
            4: .unsigned(2),
        ]
        var request = Self.least
        request[4] = .map(["hmac-secret": .map(input)])
        #expect(
            Self.asked(request, .assertion())?.hmacSecret
                == HmacSecretInput(
                    .two, platformKey: [UInt8](repeating: 1, count: 32) + [UInt8](repeating: 2, count: 32),
                    salts: [UInt8](repeating: 3, count: 48), authentication: [UInt8](repeating: 4, count: 32)))
        var old = input
        old[4] = nil
        old[2] = .bytes([UInt8](repeating: 3, count: 32))
        request[4] = .map(["hmac-secret": .map(old)])
        #expect(Self.asked(request, .assertion())?.hmacSecret?.version == .one)
        request[5] = .map(["up": .bool(false)])
        #expect(Self.status(request) == 0x2B)
        request[5] = nil
        for (index, value, status) in [
            (1, nil, 0x14), (2, nil, 0x14), (3, nil, 0x14), (1, .map([:]), 0x14), (4, .unsigned(9), 0x02),
            (2, .bytes([UInt8](repeating: 3, count: 32)), 0x03), (3, .bytes([UInt8](repeating: 3, count: 33)), 0x33),
        ] as [(CBORKey, CBORValue?, UInt8)] {
            var wrong = input
            wrong[index] = value
            request[4] = .map(["hmac-secret": .map(wrong)])
            #expect(Self.status(request) == status, "\(index): \(String(describing: value))")
        }
    }

    @Test func `what cannot be is refused`() {
        for (key, value, status) in [
            (1, nil, 0x14), (1, .unsigned(1), 0x11), (1, .text(""), 0x02), (2, nil, 0x14), (2, .text("a"), 0x11),
            (2, .bytes([1]), 0x02), (3, .map([:]), 0x11), (3, .array([.map(["id": .bytes([1])])]), 0x14),
            (5, .map(["rk": .bool(true)]), 0x2B), (6, .bytes([1]), 0x14),
        ] as [(CBORKey, CBORValue?, UInt8)] {
            var request = Self.least
            request[key] = value
            #expect(Self.status(request) == status, "\(key): \(String(describing: value))")
        }
    }

    @Test(arguments: [(nil, 0x2E), (.denied, 0x27), (.expired, 0x2F)] as [(ErrorCode?, UInt8)])
    func `that no key is here is told once a person has chosen this authenticator`(
        _ refusal: ErrorCode?, _ status: UInt8
    ) {
        var request = Self.least
        request[3] = .array([.map(["id": .bytes([1]), "type": .text("other")])])
        #expect(Self.status(request, refusal.map { .refused($0) } ?? .ok) == status)
        // Before a touch nobody is asked.
        request[5] = .map(["up": .bool(false)])
        #expect(Self.status(request) == 0x2E)
    }

    @Test func `an empty list is none, and an empty recentUnlock a wish to be touched`() {
        var request = Self.least
        request[3] = .array([])
        #expect(Self.asked(request, .assertion())?.allowed == [])
        request[6] = .bytes([])
        #expect(Self.status(request, .ok, .state(pin: true)) == 0x31)
    }
}
