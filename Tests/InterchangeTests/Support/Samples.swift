import OneTimePassword

/// Accounts with everything that is hard to write.
enum Samples {
    static let key20 = Array("12345678901234567890".utf8)
    static let notes = "first line\nsecond, \"quoted\"; \\ back\r\n\n  <tag> & 'more' \u{1F511}"

    static func totp(
        _ algorithm: HashAlgorithm = .sha1, _ digits: UInt8 = 6, _ period: UInt32 = 30, start: UInt64 = 0
    ) -> Parameters? {
        try? Parameters(kind: .totp, algorithm: algorithm, digits: digits, period: period, start: start)
    }

    static func hotp(_ counter: UInt64, _ algorithm: HashAlgorithm = .sha1, _ digits: UInt8 = 6) -> Parameters? {
        try? Parameters(kind: .hotp, algorithm: algorithm, digits: digits, counter: counter)
    }

    static func kind(_ kind: CredentialKind) -> Parameters? { try? Parameters(kind: kind) }

    /// Kinds, hashes, digits, periods, counters, lengths of keys, and names that mean something to one format or another.
    static var all: [SampleEntry] {
        var samples = [
            SampleEntry("GitHub", "alice", totp(), key: key20),
            SampleEntry("GitHub", "alice", totp(), key: [1, 2, 3], note: notes, tags: ["work"], isFavourite: true),
            SampleEntry("", "no issuer", totp(), key: key20),
            SampleEntry("No name", "", totp(), key: key20),
            SampleEntry("Colon: Inc", "a:b:c", totp(), key: key20),
            SampleEntry("", "prefix:name", totp(), key: key20),
            SampleEntry("Twin", "Twin", totp(), key: key20),
            SampleEntry("Steam", "Steam", kind(.steam), key: key20),
            SampleEntry("", "no issuer", kind(.steam), key: key20),
            SampleEntry("Twin", "Twin:x", totp(), key: key20),
            SampleEntry("Zürich 🏔 Łódź", "müller@例え.jp", totp(), key: key20, note: "Grüße\nzwei Zeilen"),
            SampleEntry(
                "Quote \"x\" 'y'", "comma, semi; tab", totp(), key: key20, tags: ["a, b", "c;d", "e/f", "g\\h"]),
            SampleEntry("<script>alert(1)</script>", "&amp; <b>", totp(), key: key20, note: "</td><td>\"&"),
            SampleEntry("back\\slash", "50%25 + 1 # 2 ? 3 & 4 = 5", totp(), key: key20),
            SampleEntry("../../etc", "passwd", totp(), key: key20),
            SampleEntry("..", "/abs/olute", totp(), key: key20),
            SampleEntry("Same", "file/x", totp(), key: key20),
            SampleEntry("Same", "file_x", totp(), key: key20),
            SampleEntry("Long key", "128", totp(), key: (0..<128).map { UInt8($0) }),
            SampleEntry("Longest key", "1024", totp(), key: (0..<1024).map { UInt8($0 & 255) }),
            SampleEntry("One octet", "x", totp(), key: [0xFF]),
            SampleEntry("Pluses", "base64", totp(), key: [UInt8](repeating: 0xFB, count: 60)),
            SampleEntry("T0", "start", totp(start: 1_000_000), key: key20),
            SampleEntry("Tags", "three", totp(), key: key20, tags: ["one", "two", "drei ☃"]),
            SampleEntry(
                "Long note", "n", totp(), key: key20, note: String(repeating: "0123456789 \"\\\n", count: 1000)),
            SampleEntry(String(repeating: "I", count: 512), String(repeating: "n", count: 512), totp(), key: key20),
            SampleEntry("Steam", "gordon", kind(.steam), key: key20),
            SampleEntry("Valve", "two", kind(.steam), key: key20, note: "n", tags: ["games"]),
            SampleEntry("mOTP", "m", kind(.motp), key: [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0], pin: "1234"),
            SampleEntry("mOTP", "no pin", kind(.motp), key: [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF1]),
            SampleEntry("Yandex", "y", kind(.yandex), key: [UInt8](repeating: 7, count: 16), pin: "5678"),
            SampleEntry(
                "OCRA", "o", try? Parameters(kind: .ocra, counter: 7, suite: "OCRA-1:HOTP-SHA256-8:C-QN08"), key: key20),
            SampleEntry("Nothing", "kept", nil, key: []),
        ]
        for start in ["=", "+", "-", "@", "#", "'", "\""] {
            samples.append(SampleEntry("\(start)SUM(A1)", "\(start)cmd|' /C calc'!A0", totp(), key: key20))
        }
        for algorithm in [HashAlgorithm.sha1, .sha256, .sha512] {
            for digits in 1...10 as ClosedRange<UInt8> {
                samples.append(SampleEntry("\(algorithm) \(digits)", "totp", totp(algorithm, digits, 30), key: key20))
                samples.append(SampleEntry("\(algorithm) \(digits)", "hotp", hotp(5, algorithm, digits), key: key20))
            }
        }
        for period in [1, 10, 15, 29, 31, 60, 90, 3600, 86400] as [UInt32] {
            samples.append(SampleEntry("Period", "\(period)", totp(.sha1, 6, period), key: key20))
        }
        for counter in [0, 1, 1 << 31 - 1, 1 << 31, 1 << 32 + 5, 1 << 53 + 1, 1 << 63 - 1, 1 << 63, .max] as [UInt64] {
            samples.append(SampleEntry("Counter", "\(counter)", hotp(counter), key: key20))
        }
        return samples
    }

    /// Many ordinary accounts.
    static func many(_ count: Int) -> [SampleEntry] {
        (0..<count).map { index in
            SampleEntry(
                "Service \(index)", "user\(index)@example.org", totp(),
                key: [UInt8(index & 255), UInt8(index >> 8)] + key20, tags: index % 7 == 0 ? ["seven"] : [])
        }
    }
}
