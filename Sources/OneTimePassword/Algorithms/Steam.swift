/// Steam Guard: the truncated HMAC-SHA-1 of a 30 second step, written in an alphabet of its own.
enum Steam {
    /// The code of a step: five characters, least significant first.
    static func code(key: Span<UInt8>, step: UInt64) -> String {
        let value = HOTP.value(key: key, counter: step, algorithm: .sha1)
        // 26^4: the last character is made first.
        var divisor: UInt32 = 456_976
        return HOTP.shortText(count: 5) {
            defer { divisor /= 26 }
            return letters[Int(value / divisor % 26)]
        }
    }

    /// `23456789BCDFGHJKMNPQRTVWXY`.
    private static let letters: [26 of UInt8] = [
        0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x42, 0x43, 0x44, 0x46, 0x47,
        0x48, 0x4a, 0x4b, 0x4d, 0x4e, 0x50, 0x51, 0x52, 0x54, 0x56, 0x57, 0x58, 0x59,
    ]
}
