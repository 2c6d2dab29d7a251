import OneTimePassword
import Testing

@Suite struct `Codes` {
    private func code(_ parameters: Parameters, _ key: [UInt8], pin: String = "", at seconds: UInt64 = 0)
        throws(OneTimePasswordError) -> Code
    { try parameters.code(key: key.span, pin: utf8(pin).span, at: seconds) }

    private func check(_ parameters: Parameters, _ key: [UInt8]) throws(OneTimePasswordError) {
        try parameters.check(key: key.span)
    }

    @Test func `HOTP of RFC 4226, appendix D`() throws {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        for (counter, expected) in codes.enumerated() {
            let code = try code(Parameters(kind: .hotp, counter: UInt64(counter)), seed(20))
            #expect(code.text == expected)
            #expect(code.validFrom == 0 && code.validUntil == 0 && code.counter == UInt64(counter))
        }
    }

    @Test func `TOTP of RFC 6238, appendix B`() throws {
        for (seconds, sha1, sha256, sha512) in [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            (20_000_000_000, "65353130", "77737706", "47863826"),
        ] as [(UInt64, String, String, String)] {
            for (algorithm, count, expected) in [
                (HashAlgorithm.sha1, 20, sha1), (.sha256, 32, sha256), (.sha512, 64, sha512),
            ] {
                let code = try code(
                    Parameters(kind: .totp, algorithm: algorithm, digits: 8), seed(count), at: seconds)
                #expect(code.text == expected)
                #expect(code.validFrom == seconds / 30 * 30 && code.validUntil == code.validFrom + 30)
                #expect(code.counter == seconds / 30)
            }
        }
    }

    @Test func `Time starts at T0 and ends where numbers end`() throws {
        let late = try Parameters(kind: .totp, digits: 8, start: 1000)
        #expect(throws: OneTimePasswordError.beforeStart) { try code(late, seed(20), at: 999) }
        let first = try code(late, seed(20), at: 1059)
        #expect(first.text == "94287082" && first.counter == 1)
        #expect(first.validFrom == 1030 && first.validUntil == 1060)
        let last = try code(Parameters(kind: .totp, period: 86400), seed(20), at: .max)
        #expect(last.validUntil == .max && last.validFrom <= .max - 1)
        #expect(try code(Parameters(kind: .totp, start: .max), seed(20), at: .max).counter == 0)
    }

    @Test func `Codes have one to ten digits`() throws {
        let expected = "1284755224"
        for digits in 1...10 {
            let code = try code(Parameters(kind: .hotp, digits: UInt8(digits)), seed(20))
            #expect(code.text == expected.suffix(digits))
        }
        // The truncated value has 31 bits, so that a code of ten digits may begin with a zero.
        #expect(try code(Parameters(kind: .hotp, digits: 10, counter: 2), seed(20)).text == "0137359152")
    }

    @Test func `Counters have 64 bits`() throws {
        #expect(try code(Parameters(kind: .hotp, counter: .max), seed(20)).text == "094451")
    }

    @Test func `Parameters keep their bounds`() throws {
        for digits: UInt8 in [0, 11, 255] {
            #expect(throws: OneTimePasswordError.digitsOutOfRange) { try Parameters(kind: .hotp, digits: digits) }
        }
        for period: UInt32 in [0, 86401, .max] {
            #expect(throws: OneTimePasswordError.periodOutOfRange) { try Parameters(kind: .totp, period: period) }
        }
        #expect(throws: OneTimePasswordError.algorithmUnsupported) { try Parameters(kind: .totp, algorithm: .md5) }
        #expect(throws: OneTimePasswordError.algorithmUnsupported) { try Parameters(kind: .hotp, algorithm: .md5) }
    }

    @Test func `What a kind fixes is fixed, and what it does not use has its default`() throws {
        func made(_ kind: CredentialKind) throws -> Parameters {
            try Parameters(
                kind: kind, algorithm: .sha512, digits: 99, period: 0, start: 5, counter: 6, suite: "nonsense")
        }
        #expect(try made(.steam) == Parameters(kind: .steam, algorithm: .sha1, digits: 5, period: 30))
        #expect(try made(.motp) == Parameters(kind: .motp, algorithm: .md5, digits: 6, period: 10))
        #expect(try made(.yandex) == Parameters(kind: .yandex, algorithm: .sha256, digits: 8, period: 30))
        let motp = try made(.motp)
        #expect(motp.algorithm == .md5 && motp.digits == 6 && motp.period == 10 && motp.start == 0)
        let hotp = try Parameters(kind: .hotp, period: 0, start: 5, counter: 6, suite: "nonsense")
        #expect(hotp.period == 30 && hotp.start == 0 && hotp.counter == 6 && hotp.suite.isEmpty)
        let totp = try Parameters(kind: .totp, period: 60, start: 5, counter: 6)
        #expect(totp.period == 60 && totp.start == 5 && totp.counter == 0)
    }

    @Test func `An empty key gives no code`() throws {
        for kind in [CredentialKind.totp, .hotp, .steam, .motp, .yandex] {
            #expect(throws: OneTimePasswordError.keyEmpty) { try code(Parameters(kind: kind), [], pin: "1") }
            #expect(throws: OneTimePasswordError.keyEmpty) { try check(Parameters(kind: kind), []) }
        }
    }

    @Test func `Steam`() throws {
        for (key, seconds, expected) in [
            ("63BEDWCQZKTQWPESARIERL5DTTQFCJTK", 1_511_200_518, "FR8RV"),
            ("63BEDWCQZKTQWPESARIERL5DTTQFCJTK", 1_511_200_714, "9P3VP"),
            ("BASE32SECRET3232", 0, "2TC8B"),
            ("FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW", 1_662_884_261, "V6WKJ"),
            ("STEAMKEY", 1_742_298_317, "VKFDN"),
        ] as [(String, UInt64, String)] {
            #expect(try code(Parameters(kind: .steam), base32(key), at: seconds).text == expected)
        }
    }

    @Test func `Mobile-OTP`() throws {
        for (key, pin, seconds, expected) in [
            ("e3152afee62599c8", "1234", 165_892_298, "e7d8b6"),
            ("bbb1912bb5c515be", "9999", 1_659_540_020, "ced7b1"),
            ("bbb1912bb5c515be", "9999", 1_659_539_878, "1a14f8"),
            ("7ac61d4736f51a2b", "5555", 0, "c42a26"),
        ] as [(String, String, UInt64, String)] {
            let code = try code(Parameters(kind: .motp), hex(key), pin: pin, at: seconds)
            #expect(code.text == expected && code.validFrom == seconds / 10 * 10)
            #expect(code.validUntil == code.validFrom + 10)
        }
        #expect(throws: OneTimePasswordError.pinMissing) { try code(Parameters(kind: .motp), [1]) }
    }

    @Test func `Yandex`() throws {
        for (key, pin, seconds, expected) in [
            ("6SB2IKNM6OBZPAVBVTOHDKS4FAAAAAAADFUTQMBTRY", "5239", 1_641_559_648, "umozdicq"),
            ("LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI", "7586", 1_581_064_020, "oactmacq"),
            ("LA2V6KMCGYMWWVEW64RNP3JA3I", "7586", 1_581_090_810, "wemdwrix"),
            ("JBGSAU4G7IEZG6OY4UAXX62JU4AAAAAAHTSG4HXU3M", "5210481216086702", 1_581_091_469, "dfrpywob"),
        ] as [(String, String, UInt64, String)] {
            #expect(try code(Parameters(kind: .yandex), base32(key), pin: pin, at: seconds).text == expected)
        }
        #expect(throws: OneTimePasswordError.pinMissing) { try code(Parameters(kind: .yandex), seed(16)) }
        #expect(throws: OneTimePasswordError.yandexKeyLength) {
            try code(Parameters(kind: .yandex), seed(15), pin: "1")
        }
    }

    /// A PIN was searched for whose hash begins with a zero byte, which one code in 256 is about.
    @Test func `Yandex drops a leading zero byte of its key`() throws {
        let key = try base32("LA2V6KMCGYMWWVEW64RNP3JA3I")
        #expect(try code(Parameters(kind: .yandex), key, pin: "1180", at: 0).text == "mxelwbnc")
    }

    @Test func `Yandex keys are checked`() throws {
        let yandex = try Parameters(kind: .yandex)
        for (text, error) in [
            ("LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI", nil), ("LA2V6KMCGYMWWVEW64RNP3JA3I", nil),
            ("AA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI", .yandexChecksum),
            ("AA2V6KMCGJA3IAAAAAAHTSG4HRZPI", .yandexKeyLength),
        ] as [(String, OneTimePasswordError?)] {
            let key = try base32(text)
            if let error {
                #expect(throws: error) { try check(yandex, key) }
            } else {
                try check(yandex, key)
            }
        }
    }

    @Test func `Errors say what happened and what to do, in lower case and without a full stop`() {
        let errors: [OneTimePasswordError] = [
            .keyEmpty, .keyTooLong, .notBase32(position: 3), .notHexadecimal(position: 3), .yandexKeyLength,
            .yandexChecksum, .digitsOutOfRange, .periodOutOfRange, .algorithmUnsupported, .fieldMissing("period"),
            .beforeStart, .pinMissing,
            .pinTooLong, .suiteMalformed, .questionMissing, .notChallengeResponse, .questionMalformed, .questionTooLong,
            .sessionMissing, .sessionTooLong, .sessionNotTaken, .notAnAccountURI, .migrationURI, .unknownKind,
            .uriTooLong,
            .secretMissing,
            .counterMissing, .parameterInvalid(.digits), .parameterRepeated(.start), .escapeBroken,
            .labelTooLong,
        ]
        for error in errors {
            #expect(error.message.text.first?.isUppercase == false || error.message.text.hasPrefix("MD5"))
            #expect(error.remedy.text.first?.isUppercase == false)
            #expect(!error.message.text.hasSuffix(".") && !error.remedy.text.hasSuffix("."))
        }
        #expect(Set(errors.map(\.message.text)).count == errors.count)
    }
}
