import Testing
import Wire

@Suite struct RecoveryCodeTests {
    private func check<M: PlainMessage>(_ message: M, location: SourceLocation = #_sourceLocation) throws {
        let body = try encoded(message)
        #expect(body.count == message.encodedCount, sourceLocation: location)
        #expect(try M(from: body.span) == message, sourceLocation: location)
    }

    @Test func `what has no secrets comes back`() throws {
        try check(RecoveryListRequest(start: .max))
        try check(RecoveryCountsReply(Sample.recoverySet))
        try check(RecoverySetsReply(revision: .max, next: 7, sets: [Sample.recoverySet, Sample.recoverySet]))
        for use in RecoveryUse.allCases {
            try check(RecoveryNextRequest(.id(Sample.id), for: use))
            for isSuperseded in [false, true] {
                try check(RecoveryShowRequest(.name("x"), for: use, isSuperseded: isSuperseded))
            }
        }
    }

    @Test func `as many codes as there may be fit into one message, and lie where it says`() throws {
        let text = [UInt8](repeating: UInt8(ascii: "7"), count: Limits.recoveryCode)
        let codes = Array(
            repeating: NewRecoveryCode(text: 0..<Limits.recoveryCode, isUsed: true), count: Limits.recoveryCodes)
        let selector = Selector.name(Sample.text(Limits.label))
        let service = Sample.text(Limits.recoveryService)
        let body = try encoded(
            RecoverySetRequest(
                selector, service: service, isInOrder: true, replaces: true, codes: codes, in: text.span))
        #expect(body.count <= Limits.body)
        let read = try RecoverySetRequest(from: body.span)
        #expect(read.codes.count == Limits.recoveryCodes)
        let (parts, lent) = (read.codes, read.text)
        #expect(parts.allSatisfy { Array(copying: lent.extracting($0.text)) == text && $0.isUsed })
        let shown = codes.map { ShownRecoveryCode(text: $0.text, shown: .max, used: .max) }
        #expect(try encoded(RecoveryCodesReply(Sample.recoverySet, codes: shown, in: text.span)).count <= Limits.page)
    }

    @Test func `no codes, too many, empty and too long ones are neither sent nor taken`() throws {
        let text = [UInt8](repeating: UInt8(ascii: "7"), count: Limits.recoveryCode + 1)
        let one = NewRecoveryCode(text: 0..<1, isUsed: false)
        for (codes, error) in [
            ([], WireError.outOfRange), (Array(repeating: one, count: Limits.recoveryCodes + 1), .tooLong),
            ([NewRecoveryCode(text: 0..<0, isUsed: false)], .outOfRange),
            ([NewRecoveryCode(text: 0..<text.count, isUsed: false)], .tooLong),
        ] {
            #expect(throws: error) {
                try encoded(
                    RecoverySetRequest(
                        .name(""), service: "", isInOrder: false, replaces: false, codes: codes, in: text.span))
            }
        }
        let head: [UInt8] = [0, 0, 0, 0, 0, 0, 0]
        #expect(throws: WireError.outOfRange) { try recode(.recoverySet, head + [0, 0]) }
        #expect(throws: WireError.tooLong) { try recode(.recoverySet, head + [0, 129]) }
        #expect(throws: WireError.outOfRange) { try recode(.recoverySet, head + [0, 1, 0, 0, 0]) }
        #expect(throws: WireError.tooLong) { try recode(.recoverySet, head + [0, 1, 0, 129]) }
        #expect(throws: WireError.unknownValue) { try recode(.recoveryNext, [0, 0, 0, 3]) }
        #expect(throws: Never.self) { try recode(.recoveryUsed, [0, 0, 0, 0, 0]) }
    }
}
