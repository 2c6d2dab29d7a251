import Authenticator
import CBOR
import Testing
import Wire

/// authenticatorLargeBlobs (CTAP 2.1, section 6.10) and authenticatorConfig (6.11), as the door reads them.
@Suite struct LargeBlobTests {
    private static func status(_ command: Command, _ map: CBORMap, _ answers: FakeAgent.Answer...) -> UInt8? {
        var agent = FakeAgent()
        agent.answers = answers
        var ctap = CTAP2(.full)
        return ctap.send(command, map, to: &agent)?.first
    }

    private static let proof = [UInt8](repeating: 4, count: 32)

    private static func written(_ bytes: [UInt8], offset: UInt64 = 0, length: UInt64? = nil) -> CBORMap {
        var map: CBORMap = [
            2: .bytes(bytes), 3: .unsigned(offset), 5: .bytes(proof), 6: .unsigned(2),
        ]
        if let length { map[4] = .unsigned(length) }
        return map
    }

    @Test func `a part is read`() throws {
        var agent = FakeAgent(.reply(LargeBlobsReply([1, 2, 3])))
        var ctap = CTAP2(.full)
        #expect(
            try ctap.ask(.largeBlobs, [1: .unsigned(7545), 3: .unsigned(5)], to: &agent) == [1: .bytes([1, 2, 3])])
        #expect(agent.asked.first as? LargeBlobsRequest == LargeBlobsRequest(.read, offset: 5, count: 7545))
        #expect(Self.status(.largeBlobs, [1: .unsigned(7546), 3: .unsigned(0)]) == 0x03)
        #expect(Self.status(.largeBlobs, [1: .unsigned(1), 3: .unsigned(0), 4: .unsigned(9)]) == 0x02)
        #expect(Self.status(.largeBlobs, [1: .unsigned(1), 2: .bytes([1]), 3: .unsigned(0)]) == 0x02)
        #expect(Self.status(.largeBlobs, [3: .unsigned(0)]) == 0x02)
        #expect(Self.status(.largeBlobs, [1: .unsigned(1)]) == 0x14)
    }

    @Test func `a part is written by who has proved to be the owner`() throws {
        let bytes = [UInt8](repeating: 7, count: 20)
        var agent = FakeAgent(.reply(LargeBlobsReply()))
        var ctap = CTAP2(.full)
        #expect(ctap.send(.largeBlobs, Self.written(bytes, length: 30), to: &agent) == [0])
        #expect(
            agent.asked.first as? LargeBlobsRequest
                == LargeBlobsRequest(
                    offset: 0, total: 30, bytes: bytes, authentication: PinAuthentication(.two, Self.proof)))
        var unproved = Self.written(bytes, length: 30)
        unproved[5] = nil
        #expect(Self.status(.largeBlobs, unproved) == 0x36)
        // The first part says how long all is, and no other does.
        #expect(Self.status(.largeBlobs, Self.written(bytes)) == 0x02)
        #expect(Self.status(.largeBlobs, Self.written(bytes, offset: 20, length: 30)) == 0x02)
        #expect(Self.status(.largeBlobs, Self.written(bytes, length: 16)) == 0x02)
        #expect(Self.status(.largeBlobs, Self.written(bytes, length: 19), .reply(LargeBlobsReply())) == 0x02)
        #expect(Self.status(.largeBlobs, Self.written(bytes, length: 30), .pending) != 0)
        #expect(Self.status(.largeBlobs, Self.written(bytes, length: 4097)) == 0x18)
        #expect(Self.status(.largeBlobs, Self.written(bytes, offset: 4090), .refused(.usage)) == 0x04)
        #expect(Self.status(.largeBlobs, Self.written(bytes, length: 20), .refused(.badInput)) == 0x3D)
        #expect(Self.status(.largeBlobs, Self.written(bytes, offset: 5), .refused(.usage)) == 0x04)
        #expect(Self.status(.largeBlobs, Self.written(bytes, length: 30), .refused(.tokenInvalid)) == 0x33)
    }

    @Test func `the key of large blobs comes with what it was asked with`() throws {
        let key = [UInt8](repeating: 9, count: 32)
        var agent = FakeAgent(.assertion(), .reply(LargeBlobsReply(key)))
        var ctap = CTAP2(.full)
        let request: CBORMap = [
            1: .text("example.org"), 2: .bytes([UInt8](repeating: 1, count: 32)),
            4: .map(["largeBlobKey": .bool(true)]),
        ]
        #expect(try ctap.ask(.getAssertion, request, to: &agent)[7] == .bytes(key))
        #expect((agent.asked.first as? KeyAssertRequest)?.flags == [.presence, .largeBlobKey])
        #expect(agent.asked.last as? LargeBlobsRequest == LargeBlobsRequest(.key))
        var none = FakeAgent(.assertion(), .reply(LargeBlobsReply()))
        #expect(try ctap.ask(.getAssertion, request, to: &none)[7] == nil)
        var wrong = request
        wrong[4] = .map(["largeBlobKey": .bool(false)])
        #expect(Self.status(.getAssertion, wrong) == 0x2C)
    }

    @Test func `who always verifies asks for it by itself`() throws {
        var agent = FakeAgent(.assertion())
        agent.configuration = KeyConfigurationReply(alwaysVerifies: true, mustChange: false)
        var ctap = CTAP2(.full)
        let request: CBORMap = [1: .text("example.org"), 2: .bytes([UInt8](repeating: 1, count: 32))]
        _ = try ctap.ask(.getAssertion, request, to: &agent)
        #expect((agent.asked.first as? KeyAssertRequest)?.flags == [.presence, .verification])
        agent.answers = [.state()]
        let info = try ctap.ask(.getInfo, to: &agent)
        #expect(info[1] == .array([.text("FIDO_2_0"), .text("FIDO_2_1")]))
        guard case .map(let options)? = info[4] else { throw CTAPStatus.other }
        #expect(options["alwaysUv"] == .bool(true) && options["makeCredUvNotRqd"] == .bool(false))
    }

    @Test func `settings go to the agent with what the platform has authenticated`() throws {
        var agent = FakeAgent(.reply(KeyConfigurationReply(alwaysVerifies: true, mustChange: false)))
        var ctap = CTAP2(.full)
        let toggle: CBORMap = [1: .unsigned(2), 3: .unsigned(2), 4: .bytes(Self.proof)]
        #expect(ctap.send(.configuration, toggle, to: &agent) == [0])
        let toggled = try #require(agent.asked.first as? KeyConfigurationRequest)
        #expect(toggled.action == .toggleVerification)
        #expect(toggled.message == [UInt8](repeating: 0xFF, count: 32) + [0x0D, 0x02])
        #expect(toggled.authentication == PinAuthentication(.two, Self.proof))
        agent.answers = [.state(pin: true), .reply(KeyConfigurationReply())]
        let arguments: CBORMap = [1: .unsigned(6), 2: .array([.text("example.org")]), 3: .bool(true)]
        let longer: CBORMap = [
            1: .unsigned(3), 2: .map(arguments), 3: .unsigned(1), 4: .bytes([UInt8](repeating: 4, count: 16)),
        ]
        #expect(ctap.send(.configuration, longer, to: &agent) == [0])
        let set = try #require(agent.asked.last as? KeyConfigurationRequest)
        #expect((set.action, set.shortest, set.mustChange) == (.setShortestPIN, 6, true))
        #expect(set.hasSites && set.sites == ["example.org"])
        #expect(
            set.message
                == [UInt8](repeating: 0xFF, count: 32) + [0x0D, 0x03] + CBORWriter.write(.map(arguments)))
        for length: UInt64 in [0, 64, 255, 256] {
            var tooLong = longer
            tooLong[2] = .map([1: .unsigned(length)])
            let done = FakeAgent.Answer.reply(KeyConfigurationReply())
            #expect(Self.status(.configuration, tooLong, done) == 0x37)
        }
        #expect(Self.status(.configuration, [1: .unsigned(2)]) == 0x36)
        #expect(Self.status(.configuration, [1: .unsigned(1), 3: .unsigned(1), 4: .bytes([1])]) == 0x3E)
        #expect(Self.status(.configuration, longer, .state(pin: false)) == 0x35)
        #expect(Self.status(.configuration, toggle, .refused(.permissionMissing)) == 0x40)
    }
}
