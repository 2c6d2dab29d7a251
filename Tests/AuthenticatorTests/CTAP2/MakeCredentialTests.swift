import Authenticator
import CBOR
import Testing
import Wire

@Suite struct MakeCredentialTests {
    private static let hash = [UInt8](repeating: 0x11, count: 32)

    /// A request of the least that a site sends.
    private static var least: CBORMap {
        [
            1: .bytes(hash), 2: .map(["id": .text("example.org"), "name": .text("Example")]),
            3: .map(["id": .bytes([1, 2, 3]), "name": .text("alice"), "displayName": .text("Alice A.")]),
            4: .array([
                .map(["alg": .integer(-257), "type": .text("public-key")]),
                .map(["alg": .integer(-8), "type": .text("public-key")]),
                .map(["alg": .integer(-7), "type": .text("public-key")]),
            ]),
        ]
    }

    private static func status(
        _ map: CBORMap, _ answers: FakeAgent.Answer..., profile: TestProfile = .full
    ) -> UInt8? {
        var agent = FakeAgent()
        agent.answers = answers
        var ctap = CTAP2(profile)
        return ctap.send(.makeCredential, map, to: &agent)?.first
    }

    @Test func `what the site sends goes to the agent, and what the agent made comes back`() throws {
        var request = Self.least
        request[5] = .array([
            .map(["id": .bytes([5]), "type": .text("public-key")]), .map(["id": .bytes([6]), "type": .text("other")]),
        ])
        request[6] = .map([
            "credProtect": .unsigned(2), "hmac-secret": .bool(true), "credBlob": .bytes([8, 8]), "other": .null,
        ])
        request[7] = .map(["rk": .bool(true)])
        request[8] = .bytes([UInt8](repeating: 4, count: 32))
        request[9] = .unsigned(2)
        var agent = FakeAgent(.made)
        var ctap = CTAP2(.full, requester: KeyRequester(processID: 42))
        let answer = try ctap.ask(.makeCredential, request, to: &agent)
        #expect(
            answer
                == [
                    1: .text("packed"), 2: .bytes([0xAA, 0xBB]),
                    3: .map(["alg": .integer(-7), "sig": .bytes([0x30, 0x00])]),
                ])
        guard agent.asked.count == 1, let create = agent.asked[0] as? KeyCreateRequest else {
            Issue.record("asked \(agent.asked)")
            return
        }
        var wanted = NewKey(.ctap, site: "example.org", algorithms: [.edDSA, .es256])
        wanted.flags = [.discoverable, .hmacSecret, .selfAttestation]
        wanted.protection = 2
        (wanted.siteName, wanted.userHandle, wanted.userName) = ("Example", [1, 2, 3], "alice")
        (wanted.displayName, wanted.clientData, wanted.excluded) = ("Alice A.", Self.hash, [[5]])
        wanted.blob = [8, 8]
        wanted.authentication = PinAuthentication(.two, [UInt8](repeating: 4, count: 32))
        wanted.requester = KeyRequester(processID: 42)
        #expect(create.key == wanted)
        #expect(agent.progress == [.userPresenceNeeded])
    }

    @Test func `attestation is left out where the client would rather have none`() throws {
        var request = Self.least
        request[11] = .array([.text("tpm"), .text("none"), .text("packed")])
        var agent = FakeAgent(.state(), .made)
        var ctap = CTAP2(.full)
        let answer = try ctap.ask(.makeCredential, request, to: &agent)
        #expect(answer[1] == .text("none"))
        #expect(answer[3] == .map([:]))
        let create = agent.asked.last as? KeyCreateRequest
        #expect(create?.key.flags == [])
    }

    @Test(arguments: [1, 2, 3, 4] as [CBORKey]) func `what must be there must be there, and of its type`(_ key: CBORKey)
    {
        var request = Self.least
        request[key] = nil
        #expect(Self.status(request) == 0x14)
        request[key] = .unsigned(8)
        #expect(Self.status(request) == 0x11)
    }

    @Test func `wrong types within are refused`() {
        let wrong: [(CBORKey, CBORValue)] = [
            (2, .map(["id": .unsigned(8)])), (2, .map(["id": .text("a"), "name": .unsigned(8)])),
            (2, .map(["id": .text("a"), "icon": .unsigned(8)])), (3, .map(["id": .text("a")])),
            (3, .map(["id": .bytes([1]), "displayName": .unsigned(8)])), (4, .array([.text("wrong")])),
            (4, .array([.map(["alg": .text("7"), "type": .text("public-key")])])), (5, .unsigned(8)),
            (5, .array([.text("1234")])), (5, .array([.map(["id": .text("a"), "type": .text("public-key")])])),
            (5, .array([.map(["id": .bytes([1]), "type": .bytes([1])])])), (6, .unsigned(8)), (7, .unsigned(8)),
            (6, .map(["credProtect": .bool(true)])), (7, .map(["rk": .unsigned(1)])), (8, .text("")),
            (11, .array([.unsigned(1)])),
        ]
        for (key, value) in wrong {
            var request = Self.least
            request[key] = value
            #expect(Self.status(request) == 0x11, "\(key): \(value)")
        }
        for (key, value) in [
            (4, .array([.map(["alg": .integer(-7)])])), (4, .array([.map(["type": .text("public-key")])])),
            (5, .array([.map(["type": .text("public-key")])])), (5, .array([.map(["id": .bytes([1])])])),
            (2, .map([:])), (3, .map([:])),
        ] as [(CBORKey, CBORValue)] {
            var request = Self.least
            request[key] = value
            #expect(Self.status(request) == 0x14, "\(key): \(value)")
        }
    }

    @Test func `values that cannot be are refused`() {
        for (key, value, status) in [
            (1, .bytes([1]), 0x02), (2, .map(["id": .text("")]), 0x02), (3, .map(["id": .bytes([])]), 0x02),
            (3, .map(["id": .bytes([UInt8](repeating: 0, count: 65))]), 0x02), (10, .unsigned(1), 0x02),
            (2, .map(["id": .text("a\0b")]), 0x02), (4, .array([]), 0x26),
            (4, .array([.map(["alg": .integer(-257), "type": .text("public-key")])]), 0x26),
            (4, .array([.map(["alg": .integer(-7), "type": .text("other")])]), 0x26),
            (6, .map(["credProtect": .unsigned(4)]), 0x2C), (6, .map(["credProtect": .unsigned(0)]), 0x2C),
            (7, .map(["up": .bool(false)]), 0x2C),
        ] as [(CBORKey, CBORValue, UInt8)] {
            var request = Self.least
            request[key] = value
            #expect(Self.status(request) == status, "\(key): \(value)")
        }
        var request = Self.least
        request[5] = .array(
            [CBORValue](repeating: .map(["id": .bytes([1]), "type": .text("public-key")]), count: 65))
        #expect(Self.status(request) == 0x15)
    }

    @Test func `what was verified goes by protocols that there are`() {
        var request = Self.least
        request[8] = .bytes([1])
        #expect(Self.status(request) == 0x14)
        request[9] = .unsigned(3)
        #expect(Self.status(request) == 0x02)
        request[9] = .unsigned(1)
        request[8] = .bytes([UInt8](repeating: 0, count: 33))
        #expect(Self.status(request) == 0x33)
    }

    @Test func `an empty recentUnlock is a wish to be touched`() {
        var request = Self.least
        request[8] = .bytes([])
        #expect(Self.status(request, .ok, .state(pin: true)) == 0x31)
        #expect(Self.status(request, .ok, .state(pin: false)) == 0x35)
        #expect(Self.status(request, .refused(.denied)) == 0x27)
    }

    @Test func `with a PIN, discoverable keys need it, and in CTAP 2.0 all do`() {
        var request = Self.least
        #expect(Self.status(request, .state(pin: true), .made) == 0)
        #expect(Self.status(request, .state(pin: true), .made, profile: .ctap20) == 0x36)
        request[7] = .map(["rk": .bool(true)])
        #expect(Self.status(request, .state(pin: true), .made) == 0x36)
        #expect(Self.status(request, .state(pin: false), .made) == 0)
    }

    @Test func `verification by the passphrase, where there is such a thing`() {
        var request = Self.least
        request[7] = .map(["uv": .bool(true)])
        var agent = FakeAgent(.state(), .made)
        var ctap = CTAP2(.full)
        #expect(ctap.send(.makeCredential, request, to: &agent)?.first == 0)
        #expect((agent.asked.last as? KeyCreateRequest)?.key.flags == [.verification, .selfAttestation])
        #expect(Self.status(request, .state(verifies: false), .made) == 0x2C)
        #expect(Self.status(request, .state(), .made, profile: .pinOnly) == 0x2C)
    }

    @Test func `a blob that is too long is no reason to make no key`() {
        var request = Self.least
        request[6] = .map(["credBlob": .bytes([UInt8](repeating: 1, count: 33))])
        var agent = FakeAgent(.state(), .made)
        var ctap = CTAP2(.full)
        #expect(ctap.send(.makeCredential, request, to: &agent)?.first == 0)
        #expect((agent.asked.last as? KeyCreateRequest)?.key.blob == [])
        #expect((agent.asked.last as? KeyCreateRequest)?.key.flags.contains(.blobTooLong) == true)
    }

    @Test(
        arguments: [
            (.excluded, 0x19), (.unsupportedAlgorithm, 0x26), (.denied, 0x27), (.locked, 0x2F), (.keysFull, 0x28),
            (.cancelled, 0x2D), (.noKey, 0x2E), (.expired, 0x2F), (.noVault, 0x2F), (.notAllowed, 0x30),
            (.pinWrong, 0x31),
            (.pinBlocked, 0x32),
            (.tokenInvalid, 0x33), (.pinPaused, 0x34), (.pinNotSet, 0x35), (.verificationRequired, 0x36),
            (.pinPolicy, 0x37),
            (.permissionMissing, 0x40), (.badInput, 0x02), (.noAgent, 0x7F), (.notSaved, 0x7F),
        ] as [(ErrorCode, UInt8)])
    func `refusals of the agent have statuses`(_ code: ErrorCode, _ status: UInt8) {
        #expect(Self.status(Self.least, .state(), .refused(code)) == status)
    }

    @Test func `nobody is answered who has gone`() {
        var agent = FakeAgent(.state(), .abandoned)
        var ctap = CTAP2(.full)
        #expect(ctap.send(.makeCredential, Self.least, to: &agent) == nil)
    }

    @Test func `what is not canonical CBOR is refused, and so are maps that are none`() {
        var agent = FakeAgent()
        var ctap = CTAP2(.full)
        for (digits, status) in [
            ("01", 0x12), ("01 a1", 0x12), ("01 a201010101", 0x12), ("01 80", 0x11), ("02 a0 00", 0x12),
        ] {
            #expect(ctap.answer(bytes(digits), channel: 1, link: &agent) == [UInt8(status)], "\(digits)")
        }
        #expect(agent.asked.isEmpty)
    }
}
