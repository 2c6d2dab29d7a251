import Testing

@testable import Recovery

@Suite struct OriginTests {
    @Test(arguments: [
        "https://me.com", "https://www.test.com", "https://a-b.example:8443", "https://1.2.example",
        "https://a.b.c.d.ee",
        "https://xn--bcher-kva.example", "https://example.com:1", "https://example.com:65535",
    ])
    func `is accepted`(_ text: String) { #expect(Origin(text)?.text == text) }

    @Test(arguments: [
        "", "https://", "http://example.com", "HTTPS://example.com", "https://Example.com", "https://example.com/",
        "https://example.com/a", "https://example", "https://.example.com", "https://example..com",
        "https://example.com.",
        "https://example.c", "https://example.123", "https://1.2.3.4", "https://[::1]", "https://user@example.com",
        "https://example.com:", "https://example.com:443", "https://example.com:0", "https://example.com:080",
        "https://example.com:65536", "https://example.com:99999999999999999999", "https://exa mple.com",
        "https://example.com ", " https://example.com", "https://example.com\n", "https://exämple.com",
        "https://example.com?", "https://example.com#", "https://ex_ample.com", "https://-a.example",
        "https://a-.example",
        "https://" + String(repeating: "a", count: 64) + ".example",
        "https://" + String(repeating: "a.", count: 125) + "example",
    ])
    func `is refused`(_ text: String) { #expect(Origin(text) == nil) }

    @Test func `a self-certifying one gives its key's digest back, in its one spelling`() throws {
        var random = Seeded("origins")
        for _ in 0..<20 {
            let privateKey = random.privateKey()
            let digest = try PublicKey(of: privateKey.span).digest
            #expect(digest.origin.text.utf8.count == 8 + 52 + 12)
            #expect(KeyDigest(digest.origin) == digest)
            let longer = Origin(digest.origin.text + ":8443")
            #expect(longer != nil && longer.flatMap { KeyDigest($0) } == nil)
        }
        #expect(Origin("https://vault.example").flatMap { KeyDigest($0) } == nil)
    }

    @Test(arguments: [
        ("https://a.example", true), ("https://a.example/", true), ("https://a.example:443/b/c.png", true),
        ("https://a.example/b?c", false), ("https://a.example/b#c", false), ("http://a.example/b", false),
        ("https://u@a.example/b", false), ("https:///b", false), ("https://a.example\\b", false),
        ("https://a.example/b c", false), ("https://a.example:0/", false), ("javascript:alert(1)", false),
    ])
    func `a URL is plain https`(_ text: String, isURL: Bool) { #expect(Origin.isURL(text) == isURL) }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, 0), ("2026-11-21T05:00:00Z", 1_795_237_200, 0),
        ("2026-11-21T07:00:00+02:00", 1_795_237_200, 0), ("2026-11-20T21:30:00-07:30", 1_795_237_200, 0),
        ("2026-11-21t05:00:00z", 1_795_237_200, 0), ("2026-11-21T05:00:00.000Z", 1_795_237_200, 0),
        ("2026-11-21T05:00:00.5Z", 1_795_237_200, 500_000_000),
        ("2026-11-21T05:00:00.1234567899Z", 1_795_237_200, 123_456_789),
        ("2026-11-21T05:00:00-00:00", 1_795_237_200, 0), ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
        ("2017-01-01T01:59:60+02:00", 1_483_228_800, 0), ("2024-02-29T12:00:00Z", 1_709_208_000, 0),
        ("0000-03-01T00:00:00Z", -62_162_035_200, 0), ("0000-01-01T00:00:00Z", -62_167_219_200, 0),
        ("1969-12-31T23:59:59Z", -1, 0), ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
    ])
    func `is read`(_ text: String, seconds: Int64, nanoseconds: UInt32) throws {
        let time = try #require(Timestamp(text))
        #expect(time.seconds == seconds)
        #expect(time.nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        "", "steve", "2026-11-21", "2026-11-21T05:00Z", "2026-11-21T05:00:00", "2026-11-21 05:00:00Z",
        "2026-11-21T05:00:00 Z", "2026-11-21T05:00:00.Z", "2026-11-21T05:00:00,5Z", "2026-11-21T05:00:00+0200",
        "2026-11-21T05:00:00+24:00", "2026-11-21T05:00:00+02:60", "2026-11-21T24:00:00Z", "2026-11-21T05:60:00Z",
        "2026-11-21T05:00:60Z", "2026-11-21T05:00:61Z", "2026-13-21T05:00:00Z", "2026-00-21T05:00:00Z",
        "2026-02-29T05:00:00Z", "2100-02-29T05:00:00Z", "2026-11-31T05:00:00Z", "2026-11-00T05:00:00Z",
        "26-11-21T05:00:00Z", "2026-11-21T05:00:00Zx", "+2026-11-21T05:00:00Z", "２026-11-21T05:00:00Z",
        "2026-11-21T05:00:00." + String(repeating: "1", count: 60) + "Z",
    ])
    func `is refused`(_ text: String) { #expect(Timestamp(text) == nil) }

    @Test func `what is written is read again, over all years`() {
        var random = Seeded("times")
        for _ in 0..<5000 {
            let utc = UInt64.random(in: 0...253_402_300_799, using: &random)
            #expect(Timestamp(Timestamp.text(utc: utc)) == Timestamp(utc: utc))
        }
        #expect(Timestamp.text(utc: .max) == "9999-12-31T23:59:59Z")
    }

    @Test func `a token is fresh up to both bounds, and no fraction of a second longer`() throws {
        let now = Timestamp(utc: 1_795_237_200)
        for (text, wanted) in [
            ("2026-11-21T04:55:00Z", Freshness.Verdict.fresh), ("2026-11-21T04:54:59.999Z", .old),
            ("2026-11-21T05:05:00Z", .fresh), ("2026-11-21T05:05:00.000000001Z", .ahead),
        ] {
            let time = try #require(Timestamp(text))
            #expect(Freshness.direct.verdict(time, now: now) == wanted)
        }
        #expect(Freshness(past: .max, future: .max).verdict(now, now: now) == .fresh)
    }
}

@Suite struct PublicKeyTests {
    @Test func `has one text`() throws {
        let privateKey = Array(repeating: UInt8(7), count: 32)
        let key = try PublicKey(of: privateKey.span)
        #expect(key.der.count == PublicKey.derBytes)
        #expect(PublicKey(key.text) == key)
        #expect(PublicKey(der: key.der) == key)
        #expect(PublicKey(String(key.text.dropLast(2))) == nil)
        #expect(PublicKey(key.text + "\n") == nil)
        #expect(PublicKey(der: key.der + [0]) == nil)
        #expect(PublicKey(der: Array(key.der.dropLast())) == nil)
        for place in 0..<27 {
            var der = key.der
            der[place] ^= 1
            #expect(PublicKey(der: der) == nil)
        }
    }
}
