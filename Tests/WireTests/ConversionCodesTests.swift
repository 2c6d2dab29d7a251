import Testing
import Wire

@Suite struct ConversionCodesTests {
    private func frame(_ service: String, _ texts: [String], used: Set<Int> = []) throws -> [UInt8] {
        var text: [UInt8] = []
        var codes: [NewRecoveryCode] = []
        for (index, code) in texts.enumerated() {
            let start = text.count
            text += Array(code.utf8)
            codes.append(NewRecoveryCode(text: start..<text.count, isUsed: used.contains(index)))
        }
        let message = ConversionCodes(service: service, isInOrder: true, codes: codes)
        return try bytes(ConversionFrame.header + message.encodedCount) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try message.appendFrame(in: text.span, into: &output)
        }
    }

    @Test func `codes come back, and lie where the frame says`() throws {
        let frame = try frame("keycloak", ["E1YB-1NYF", "x", "2258 4826"], used: [1])
        let found = try #require(try ConversionFrame.scan(frame.span))
        #expect(found.kind == .codes && found.body.upperBound == frame.count)
        let body = Array(frame[found.body])
        let read = try ConversionCodes(from: body.span)
        #expect(read.service == "keycloak" && read.isInOrder)
        #expect(
            read.codes.map { String(decoding: body[$0.text], as: UTF8.self) } == ["E1YB-1NYF", "x", "2258 4826"])
        #expect(read.codes.map(\.isUsed) == [false, true, false])
        for count in 0..<body.count {
            #expect(throws: WireError.truncated) { try ConversionCodes(from: body.span.extracting(0..<count)) }
        }
        let more = body + [0]
        #expect(throws: WireError.leftover) { try ConversionCodes(from: more.span) }
    }

    @Test func `no codes, empty and too long ones are neither sent nor taken`() throws {
        #expect(throws: WireError.outOfRange) { try frame("", []) }
        #expect(throws: WireError.outOfRange) { try frame("", [""]) }
        #expect(throws: WireError.tooLong) { try frame("", [Sample.text(Limits.recoveryCode + 1)]) }
        #expect(throws: WireError.tooLong) { try frame(Sample.text(Limits.recoveryService + 1), ["1"]) }
        #expect(throws: WireError.tooLong) {
            try frame("", Array(repeating: "1", count: Limits.recoveryCodes + 1))
        }
        let none: [UInt8] = [0, 0, 0, 0, 0]
        #expect(throws: WireError.outOfRange) { try ConversionCodes(from: none.span) }
    }
}
