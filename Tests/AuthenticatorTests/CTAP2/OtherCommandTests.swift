import Authenticator
import CBOR
import Testing
import Wire

@Suite struct OtherCommandTests {
    // MARK: - getInfo, selection, reset

    @Test func `getInfo says what there is`() throws {
        var agent = FakeAgent(.state(pin: true))
        var ctap = CTAP2(.full)
        let info = try ctap.ask(.getInfo, to: &agent)
        #expect(info[1] == .array([.text("U2F_V2"), .text("FIDO_2_0"), .text("FIDO_2_1")]))
        #expect(
            info[2]
                == .array(
                    [
                        "credBlob", "credProtect", "hmac-secret", "hmac-secret-mc", "largeBlobKey", "minPinLength",
                        "thirdPartyPayment",
                    ].map { .text($0) }))
        #expect(info[3] == .bytes(Authenticator.aaguid))
        #expect(
            info[4]
                == .map([
                    "rk": .bool(true), "up": .bool(true), "uv": .bool(true), "plat": .bool(false),
                    "clientPin": .bool(true), "credMgmt": .bool(true), "pinUvAuthToken": .bool(true),
                    "makeCredUvNotRqd": .bool(true), "alwaysUv": .bool(false), "authnrCfg": .bool(true),
                    "largeBlobs": .bool(true), "perCredMgmtRO": .bool(true), "setMinPINLength": .bool(true),
                    "uvAcfg": .bool(true),
                ]))
        #expect(info[8] == .unsigned(255) && info[11] == .unsigned(4096) && info[12] == .bool(false))
        #expect(
            info[10]
                == .array(
                    [-7, -8, -9, -19].map { .map(["alg": .integer($0), "type": .text("public-key")]) }))
        #expect(info[24] == .bool(true))
        #expect(info[6] == .array([.unsigned(2), .unsigned(1)]))
        #expect(info[20] == .unsigned(998))
    }

    @Test func `profiles say less`() throws {
        var agent = FakeAgent(.state(), .state(), .state(verifies: false))
        var pinOnly = CTAP2(.pinOnly)
        guard case .map(let options)? = try pinOnly.ask(.getInfo, to: &agent)[4] else { throw CTAPStatus.other }
        #expect(options["uv"] == nil)
        #expect(options["clientPin"] == .bool(false))
        var old = CTAP2(.ctap20)
        let info = try old.ask(.getInfo, to: &agent)
        #expect(info[1] == .array([.text("U2F_V2"), .text("FIDO_2_0")]))
        #expect(info[6] == .array([.unsigned(1)]))
        #expect(info[10] == nil)
        var full = CTAP2(.full)
        guard case .map(let others)? = try full.ask(.getInfo, to: &agent)[4] else { throw CTAPStatus.other }
        #expect(others["uv"] == nil)
    }

    @Test func `selection and reset ask the owner`() {
        var agent = FakeAgent(.ok, .refused(.expired), .ok, .refused(.notAllowed))
        var ctap = CTAP2(.full)
        #expect(ctap.send(.selection, to: &agent) == [0])
        #expect(ctap.send(.selection, to: &agent) == [0x2F])
        #expect(ctap.send(.reset, to: &agent) == [0])
        #expect(ctap.send(.reset, to: &agent) == [0x30])
        #expect(agent.progress.allSatisfy { $0 == .userPresenceNeeded })
        #expect(ctap.send(.reset, [:], to: &agent) == [0x03])
        #expect(ctap.answer([0x40], channel: 1, link: &agent) == [0x01])
    }

    // MARK: - clientPIN

    private static let key: CBORMap = [
        1: .unsigned(2), 3: .integer(-25), -1: .unsigned(1), -2: .bytes([UInt8](repeating: 1, count: 32)),
        -3: .bytes([UInt8](repeating: 2, count: 32)),
    ]
    private static let point = [UInt8](repeating: 1, count: 32) + [UInt8](repeating: 2, count: 32)

    @Test func `tries are counted only where there is a PIN`() throws {
        var agent = FakeAgent(.state(pin: true), .state(pin: false), .state())
        var ctap = CTAP2(.full)
        #expect(
            try ctap.ask(.clientPIN, [1: .unsigned(2), 2: .unsigned(1)], to: &agent) == [
                3: .unsigned(8), 4: .bool(false),
            ])
        #expect(ctap.send(.clientPIN, [2: .unsigned(1)], to: &agent) == [0x35])
        #expect(try ctap.ask(.clientPIN, [2: .unsigned(7)], to: &agent) == [5: .unsigned(1)])
    }

    @Test func `keys are agreed on`() throws {
        var agent = FakeAgent(.reply(PinAgreementReply(publicKey: Self.point)))
        var ctap = CTAP2(.full)
        let answer = try ctap.ask(.clientPIN, [1: .unsigned(2), 2: .unsigned(2)], to: &agent)
        #expect(answer == [1: .map(Self.key)])
        #expect((agent.asked.first as? PinAgreementRequest)?.version == .two)
    }

    @Test func `PINs pass through encrypted`() {
        var agent = FakeAgent(.ok, .ok)
        var ctap = CTAP2(.full)
        var request: CBORMap = [
            1: .unsigned(1), 2: .unsigned(3), 3: .map(Self.key), 4: .bytes([4]), 5: .bytes([5]),
        ]
        #expect(ctap.send(.clientPIN, request, to: &agent) == [0])
        #expect(
            agent.asked.last as? PinSetRequest
                == PinSetRequest(.one, platformKey: Self.point, newPin: [5], authentication: [4]))
        request[2] = .unsigned(4)
        #expect(ctap.send(.clientPIN, request, to: &agent) == [0x14])
        request[6] = .bytes([6])
        #expect(ctap.send(.clientPIN, request, to: &agent) == [0])
        #expect(
            agent.asked.last as? PinChangeRequest
                == PinChangeRequest(.one, platformKey: Self.point, oldHash: [6], newPin: [5], authentication: [4]))
    }

    @Test func `tokens are for something`() throws {
        let token = FakeAgent.Answer.reply(PinTokenReply(token: [9]))
        var agent = FakeAgent(token, token, .state(), token)
        var ctap = CTAP2(.full)
        var request: CBORMap = [1: .unsigned(2), 2: .unsigned(5), 3: .map(Self.key), 6: .bytes([6])]
        #expect(try ctap.ask(.clientPIN, request, to: &agent) == [2: .bytes([9])])
        #expect((agent.asked.last as? PinTokenRequest)?.permissions == [])
        request[9] = .unsigned(1)
        #expect(ctap.send(.clientPIN, request, to: &agent) == [0x02])
        request[2] = .unsigned(9)
        #expect(ctap.send(.clientPIN, request, to: &agent) == [0x14])
        request[10] = .text("example.org")
        #expect(try ctap.ask(.clientPIN, request, to: &agent) == [2: .bytes([9])])
        #expect(
            agent.asked.last as? PinTokenRequest
                == PinTokenRequest(
                    .two, platformKey: Self.point, pinHash: [6], permissions: .makeCredential, site: "example.org"))
        request[9] = .unsigned(0)
        #expect(ctap.send(.clientPIN, request, to: &agent) == [0x02])
        request[9] = .unsigned(4)
        request[2] = .unsigned(6)
        #expect(try ctap.ask(.clientPIN, request, to: &agent) == [2: .bytes([9])])
        #expect((agent.asked.last as? VerificationTokenRequest)?.permissions == .credentialManagement)
        #expect(agent.progress.last == .userPresenceNeeded)
    }

    @Test func `what cannot be is refused`() {
        var agent = FakeAgent()
        var ctap = CTAP2(.pinOnly)
        for (map, status) in [
            ([:], 0x14), ([2: .unsigned(8)], 0x3E), ([2: .unsigned(6)], 0x3E), ([2: .unsigned(7)], 0x3E),
            ([2: .unsigned(2)], 0x14), ([1: .unsigned(3), 2: .unsigned(2)], 0x02),
            ([1: .unsigned(1), 2: .unsigned(5), 3: .map([:]), 6: .bytes([])], 0x14),
            ([1: .unsigned(1), 2: .unsigned(5), 3: .unsigned(1), 6: .bytes([])], 0x11),
            ([1: .unsigned(1), 2: .unsigned(5), 3: .map(Self.key), 6: .bytes([UInt8](repeating: 0, count: 81))], 0x37),
        ] as [(CBORMap, UInt8)] {
            #expect(ctap.send(.clientPIN, map, to: &agent) == [status], "\(map)")
        }
        var off = Self.key
        off[-2] = .bytes([1])
        #expect(
            ctap.send(.clientPIN, [1: .unsigned(1), 2: .unsigned(5), 3: .map(off), 6: .bytes([])], to: &agent) == [0x02]
        )
        #expect(agent.asked.isEmpty)
    }

    // MARK: - credentialManagement

    private static func entry(_ site: String, _ byte: UInt8, _ traits: KeyFlags = .discoverable) -> KeyEntry {
        var entry = KeyEntry(
            record: Identifier(high: 0, low: UInt64(byte)), credential: [byte], account: Identifier(high: 1, low: 1),
            site: site, kind: .synced, algorithm: .edDSA, publicKey: [UInt8](repeating: byte, count: 32))
        entry.flags = traits
        entry.protection = 2
        entry.userHandle = [byte, byte]
        entry.userName = "user \(byte)"
        return entry
    }

    /// Newest first, as the agent lists them.
    private static let list = FakeAgent.Answer.reply(
        KeysReply(
            revision: 1, next: 0,
            keys: [
                entry("b.example", 4), entry("fob:deploy", 9), entry("a.example", 3), entry("a.example", 8, []),
                entry("c.example", 7, [.discoverable, .needsVerification]), entry("a.example", 1),
            ]))

    private static func request(_ subcommand: UInt64, _ arguments: CBORMap? = nil) -> CBORMap {
        var request: CBORMap = [1: .unsigned(subcommand), 3: .unsigned(2), 4: .bytes([4])]
        if let arguments { request[2] = .map(arguments) }
        return request
    }

    @Test func `keys are counted`() throws {
        var agent = FakeAgent(.ok, .state(), .refused(.tokenInvalid))
        var ctap = CTAP2(.full)
        #expect(
            try ctap.ask(.credentialManagement, Self.request(1), to: &agent) == [1: .unsigned(2), 2: .unsigned(998)])
        #expect(
            agent.asked.first as? TokenVerifyRequest
                == TokenVerifyRequest(.credentialManagement, message: [1], authentication: PinAuthentication(.two, [4]))
        )
        #expect(ctap.send(.credentialManagement, Self.request(1), to: &agent) == [0x33])
        #expect(ctap.send(.credentialManagement, [1: .unsigned(1)], to: &agent) == [0x36])
        #expect(ctap.send(.credentialManagement, [1: .unsigned(8)], to: &agent) == [0x3E])
    }

    @Test func `sites and their keys are listed, but for those of scripts and those that cannot sign`() throws {
        var agent = FakeAgent(.ok, Self.list, Self.list, .ok)
        var ctap = CTAP2(.full)
        let first = try ctap.ask(.credentialManagement, Self.request(2), to: &agent)
        #expect(first[3] == .map(["id": .text("a.example")]))
        #expect(first[5] == .unsigned(2))
        let second = try ctap.ask(.credentialManagement, [1: .unsigned(3)], to: &agent)
        #expect(second[3] == .map(["id": .text("b.example")]))
        #expect(second[5] == nil)
        #expect(ctap.send(.credentialManagement, [1: .unsigned(3)], to: &agent) == [0x30])

        guard let hash = first[4] else { throw CTAPStatus.other }
        let oldest = try ctap.ask(.credentialManagement, Self.request(4, [1: hash]), to: &agent)
        #expect(
            oldest
                == [
                    6: .map(["id": .bytes([1, 1]), "name": .text("user 1")]),
                    7: .map(["id": .bytes([1]), "type": .text("public-key")]),
                    8: .map([
                        1: .unsigned(1), 3: .integer(-8), -1: .unsigned(6),
                        -2: .bytes([UInt8](repeating: 1, count: 32)),
                    ]),
                    9: .unsigned(2), 10: .unsigned(2),
                ])
        let verified = agent.asked.last as? TokenVerifyRequest
        #expect(verified?.site == "a.example")
        #expect(verified?.message.prefix(4) == [4, 0xA1, 1, 0x58])
        #expect(ctap.send(.credentialManagement, [1: .unsigned(3)], to: &agent) == [0x30])
    }

    @Test func `an enumeration belongs to one client and one kind`() throws {
        var agent = FakeAgent(.ok, Self.list)
        var ctap = CTAP2(.full)
        _ = try ctap.ask(.credentialManagement, Self.request(2), to: &agent)
        #expect(ctap.send(.credentialManagement, [1: .unsigned(3)], to: &agent, channel: 2) == [0x30])
        agent.answers = [.ok, Self.list]
        _ = try ctap.ask(.credentialManagement, Self.request(2), to: &agent)
        #expect(ctap.send(.credentialManagement, [1: .unsigned(5)], to: &agent) == [0x30])
        agent.answers = [.ok, .reply(KeysReply(revision: 1, next: 0, keys: []))]
        #expect(ctap.send(.credentialManagement, Self.request(2), to: &agent) == [0x2E])
    }

    @Test func `keys are renamed and removed`() {
        let descriptor = CBORValue.map(["id": .bytes([3]), "type": .text("public-key")])
        var agent = FakeAgent(Self.list, .ok, .ok, Self.list, .ok, .ok)
        var ctap = CTAP2(.full)
        let user = CBORValue.map(["id": .bytes([3, 3]), "name": .text("new")])
        #expect(ctap.send(.credentialManagement, Self.request(7, [2: descriptor, 3: user]), to: &agent) == [0])
        let edit = agent.asked.last as? KeyEditRequest
        #expect(edit?.key == .record(Identifier(high: 0, low: 3)))
        #expect(edit?.userName == "new")
        #expect(edit?.displayName == "")
        #expect(edit?.label == nil)
        #expect(ctap.send(.credentialManagement, Self.request(6, [2: descriptor]), to: &agent) == [0])
        #expect((agent.asked.last as? KeyRemoveRequest)?.key == .record(Identifier(high: 0, low: 3)))
        #expect((agent.asked.dropLast().last as? TokenVerifyRequest)?.site == "a.example")

        // Another user, no such key, no right.
        let other = CBORValue.map(["id": .bytes([1])])
        agent.answers = [Self.list, .ok]
        #expect(ctap.send(.credentialManagement, Self.request(7, [2: descriptor, 3: other]), to: &agent) == [0x02])
        agent.answers = [Self.list, .ok]
        let none = CBORValue.map(["id": .bytes([5]), "type": .text("public-key")])
        #expect(ctap.send(.credentialManagement, Self.request(6, [2: none]), to: &agent) == [0x2E])
        agent.answers = [Self.list, .refused(.tokenInvalid)]
        #expect(ctap.send(.credentialManagement, Self.request(6, [2: descriptor]), to: &agent) == [0x33])
    }
}
