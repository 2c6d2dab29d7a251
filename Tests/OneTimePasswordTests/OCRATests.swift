import OneTimePassword
import Testing

@Suite struct `Challenge and response` {
    /// Vectors of one suite: question, counter, answer.
    struct Group {
        let suite: String
        let key: Int
        let pin: String
        let seconds: UInt64
        let answers: [(question: String, counter: UInt64, code: String)]
    }

    private func answer(
        _ suite: String, key: [UInt8] = seed(20), pin: String = "", _ question: String, counter: UInt64 = 0,
        session: [UInt8] = [], at seconds: UInt64 = 0
    ) throws(OneTimePasswordError) -> Code {
        try Parameters(kind: .ocra, counter: counter, suite: suite)
            .response(key: key.span, pin: utf8(pin).span, question: question, session: session.span, at: seconds)
    }

    @Test func `All answers of RFC 6287, appendix C`() throws {
        var count = 0
        for group in Self.appendixC {
            for (question, counter, code) in group.answers {
                let answer = try answer(
                    group.suite, key: seed(group.key), pin: group.pin, question, counter: counter, at: group.seconds)
                #expect(answer.text == code, "\(group.suite) \(question)")
                count += 1
            }
        }
        #expect(count == 70)
    }

    @Test func `A suite decides about hash, digits, step and counter`() throws {
        let timed = try Parameters(kind: .ocra, algorithm: .sha1, digits: 6, suite: "OCRA-1:HOTP-SHA512-8:QA10-T5M")
        #expect(timed.algorithm == .sha512 && timed.digits == 8 && timed.period == 300)
        #expect(timed.isTimeBased && !timed.usesCounter && !timed.needsPIN)
        let counted = try Parameters(kind: .ocra, counter: 7, suite: "OCRA-1:HOTP-SHA256-6:C-QN08-PSHA1-S064")
        #expect(counted.counter == 7 && counted.usesCounter && counted.needsPIN)
        #expect(try Parameters(kind: .ocra, counter: 7, suite: "OCRA-1:HOTP-SHA1-6:QN08").counter == 0)
        let answer = try answer("OCRA-1:HOTP-SHA1-6:QN08-T30S", "1", at: 61)
        #expect(answer.validFrom == 60 && answer.validUntil == 90 && answer.counter == 2)
    }

    @Test(arguments: [
        "", "OCRA-1", "OCRA-2:HOTP-SHA1-6:QN08", "OCRA-1:HOTP-SHA1-6", "OCRA-1:HOTP-SHA1-6:", "OCRA-1:HOTP-MD5-6:QN08",
        "OCRA-1:HOTP-SHA1-0:QN08", "OCRA-1:HOTP-SHA1-3:QN08", "OCRA-1:HOTP-SHA1-11:QN08", "OCRA-1:HOTP-SHA1-6:QN8",
        "OCRA-1:HOTP-SHA1-6:QN65", "OCRA-1:HOTP-SHA1-6:QX08", "OCRA-1:HOTP-SHA1-6:QN03", "OCRA-1:HOTP-SHA1-6:C",
        "OCRA-1:HOTP-SHA1-6:QN08-C", "OCRA-1:HOTP-SHA1-6:QN08-PMD5", "OCRA-1:HOTP-SHA1-6:QN08-S000",
        "OCRA-1:HOTP-SHA1-6:QN08-S64", "OCRA-1:HOTP-SHA1-6:QN08-S513", "OCRA-1:HOTP-SHA1-6:QN08-T0M",
        "OCRA-1:HOTP-SHA1-6:QN08-T60S", "OCRA-1:HOTP-SHA1-6:QN08-T25H", "OCRA-1:HOTP-SHA1-6:QN08-T1D",
        "OCRA-1:HOTP-SHA1-6:QN08-T1M-S064", "OCRA-1:HOTP-SHA1-6:QN08-", "OCRA-1:HOTP-SHA1-6:QN08:", "TOTP",
    ])
    func `A malformed suite is refused`(_ suite: String) {
        #expect(throws: OneTimePasswordError.suiteMalformed) { try Parameters(kind: .ocra, suite: suite) }
    }

    @Test func `A question must suit its suite`() throws {
        let numeric = "OCRA-1:HOTP-SHA1-6:QN08"
        #expect(throws: OneTimePasswordError.questionMissing) { try answer(numeric, "") }
        #expect(throws: OneTimePasswordError.questionMalformed) { try answer(numeric, "1234567a") }
        #expect(throws: OneTimePasswordError.questionMalformed) { try answer(numeric, "1234 567") }
        #expect(throws: OneTimePasswordError.questionTooLong) { try answer(numeric, "12345678901234567") }
        #expect(throws: OneTimePasswordError.questionMalformed) { try answer("OCRA-1:HOTP-SHA1-6:QH08", "12g4") }
        #expect(throws: OneTimePasswordError.questionMalformed) { try answer("OCRA-1:HOTP-SHA1-6:QA08", "12é4") }
        // 00000255 is ff in hexadecimal; an odd number of digits is padded on the right.
        let hexadecimal = "OCRA-1:HOTP-SHA1-6:QH08"
        #expect(try answer(numeric, "00000255").text != answer(hexadecimal, "FF").text)
        #expect(try answer(hexadecimal, "fF").text == answer(hexadecimal, "ff000").text)
        #expect(try answer("OCRA-1:HOTP-SHA1-6:QN64", .init(repeating: "9", count: 128)).text.count == 6)
        #expect(try answer("OCRA-1:HOTP-SHA1-6:QA64", .init(repeating: "z", count: 128)).text.count == 6)
        #expect(try answer("OCRA-1:HOTP-SHA1-6:QH64", .init(repeating: "f", count: 128)).text.count == 6)
    }

    @Test func `PIN and session are asked for when the suite has them`() throws {
        #expect(throws: OneTimePasswordError.pinMissing) { try answer("OCRA-1:HOTP-SHA1-6:QN08-PSHA1", "1") }
        let session = "OCRA-1:HOTP-SHA1-6:QN08-S064"
        #expect(throws: OneTimePasswordError.sessionMissing) { try answer(session, "1") }
        #expect(throws: OneTimePasswordError.sessionTooLong) {
            try answer(session, "1", session: .init(repeating: 1, count: 65))
        }
        #expect(throws: OneTimePasswordError.sessionNotTaken) {
            try answer("OCRA-1:HOTP-SHA1-6:QN08", "1", session: [7])
        }
        // Shorter session information is padded with zeros on the left.
        #expect(
            try answer(session, "1", session: [7]).text
                == answer(session, "1", session: .init(repeating: 0, count: 63) + [7]).text)
        #expect(try answer(session, "1", session: [7]).text == "584147")
        #expect(try answer("OCRA-1:HOTP-SHA1-6:QH10-S", "AABB", session: [1, 2]).text == "596725")
        #expect(try answer("OCRA-1:HOTP-SHA1-6:QN08-PSHA512", pin: "1234", "1").text == "623248")
    }

    @Test func `Only OCRA accounts answer questions`() throws {
        func answer(_ parameters: Parameters, none: [UInt8] = []) throws -> Code {
            try parameters.response(key: seed(20).span, pin: none.span, question: "1", session: none.span, at: 0)
        }
        func code(_ parameters: Parameters, none: [UInt8] = []) throws -> Code {
            try parameters.code(key: seed(20).span, pin: none.span, at: 0)
        }
        #expect(throws: OneTimePasswordError.notChallengeResponse) { try answer(Parameters(kind: .totp)) }
        #expect(throws: OneTimePasswordError.questionMissing) {
            try code(Parameters(kind: .ocra, suite: "OCRA-1:HOTP-SHA1-6:QN08"))
        }
        #expect(throws: OneTimePasswordError.keyEmpty) { try self.answer("OCRA-1:HOTP-SHA1-6:QN08", key: [], "1") }
    }

    private static let appendixC = [
        Group(
            suite: "OCRA-1:HOTP-SHA1-6:QN08", key: 20, pin: "", seconds: 0,
            answers: [
                ("00000000", 0, "237653"), ("11111111", 0, "243178"), ("22222222", 0, "653583"),
                ("33333333", 0, "740991"), ("44444444", 0, "608993"), ("55555555", 0, "388898"),
                ("66666666", 0, "816933"), ("77777777", 0, "224598"), ("88888888", 0, "750600"),
                ("99999999", 0, "294470"),
            ]),
        Group(
            suite: "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", key: 32, pin: "1234", seconds: 0,
            answers: [
                ("12345678", 0, "65347737"), ("12345678", 1, "86775851"), ("12345678", 2, "78192410"),
                ("12345678", 3, "71565254"), ("12345678", 4, "10104329"), ("12345678", 5, "65983500"),
                ("12345678", 6, "70069104"), ("12345678", 7, "91771096"), ("12345678", 8, "75011558"),
                ("12345678", 9, "08522129"),
            ]),
        Group(
            suite: "OCRA-1:HOTP-SHA256-8:QN08-PSHA1", key: 32, pin: "1234", seconds: 0,
            answers: [
                ("00000000", 0, "83238735"), ("11111111", 0, "01501458"), ("22222222", 0, "17957585"),
                ("33333333", 0, "86776967"), ("44444444", 0, "86807031"),
            ]),
        Group(
            suite: "OCRA-1:HOTP-SHA512-8:C-QN08", key: 64, pin: "", seconds: 0,
            answers: [
                ("00000000", 0, "07016083"), ("11111111", 1, "63947962"), ("22222222", 2, "70123924"),
                ("33333333", 3, "25341727"), ("44444444", 4, "33203315"), ("55555555", 5, "34205738"),
                ("66666666", 6, "44343969"), ("77777777", 7, "51946085"), ("88888888", 8, "20403879"),
                ("99999999", 9, "31409299"),
            ]),
        Group(
            suite: "OCRA-1:HOTP-SHA512-8:QN08-T1M", key: 64, pin: "", seconds: 20107446 * 60,
            answers: [
                ("00000000", 0, "95209754"), ("11111111", 0, "55907591"), ("22222222", 0, "22048402"),
                ("33333333", 0, "24218844"), ("44444444", 0, "36209546"),
            ]),
        Group(
            suite: "OCRA-1:HOTP-SHA256-8:QA08", key: 32, pin: "", seconds: 0,
            answers: [
                ("CLI22220SRV11110", 0, "28247970"), ("CLI22221SRV11111", 0, "01984843"),
                ("CLI22222SRV11112", 0, "65387857"),
                ("CLI22223SRV11113", 0, "03351211"), ("CLI22224SRV11114", 0, "83412541"),
                ("SRV11110CLI22220", 0, "15510767"),
                ("SRV11111CLI22221", 0, "90175646"), ("SRV11112CLI22222", 0, "33777207"),
                ("SRV11113CLI22223", 0, "95285278"),
                ("SRV11114CLI22224", 0, "28934924"), ("SIG10000", 0, "53095496"), ("SIG11000", 0, "04110475"),
                ("SIG12000", 0, "31331128"), ("SIG13000", 0, "76028668"), ("SIG14000", 0, "46554205"),
            ]),
        Group(
            suite: "OCRA-1:HOTP-SHA512-8:QA08", key: 64, pin: "", seconds: 0,
            answers: [
                ("CLI22220SRV11110", 0, "79496648"), ("CLI22221SRV11111", 0, "76831980"),
                ("CLI22222SRV11112", 0, "12250499"),
                ("CLI22223SRV11113", 0, "90856481"), ("CLI22224SRV11114", 0, "12761449"),
            ]),
        Group(
            suite: "OCRA-1:HOTP-SHA512-8:QA08-PSHA1", key: 64, pin: "1234", seconds: 0,
            answers: [
                ("SRV11110CLI22220", 0, "18806276"), ("SRV11111CLI22221", 0, "70020315"),
                ("SRV11112CLI22222", 0, "01600026"),
                ("SRV11113CLI22223", 0, "18951020"), ("SRV11114CLI22224", 0, "32528969"),
            ]),
        Group(
            suite: "OCRA-1:HOTP-SHA512-8:QA10-T1M", key: 64, pin: "", seconds: 20107446 * 60,
            answers: [
                ("SIG1000000", 0, "77537423"), ("SIG1100000", 0, "31970405"), ("SIG1200000", 0, "10235557"),
                ("SIG1300000", 0, "95213541"), ("SIG1400000", 0, "65360607"),
            ]),
    ]
}
