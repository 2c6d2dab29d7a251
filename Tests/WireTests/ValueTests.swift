import Testing
import Wire

@Suite struct ValueTests {
    @Test func `the version agreed on is the highest of both`() {
        #expect(HelloRequest(versions: 1...1).agreed(with: 1...1) == 1)
        #expect(HelloRequest(versions: 1...9).agreed(with: 1...3) == 3)
        #expect(HelloRequest(versions: 2...3).agreed(with: 1...9) == 3)
        #expect(HelloRequest(versions: 4...9).agreed(with: 1...3) == nil)
        #expect(HelloRequest(versions: 1...1).agreed(with: 2...3) == nil)
    }

    @Test func `codes are exit statuses`() {
        let statuses: [Int32] = [
            2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
            31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 46, 64, 65, 66, 69, 70, 71, 73, 74, 75, 76, 77, 78, 130,
        ]
        #expect(ErrorCode.allCases.map(\.exitStatus) == statuses)
        #expect(
            ErrorCode.allCases.filter { !$0.isSent }.map(\.exitStatus) == [
                12, 13, 14, 15, 30, 31, 32, 33, 37, 38, 66, 69, 73, 130,
            ])
    }

    @Test func `types have names of their own, and events have bytes of their own`() {
        #expect(Set(MessageType.allCases.map(\.name)).count == MessageType.allCases.count)
        for type in MessageType.allCases {
            #expect(!type.isEvent || (0xE0...0xEF).contains(type.rawValue))
        }
        #expect(MessageType.allCases.count(where: \.isEvent) == 8)
        #expect(!MessageType.error.isEvent)
    }

    @Test func `each event has a bit of its own in the mask`() {
        let masks = MessageType.allCases.filter(\.isEvent).map { EventMask($0) }
        #expect(
            masks == [.locked, .unlocked, .changed, .challenge, .challengeEnded, .backupDue, .backupHealth, .number])
        #expect(EventMask(.ok) == [])
        #expect(EventMask(.error) == [])
    }

    @Test func `an id is 32 hexadecimal digits`() {
        #expect(Sample.id.description == "00112233445566778899aabbccddeeff")
        #expect(Identifier(hexadecimal: "00112233445566778899AABBCCDDEEFF") == Sample.id)
        let wrong = [
            "", "00", String(repeating: "0", count: 31), String(repeating: "0", count: 33),
            "+0112233445566778899aabbccddeeff", "0011223344556677-899aabbccddeeff", "g0112233445566778899aabbccddeeff",
        ]
        for text in wrong { #expect(Identifier(hexadecimal: text) == nil) }
        let bytes = [UInt8](repeating: 0, count: 17)
        #expect(Identifier(bytes.span) == nil)
        #expect(Identifier(bytes.span.extracting(0..<15)) == nil)
        #expect(Identifier(bytes.span.extracting(0..<16))?.description == String(repeating: "0", count: 32))
    }

    @Test func `texts from outside are cut between characters and lose NUL`() {
        #expect(Text.clipped("short") == "short")
        #expect(Text.clipped("a\0b") == "ab")
        #expect(Text.clipped("aé", to: 2) == "a")
        #expect(Text.clipped("aé", to: 3) == "aé")
        #expect(Text.clipped("🔑🔑", to: 7) == "🔑")
        #expect(Text.clipped("x", to: 0) == "")
    }

    @Test func `an error or a challenge can be sent whatever its texts are`() throws {
        let endless = String(repeating: "é\0", count: 9000)
        let error = ErrorReply(
            .busy, Sentence(endless), remedy: Sentence(endless), details: Array(repeating: endless, count: 99))
        let body = try encoded(error)
        #expect(try ErrorReply(from: body.span) == error)
        var challenge = Challenge()
        (challenge.question, challenge.account, challenge.site, challenge.user) = (endless, endless, endless, endless)
        (challenge.dataName, challenge.terminal, challenge.unit) = (endless, endless, endless)
        challenge.details = Array(repeating: endless, count: 99)
        challenge.host = ChallengeHost(.claimed, fingerprint: endless, name: endless)
        challenge.hops = Array(repeating: ChallengeHost(.proved, fingerprint: endless, name: endless), count: 99)
        challenge.programs = Array(
            repeating: ChallengeProgram(processID: 1, name: endless, executable: endless), count: 99)
        challenge.clip()
        #expect(challenge.hops.count == Limits.hops && Int(challenge.moreHops) == 99 - Limits.hops)
        let event = try encoded(ChallengeEvent(challenge))
        #expect(try ChallengeEvent(from: event.span) == ChallengeEvent(challenge))
    }

    @Test func `every refusal has words`() {
        #expect(Set(WireError.allCases.map(\.description)).count == WireError.allCases.count)
    }
}
