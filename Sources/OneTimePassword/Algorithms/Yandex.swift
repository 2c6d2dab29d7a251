/// Yandex Key: HMAC-SHA-256 under a hash of PIN and secret, written as eight letters.
enum Yandex {
    /// Bytes of the secret that count; the rest of a long key is check bits.
    private static let secretCount = 16
    /// Bytes of a key with check bits.
    private static let longCount = 26

    /// The code of a step of 30 seconds.
    static func code(key: Span<UInt8>, pin: Span<UInt8>, step: UInt64) throws(OneTimePasswordError) -> String {
        guard key.count >= secretCount else { throw .yandexKeyLength }
        if pin.isEmpty { throw .pinMissing }
        var digest = Digest()
        var hash = SHA256()
        hash.update(pin)
        hash.update(key.extracting(0..<secretCount))
        hash.finish()
        hash.write(into: &digest)
        // One leading zero byte is dropped, as a big number would be written.
        var mac = HMAC<SHA256>(key: digest.span.extracting((digest.span[0] == 0 ? 1 : 0)..<32))
        mac.update(number: step)
        mac.finish(into: &digest)
        let offset = Int(digest.span[31] & 15)
        var value: UInt64 = 0
        for index in offset..<offset + 8 { value = value << 8 | UInt64(digest.span[index]) }
        value &= .max >> 1
        return HOTP.shortText(count: 8) {
            defer { value /= 26 }
            return UInt8(ascii: "a") + UInt8(value % 26)
        }
    }

    /// Checks length and, for keys of 26 bytes, the 12 check bits at the end: the remainder of the other 196 bits
    /// divided by the polynomial 1 1000 1111 0011.
    static func check(key: Span<UInt8>) throws(OneTimePasswordError) {
        if key.count == secretCount { return }
        guard key.count == longCount else { throw .yandexKeyLength }
        var rest: UInt16 = 0
        for bit in 0..<longCount * 8 - 12 {
            rest = rest << 1 | UInt16(key[bit / 8] >> UInt8(7 - bit % 8) & 1)
            if rest & 0x1000 != 0 { rest ^= 0x18f3 }
        }
        let expected = UInt16(key[longCount - 2] & 15) << 8 | UInt16(key[longCount - 1])
        guard rest == expected else { throw .yandexChecksum }
    }
}
