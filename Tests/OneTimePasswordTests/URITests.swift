import OneTimePassword
import Testing

@Suite struct `Account URIs` {
    private let plain = "otpauth://totp/Example:alice@google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example"

    private func labels(_ uri: String) throws -> [String] {
        let account = try Parsed(uri).account
        return [account.issuer, account.name]
    }

    private func label(_ label: String, issuer: String? = nil) throws -> [String] {
        try labels("otpauth://totp/\(label)?secret=AA" + (issuer.map { "&issuer=\($0)" } ?? ""))
    }

    @Test func `The example of the format`() throws {
        let parsed = try Parsed(plain)
        #expect(parsed.account.issuer == "Example" && parsed.account.name == "alice@google.com")
        #expect(try parsed.account.parameters == Parameters(kind: .totp))
        #expect(hex(parsed.key) == "48656c6c6f21deadbeef" && parsed.pin.isEmpty)
    }

    @Test func `All parameters`() throws {
        let totp = try Parsed(
            "OTPAUTH://TOTP/a?SECRET=GEZDGNBV&Algorithm=hmac-sha-256&digits=8&period=45&t0=7&counter=9")
        #expect(
            try totp.account.parameters == Parameters(kind: .totp, algorithm: .sha256, digits: 8, period: 45, start: 7))
        #expect(totp.key == utf8("12345"))
        let empty = try Parsed("otpauth://totp/a?secret=GEZDGNBV&algorithm=&digits=&period=&issuer=")
        #expect(try empty.account.parameters == Parameters(kind: .totp))
        let hotp = try Parsed("otpauth://hotp/a?secret=GEZDGNBV&counter=18446744073709551615&algorithm=SHA512&period=x")
        #expect(try hotp.account.parameters == Parameters(kind: .hotp, algorithm: .sha512, counter: .max))
    }

    @Test func `Labels are split at the right colon`() throws {
        #expect(try label("Example:alice") == ["Example", "alice"])
        #expect(try label("Example%3Aalice") == ["Example", "alice"])
        #expect(try label("Example%3a%20%20alice") == ["Example", "alice"])
        #expect(try label("alice") == ["", "alice"])
        #expect(try label("alice", issuer: "Big+Corp%20") == ["Big Corp", "alice"])
        #expect(try label(":alice", issuer: "Big") == ["Big", "alice"])
        #expect(try label("Organisation:alice", issuer: "Microsoft") == ["Organisation", "alice"])
        #expect(try label("Text%3A%20More:Secret", issuer: "Text%3A%20More") == ["Text: More", "Secret"])
        #expect(try label("Text%3A%20More:Secret") == ["Text: More", "Secret"])
        #expect(try label("GitHub:test:") == ["GitHub", "test:"])
        #expect(try label("a+b") == ["", "a+b"])
        #expect(try label("O:a#EXT#@m.com", issuer: "M") == ["O", "a#EXT#@m.com"])
        #expect(try label("") == ["", ""])
        #expect(try label("a:%CC%81b", issuer: "a") == ["a", "\u{301}b"])
        #expect(try labels("otpauth://totp?secret=AA") == ["", ""])
    }

    @Test func `Characters that steer a terminal are stripped from labels`() throws {
        #expect(try label("Ex%1B%5B31mample:al%0Aice%00%7F%C2%9B") == ["Ex[31mample", "alice"])
        #expect(try label("%E2%80%AEmoc.live", issuer: "%E2%81%A6Good%E2%80%A8") == ["Good", "moc.live"])
        #expect(try label("%EF%BB%BFa%F0%9F%98%80") == ["", "a😀"])
    }

    @Test func `White space and a byte order mark around a URI are skipped`() throws {
        #expect(try Parsed("\u{feff} \t\(plain)\r\n") == Parsed(plain))
        #expect(try Parsed("otpauth://totp/a?secret=jbsw+Y3DP-ehpk%203pxp%3D%3D==").key == Parsed(plain).key)
    }

    @Test func `Steam in all its spellings`() throws {
        let expected = try Parsed("otpauth://steam/Steam:me?secret=JRZCL47CMXVOQMNPZR2F7J4RGI&issuer=Steam")
        #expect(try expected.account.parameters == Parameters(kind: .steam))
        for query in ["encoder=steam", "encoder=Steam&digits=7&period=15", "steam", "steam=", "digits=x&steam"] {
            let uri = "otpauth://totp/Steam:me?secret=JRZCL47CMXVOQMNPZR2F7J4RGI&\(query)"
            #expect(try Parsed(uri) == expected)
        }
        let short = try Parsed("steam://JRZCL47CMXVOQMNPZR2F7J4RGI/\n")
        #expect(short.key == expected.key && short.account.issuer == "Steam" && short.account.name == "")
        #expect(short.account.parameters == expected.account.parameters)
        #expect(try Parsed("otpauth://totp/Steam:me?secret=AA").account.parameters.kind == .totp)
    }

    @Test func `Mobile-OTP, Yandex and OCRA`() throws {
        for uri in [
            "motp://Big:me?secret=E3152AFEE62599C8&pin=12%2034", "motp:///Big:me?secret=e315-2afe e62599c8&pin=12+34",
            "otpauth://motp/Big:me?secret=e3152afee62599c8&pin=12 34",
        ] {
            let motp = try Parsed(uri)
            #expect(try motp.account == AccountURI(issuer: "Big", name: "me", parameters: Parameters(kind: .motp)))
            #expect(hex(motp.key) == "e3152afee62599c8" && motp.pin == utf8("12 34"))
        }
        for uri in [
            "otpauth://yaotp/me?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin=G42TQNQ",
            "otpauth://yandex/me?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin=7586&pin_length=4",
        ] {
            let yandex = try Parsed(uri)
            #expect(try yandex.account.parameters == Parameters(kind: .yandex) && yandex.account.name == "me")
            #expect(yandex.key.count == 16 && yandex.pin == utf8("7586"))
        }
        #expect(try Parsed("otpauth://yaotp/me?secret=LA2V6KMCGYMWWVEW64RNP3JA3I").pin.isEmpty)
        let suite = "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1"
        let ocra = try Parsed("otpauth://ocra/me?secret=GEZDGNBV&suite=\(suite)&counter=3&pin=1234")
        #expect(try ocra.account.parameters == Parameters(kind: .ocra, counter: 3, suite: suite))
        #expect(ocra.pin == utf8("1234"))
        #expect(try Parsed("otpauth://totp/a?secret=AA&pin=1234").pin.isEmpty)
    }

    @Test(
        arguments: [
            ("", .notAnAccountURI), ("definitely not valid", .notAnAccountURI), ("http://hello.com", .notAnAccountURI),
            ("otpauth:totp/a?secret=AA", .notAnAccountURI), ("otpauth-migration://offline?data=XXXX", .migrationURI),
            ("otpauth://", .unknownKind), ("otpauth://foo/a?secret=AA", .unknownKind), ("steam://", .secretMissing),
            ("otpauth://totp:80/a?secret=AA", .unknownKind), ("otpauth://totp", .secretMissing),
            ("otpauth://totp/a?secret=", .secretMissing), ("otpauth://totp/a?secret", .secretMissing),
            ("otpauth://totp/a?secret=A", .keyEmpty), ("otpauth://totp/a?secret=0000", .notBase32(position: 1)),
            ("otpauth://totp/a?secret=%41%41%30", .notBase32(position: 3)), ("motp://fail", .secretMissing),
            ("motp://a?secret=abc", .notHexadecimal(position: 4)),
            ("motp://a?secret=abxy", .notHexadecimal(position: 3)),
            ("otpauth://totp/a?secret=AA&secret=AB", .parameterRepeated(.secret)),
            ("otpauth://totp/a?secret=AA&algorithm=SHA1&ALGORITHM=SHA256", .parameterRepeated(.algorithm)),
            ("otpauth://totp/a?secret=AA&algorithm=RC4", .parameterInvalid(.algorithm)),
            ("otpauth://totp/a?secret=AA&algorithm=SHA3", .parameterInvalid(.algorithm)),
            ("otpauth://hotp/a?secret=AA&counter=", .parameterInvalid(.counter)),
            ("otpauth://totp/a?secret=AA&algorithm=MD5", .algorithmUnsupported),
            ("otpauth://totp/a?secret=AA&digits=2", .parameterInvalid(.digits)),
            ("otpauth://totp/a?secret=AA&digits=11", .parameterInvalid(.digits)),
            ("otpauth://totp/a?secret=AA&digits=-1", .parameterInvalid(.digits)),
            ("otpauth://totp/a?secret=AA&digits", .parameterInvalid(.digits)),
            ("otpauth://totp/a?secret=AA&period=0", .parameterInvalid(.period)),
            ("otpauth://totp/a?secret=AA&period=86401", .parameterInvalid(.period)),
            ("otpauth://totp/a?secret=AA&t0=18446744073709551616", .parameterInvalid(.start)),
            ("otpauth://hotp/a?secret=AA", .counterMissing),
            ("otpauth://hotp/a?secret=AA&counter=-1", .parameterInvalid(.counter)),
            ("otpauth://hotp/a?secret=AA&counter=18446744073709551616", .parameterInvalid(.counter)),
            ("otpauth://totp/a?secret=AA&encoder=blizzard", .parameterInvalid(.encoder)),
            ("otpauth://hotp/a?secret=AA&counter=1&encoder=steam", .parameterInvalid(.encoder)),
            ("otpauth://totp/a?secret=AA&steam=maybe", .parameterInvalid(.steam)),
            ("otpauth://ocra/a?secret=AA", .suiteMalformed), ("otpauth://ocra/a?secret=AA&suite=x", .suiteMalformed),
            ("otpauth://ocra/a?secret=AA&suite=OCRA-1:HOTP-%C5%BFHA1-6:QN08", .suiteMalformed),
            ("otpauth://yaotp/a?secret=AA", .yandexKeyLength),
            ("otpauth://yaotp/a?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin=A!", .parameterInvalid(.pin)),
            ("otpauth://totp/a%ZZ?secret=AA", .escapeBroken), ("otpauth://totp/a%4?secret=AA", .escapeBroken),
            ("otpauth://totp/a?secret=AA%", .escapeBroken), ("motp://a?secret=aa&pin=%1", .escapeBroken),
        ] as [(String, OneTimePasswordError)])
    func `What cannot be read is refused, and nothing is left behind`(_ uri: String, _ error: OneTimePasswordError) {
        #expect(throws: error) { try Parsed(uri) }
    }

    @Test(arguments: [("H%E9ron", "H\u{E9}ron"), ("%FF", "\u{FF}"), ("H%C3%A9ron", "H\u{E9}ron")])
    func `A name that is not UTF-8 is Latin-1`(_ written: String, _ read: String) throws {
        let parsed = try Parsed("otpauth://totp/\(written)?secret=AA&issuer=\(written)")
        #expect(parsed.account.name == read && parsed.account.issuer == read)
    }

    @Test(arguments: ["&amp;", "&#38;", "&#x26;", "&AMP;", "&amp;amp;", "& ", "&\u{A0}", "&\t", "&+"])
    func `Parameters behind what pages make of an ampersand are read`(_ separator: String) throws {
        let parameters = ["issuer=I", "digits=8", "algorithm=Hmac_SHA-256", "period=60"].joined(separator: separator)
        let parsed = try Parsed("apple-otpauth://totp/I:n?secret=AA\(separator)\(parameters)#fragment")
        #expect(try parsed.account.parameters == Parameters(kind: .totp, algorithm: .sha256, digits: 8, period: 60))
        #expect(parsed.account.issuer == "I" && parsed.account.name == "n")
    }

    @Test func `Lengths have bounds`() throws {
        let long = String(repeating: "a", count: 1024)
        #expect(try label(long, issuer: long) == [long, long])
        for colon in [":", "%3A"] {
            #expect(try label(long + colon + long) == [long, long])
            #expect(try label(long + colon + long, issuer: long) == [long, long])
            #expect(throws: OneTimePasswordError.labelTooLong) { try label("a" + long + colon + "b") }
            #expect(throws: OneTimePasswordError.labelTooLong) { try label("b" + colon + "a" + long) }
            #expect(throws: OneTimePasswordError.labelTooLong) { try label("b" + colon + "a" + long, issuer: "b") }
        }
        #expect(throws: OneTimePasswordError.labelTooLong) { try label(long + "a") }
        #expect(throws: OneTimePasswordError.labelTooLong) { try label("x", issuer: long + long + long + "a") }
        #expect(throws: OneTimePasswordError.uriTooLong) { try label(.init(repeating: "a", count: 16384)) }
        let key = utf8("motp://a?secret=aabbcc&pin=1234")
        #expect(try Parsed(key, keyCapacity: 3, pinCapacity: 4).pin.count == 4)
        #expect(throws: OneTimePasswordError.keyTooLong) { try Parsed(key, keyCapacity: 2, pinCapacity: 4) }
        #expect(throws: OneTimePasswordError.pinTooLong) { try Parsed(key, keyCapacity: 3, pinCapacity: 3) }
    }

    @Test func `What is written is what others read`() throws {
        for (uri, expected) in [
            (
                plain,
                "otpauth://totp/Example:alice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example"
                    + "&algorithm=SHA1&digits=6&period=30"
            ),
            (
                "otpauth://hotp/a%20b?secret=AA&counter=7",
                "otpauth://hotp/a%20b?secret=AA&algorithm=SHA1&digits=6&counter=7"
            ),
            (
                "steam://GEZDGNBV",
                "otpauth://steam/Steam:?secret=GEZDGNBV&issuer=Steam&algorithm=SHA1&digits=5&period=30"
                    + "&encoder=steam"
            ),
            ("motp://a:b?secret=AB&pin=1+2", "motp://a:b?secret=ab&issuer=a&pin=1%202"),
            (
                "otpauth://yaotp/b?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin=7586",
                "otpauth://yaotp/b?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin=G42TQNQ"
            ),
            (
                "otpauth://totp/?secret=AA&t0=5",
                "otpauth://totp/?secret=AA&algorithm=SHA1&digits=6&period=30&t0=5"
            ),
        ] {
            #expect(try String(decoding: Parsed(uri).written, as: UTF8.self) == expected)
        }
    }

    @Test func `Every account goes there and back`() throws {
        let labels = ["", "a", "a:b", ":", "a:", ":b", "Big Corp", "a&b=c?d#e/f%41+", "Léon", "😀", "e\u{301}:\u{301}"]
        let parameters = try [
            Parameters(kind: .totp),
            Parameters(kind: .totp, algorithm: .sha512, digits: 10, period: 86400, start: .max),
            Parameters(kind: .hotp, algorithm: .sha256, digits: 3, counter: .max), Parameters(kind: .steam),
            Parameters(kind: .motp), Parameters(kind: .yandex),
            Parameters(kind: .ocra, counter: 5, suite: "OCRA-1:HOTP-SHA512-10:C-QH64-PSHA512-S512-T24H"),
        ]
        for parameters in parameters {
            let key = (0..<(parameters.kind == .yandex ? 16 : 33)).map { UInt8($0 * 7) }
            let hasPIN = [.motp, .yandex, .ocra].contains(parameters.kind)
            for issuer in labels {
                for name in labels {
                    let account = AccountURI(issuer: issuer, name: name, parameters: parameters)
                    for pin in hasPIN ? [[], utf8("0123456789"), [0, 255, 43, 37]] : [[]] {
                        let parsed = Parsed(account: account, key: key, pin: pin)
                        #expect(try Parsed(parsed.written) == parsed)
                    }
                }
            }
        }
    }

    @Test func `Every prefix of a URI and 20,000 mutations of URIs are read or refused`() throws {
        let uris = [
            plain,
            "otpauth://hotp/L%C3%A9on:a%3Ab?algorithm=SHA256&digits=8&counter=184467&secret=AAAQEAYEAUDAOCAJBIFQ",
            "steam://JRZCL47CMXVOQMNPZR2F7J4RGI", "motp://a:b?secret=e3152afee62599c8&pin=12%2034",
            "otpauth://yaotp/me?secret=LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI&pin=G42TQNQ",
            "otpauth://ocra/me?secret=GEZDGNBV&suite=OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1-S064-T1M&counter=3&pin=1234",
        ].map(utf8)
        var read = 0
        for uri in uris {
            for count in 0...uri.count where (try? Parsed(Array(uri.prefix(count)))) != nil { read += 1 }
        }
        // xorshift64*: the same mutations on every run.
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        func random(_ bound: Int) -> Int {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return Int((state &* 0x2545_f491_4f6c_dd1d) >> 33) % bound
        }
        let special = utf8(":/?#&=%+-09AZaz @\u{0}\u{7f}\u{80}")
        for _ in 0..<20_000 {
            var uri = uris[random(uris.count)]
            for _ in 0...random(3) {
                let place = random(uri.count)
                switch random(5) {
                case 0: uri[place] = UInt8(random(256))
                case 1: uri[place] = special[random(special.count)]
                case 2: uri.remove(at: place)
                case 3: uri.insert(special[random(special.count)], at: place)
                default: uri.insert(contentsOf: uri[place..<min(uri.count, place + random(20))], at: random(uri.count))
                }
            }
            guard let parsed = try? Parsed(uri) else { continue }
            read += 1
            // Whatever was read can be written, and reads the same again.
            #expect(try Parsed(parsed.written) == parsed, "\(String(decoding: uri, as: UTF8.self))")
        }
        #expect(read > 1000)
    }
}
