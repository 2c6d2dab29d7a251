/// HOTP (RFC 4226), and TOTP (RFC 6238), which is HOTP of a time step.
enum HOTP {
    /// The code of a counter. `digits` is at most 10, and `algorithm` is not MD5.
    static func code(key: Span<UInt8>, counter: UInt64, digits: UInt8, algorithm: HashAlgorithm) -> String {
        decimal(value(key: key, counter: counter, algorithm: algorithm), digits: digits)
    }

    /// The truncated MAC of a counter: 31 bits.
    static func value(key: Span<UInt8>, counter: UInt64, algorithm: HashAlgorithm) -> UInt32 {
        var digest = Digest()
        mac(key: key, algorithm: algorithm, counter: counter, into: &digest)
        return truncated(digest.span)
    }

    /// The MAC of a counter (RFC 4226, section 5.3, step 1).
    static func mac(key: Span<UInt8>, algorithm: HashAlgorithm, counter: UInt64, into digest: inout Digest) {
        switch algorithm {
        case .sha1: mac(SHA1.self, key: key, counter: counter, into: &digest)
        case .sha256: mac(SHA256.self, key: key, counter: counter, into: &digest)
        case .sha512: mac(SHA512.self, key: key, counter: counter, into: &digest)
        case .md5: mac(MD5.self, key: key, counter: counter, into: &digest)
        }
    }

    @inline(__always) private static func mac<Hash: BlockHash & ~Copyable>(
        _: Hash.Type, key: Span<UInt8>, counter: UInt64, into digest: inout Digest
    ) {
        var mac = HMAC<Hash>(key: key)
        mac.update(number: counter)
        mac.finish(into: &digest)
    }

    /// Dynamic truncation (RFC 4226, section 5.3): 31 bits at the offset that the last four bits name. The digest has
    /// at least 20 bytes.
    static func truncated(_ digest: Span<UInt8>) -> UInt32 {
        let offset = Int(digest[digest.count - 1] & 15)
        var value: UInt32 = 0
        for index in offset..<offset + 4 { value = value &<< 8 | UInt32(digest[index]) }
        return value & 0x7fff_ffff
    }

    /// The last `digits` decimal digits, with zeros in front.
    static func decimal(_ value: UInt32, digits: UInt8) -> String {
        var rest = value
        return shortText(count: Int(digits)) {
            defer { rest /= 10 }
            return UInt8(ascii: "0") + UInt8(rest % 10)
        }
    }

    /// An ASCII text of at most 16 characters, made from its end to its start.
    static func shortText(count: Int, _ previous: () -> UInt8) -> String {
        var characters: [16 of UInt8] = .init(repeating: 0)
        for index in stride(from: count - 1, through: 0, by: -1) { characters[index] = previous() }
        guard let text = try? UTF8Span(validating: characters.span.extracting(0..<count)) else { return "" }
        return String(copying: text)
    }
}
