import Testing
import Wire

/// Every value has one encoding; everything else has its own refusal, on both sides.
@Suite struct CanonicalTests {
    private func refused(
        _ type: MessageType, _ body: [UInt8], _ error: WireError, location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: location) { try recode(type, body) }
    }

    private func unsendable(
        _ message: some PlainMessage, _ error: WireError, location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: location) { try encoded(message) }
    }

    @Test func `HELLO needs its magic and a range of versions that starts at 1 or later`() {
        refused(.hello, Array("fobX".utf8) + [0, 1, 0, 1], .badMagic)
        refused(.hello, Array("fob\0".utf8) + [0, 0, 0, 1], .outOfRange)
        refused(.hello, Array("fob\0".utf8) + [0, 2, 0, 1], .outOfRange)
        unsendable(HelloRequest(versions: 0...1), .outOfRange)
    }

    @Test func `a bool is 0 or 1`() {
        // EDIT by an empty name, mask 64: bound to its device.
        #expect(throws: Never.self) { try recode(.edit, [0, 0, 0, 0, 64, 1]) }
        refused(.edit, [0, 0, 0, 0, 64, 2], .badBool)
        refused(.edit, [0, 0, 0, 0, 64, 0xFF], .badBool)
    }

    @Test func `what is asked for is one of three, and verified means confirmed`() {
        for consent in Consent.allCases {
            #expect(throws: Never.self) { try recode(.edit, [0, 0, 0, 0, 16, consent.rawValue]) }
        }
        refused(.edit, [0, 0, 0, 0, 16, 3], .unknownValue)
        var account = Sample.smallest
        for consent in Consent.allCases {
            account.consent = consent
            #expect(account.inVersion1.consent == (consent == .none ? .none : .confirm))
        }
    }

    @Test(
        arguments: [
            [0xC3, 0x28], [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
            [0x61, 0x00],
        ] as [[UInt8]])
    func `a string is UTF-8 without NUL`(text: [UInt8]) {
        refused(.code, [0, 0, 0, UInt8(text.count)] + text, .badText)
    }

    @Test func `a string with NUL is not sent`() { unsendable(CodeRequest(.name("a\0b")), .badText) }

    @Test func `what is over its limit is refused before it is read`() {
        refused(.code, [0, 0, 0x04, 0x02], .tooLong)
        refused(.unlock, [1, 0x10, 0x01], .tooLong)
        refused(.initialize, [0xFF, 0xFF], .tooLong)
        refused(.challengesReply, [0, 33], .tooLong)
        refused(.accounts, Array(repeating: 0, count: 12) + [0x10, 0x01], .tooLong)
        refused(.export, [1, 0x27, 0x11], .tooLong)
        refused(.exportBytes, [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], .tooLong)
    }

    @Test func `what is over its limit is not sent`() {
        unsendable(CodeRequest(.name(Sample.text(Limits.label + 1))), .tooLong)
        var edit = AccountEdit()
        edit.tags = Array(repeating: "", count: Limits.tags + 1)
        #expect(throws: WireError.tooLong) { try encoded(EditRequest(.id(Sample.id), edit, note: nil)) }
        edit.tags = [Sample.text(Limits.tag + 1)]
        #expect(throws: WireError.tooLong) { try encoded(EditRequest(.id(Sample.id), edit, note: nil)) }
        edit.tags = nil
        let note = [UInt8](repeating: 0x61, count: Limits.note + 1)
        #expect(throws: WireError.tooLong) { try encoded(EditRequest(.id(Sample.id), edit, note: note.span)) }
        unsendable(
            ExportRequest(.entries, accounts: Array(repeating: Sample.id, count: Limits.exportAccounts + 1)), .tooLong)
        unsendable(ChallengesReply(Array(repeating: Sample.challenge, count: Limits.challenges + 1)), .tooLong)
        var account = Sample.smallest
        account.credential.digits = 11
        unsendable(AccountsReply(revision: 0, next: 0, accounts: [account]), .outOfRange)
        account.credential.digits = 6
        account.credential.period = 86_401
        unsendable(AccountsReply(revision: 0, next: 0, accounts: [account]), .outOfRange)
    }

    @Test func `a passphrase is not empty, except in APPROVE`() {
        refused(.initialize, [0, 0], .outOfRange)
        refused(.unlock, [1, 0, 0], .outOfRange)
        refused(.passphrase, [0, 1, 0x61, 0, 0], .outOfRange)
        #expect(throws: Never.self) { try recode(.approve, [UInt8](repeating: 0, count: 22)) }
        let nothing: [UInt8] = []
        #expect(throws: WireError.outOfRange) { try encoded(InitializeRequest(passphrase: nothing.span)) }
    }

    @Test func `values and flags that are not defined are refused`() {
        refused(.unlock, [0, 0, 1, 0x61], .unknownValue)
        refused(.unlock, [5, 0, 1, 0x61], .unknownValue)
        refused(.accessCodes, [0, 1, 0x61, 7, 0, 0], .outOfRange)
        refused(.accessCodes, [0, 1, 0x61, 33, 0, 0], .outOfRange)
        refused(.accessCodes, [0, 1, 0x61, 8, 0, 33], .tooLong)
        refused(.accessCodes, [0, 0, 8], .outOfRange)
        refused(.hardwareAdd, [0, 1, 0x61, 0, 31] + [UInt8](repeating: 1, count: 31), .outOfRange)
        refused(.accessRemove, [0, 1, 0x61, 0, 0], .outOfRange)
        refused(.accessRemove, [0, 1, 0x61, 0, 129], .tooLong)
        refused(.accessAdd, [0, 1, 0x61, 0x10, 0x01], .tooLong)
        refused(.recoveryKeyReply, [0x04, 0x01], .tooLong)
        refused(.code, [8, 0, 0, 0], .unknownValue)
        refused(.code, [0, 2, 0, 0], .unknownValue)
        refused(.list, [2, 0, 0, 0, 0], .unknownValue)
        refused(.edit, [0, 0, 0, 1, 0], .unknownValue)
        refused(.edit, [0, 0, 0, 0, 0], .outOfRange)
        refused(.move, [0, 0, 0, 4], .unknownValue)
        refused(.export, [3, 0, 0, 0, 0], .unknownValue)
        refused(.subscribe, [0, 0, 1, 0], .unknownValue)
        refused(.lockedEvent, [5], .unknownValue)
        refused(.error, [0, 1, 0, 0, 0, 0, 0, 0], .unknownValue)
        unsendable(SubscribeRequest(EventMask(rawValue: 1 << 31)), .unknownValue)
        #expect(throws: WireError.outOfRange) { try encoded(EditRequest(.name("x"), AccountEdit(), note: nil)) }
        unsendable(CodeRequest(.name("x"), flags: CodeFlags(rawValue: 8)), .unknownValue)
        unsendable(ListRequest(flags: ListFlags(rawValue: 128)), .unknownValue)
    }

    @Test func `errors of clients are not sent`() {
        for code in ErrorCode.allCases where !code.isSent {
            refused(.error, [0, UInt8(code.rawValue), 0, 0, 0, 0, 0, 0], .unknownValue)
            unsendable(ErrorReply(code, ""), .unknownValue)
        }
    }

    @Test func `recipients belong to sealed exports`() {
        refused(.export, [0, 0, 0, 0, 1, 0, 0], .contradiction)
        unsendable(ExportRequest(.entries, recipients: ["age1"]), .contradiction)
    }

    @Test(arguments: [(CredentialKind?.some(.totp), 0, 0), (nil, 1, 0), (nil, 0, 1)])
    func `a key goes with every credential and only with one`(kind: CredentialKind?, key: Int, pin: Int) throws {
        let account = NewAccount(
            issuer: "", name: "x", credential: Credential(kind: kind, algorithm: nil, digits: 0, period: 0))
        let secret = [UInt8](repeating: 1, count: 1)
        #expect(throws: WireError.contradiction) {
            try encoded(
                AddRequest(account, key: secret.span.extracting(0..<key), pin: secret.span.extracting(0..<pin)))
        }
    }

    @Test func `a list that announces more than is there takes no memory for it`() {
        refused(.challengesReply, [0, 32], .truncated)
        refused(.export, [1, 0x27, 0x10, 0, 0], .truncated)
    }
}
