import Platform

/// Signatures of RSA host keys (RSASSA-PKCS1-v1_5, RFC 8017, section 8.2.2; RFC 8332 for ssh). They are only checked here:
/// nothing in it is secret, and nothing takes constant time.
enum RSASignature {
    /// What is hashed how, by the names of RFC 8332, with the DER in front of the hash (RFC 8017, section 9.2, note 1).
    enum Hash: String {
        case sha256 = "rsa-sha2-256"
        case sha512 = "rsa-sha2-512"

        fileprivate func digestInfo(of message: Span<UInt8>) -> [UInt8] {
            let (number, hash): (UInt8, [UInt8])
            switch self {
            case .sha256:
                let digest = Sodium.sha256(message)
                (number, hash) = (1, digest.indices.map { digest[$0] })
            case .sha512:
                let digest = Sodium.sha512(message)
                (number, hash) = (3, digest.indices.map { digest[$0] })
            }
            let count = UInt8(hash.count)
            return [0x30, count + 17, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02]
                + [number, 0x05, 0x00, 0x04, count] + hash
        }
    }

    /// Bits of a modulus that are looked at. They are checked on the loop: longer ones, which OpenSSH takes, would hold it up.
    static let modulusBits = 1024...4096
    /// Bytes of an exponent that are looked at.
    static let mostExponent = 4

    /// Whether it is the signature of `message` by the key with that modulus and exponent, big-endian, without zeros in front.
    /// Precondition: the modulus has bits within `modulusBits`.
    static func isValid(
        _ signature: Span<UInt8>, of message: Span<UInt8>, _ hash: Hash, modulus: [UInt8], exponent: [UInt8]
    ) -> Bool {
        guard let last = modulus.last, last & 1 == 1, signature.count == modulus.count, exponent.count <= mostExponent,
            let number = Modulus(modulus), let power = number.power(signature, exponent)
        else { return false }
        let info = hash.digestInfo(of: message)
        guard modulus.count >= info.count + 11 else { return false }
        let padding = [UInt8](repeating: 0xFF, count: modulus.count - info.count - 3)
        return power == [0, 1] + padding + [0] + info
    }
}

/// An odd modulus, for Montgomery's multiplication. Words have 64 bits, the lowest first.
private struct Modulus {
    private let words: [UInt64]
    /// -1/n modulo 2^64.
    private let inverse: UInt64
    private let byteCount: Int

    init?(_ bytes: [UInt8]) {
        byteCount = bytes.count
        words = Self.words(bytes.span, count: (bytes.count + 7) / 8)
        guard let lowest = words.first, lowest & 1 == 1 else { return nil }
        // Newton: each step doubles the bits that are right.
        var inverse: UInt64 = 1
        for _ in 0..<6 { inverse &*= 2 &- lowest &* inverse }
        self.inverse = 0 &- inverse
    }

    /// `base` to the power of `exponent`, as many bytes as the modulus has; nil for a base that is no remainder.
    func power(_ base: Span<UInt8>, _ exponent: [UInt8]) -> [UInt8]? {
        let base = Self.words(base, count: words.count)
        guard isLess(base, words) else { return nil }
        // 2^(64 k) and 2^(128 k), modulo n, by doubling.
        var one = [UInt64](repeating: 0, count: words.count)
        one[0] = 1
        for _ in 0..<(64 * words.count) { double(&one) }
        var square = one
        for _ in 0..<(64 * words.count) { double(&square) }
        let factor = product(base, square)
        var result = one
        for byte in exponent {
            for bit in (0..<8).reversed() {
                result = product(result, result)
                if byte >> UInt8(bit) & 1 == 1 { result = product(result, factor) }
            }
        }
        var plain = [UInt64](repeating: 0, count: words.count)
        plain[0] = 1
        result = product(result, plain)
        return (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: result[$0 / 8] >> UInt64(8 * ($0 % 8))) }
    }

    /// a b / 2^(64 k) modulo n.
    private func product(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
        let count = words.count
        var sum = [UInt64](repeating: 0, count: count + 2)
        func add(_ factor: UInt64, _ number: [UInt64]) {
            var carry: UInt64 = 0
            for index in 0..<count {
                let (high, low) = factor.multipliedFullWidth(by: number[index])
                let (first, over) = sum[index].addingReportingOverflow(low)
                let (second, overAgain) = first.addingReportingOverflow(carry)
                sum[index] = second
                carry = high + (over ? 1 : 0) + (overAgain ? 1 : 0)
            }
            let (top, over) = sum[count].addingReportingOverflow(carry)
            sum[count] = top
            if over { sum[count + 1] += 1 }
        }
        for word in a {
            add(word, b)
            add(sum[0] &* inverse, words)
            sum.removeFirst()
            sum.append(0)
        }
        let isOver = sum[count] > 0
        sum.removeLast(2)
        if isOver || !isLess(sum, words) { subtract(&sum) }
        return sum
    }

    private func double(_ number: inout [UInt64]) {
        var carry: UInt64 = 0
        for index in number.indices {
            let next = number[index] >> 63
            number[index] = number[index] << 1 | carry
            carry = next
        }
        if carry > 0 || !isLess(number, words) { subtract(&number) }
    }

    private func subtract(_ number: inout [UInt64]) {
        var borrow: UInt64 = 0
        for index in number.indices {
            let (first, under) = number[index].subtractingReportingOverflow(words[index])
            let (second, underAgain) = first.subtractingReportingOverflow(borrow)
            number[index] = second
            borrow = under || underAgain ? 1 : 0
        }
    }

    private func isLess(_ a: [UInt64], _ b: [UInt64]) -> Bool {
        for index in a.indices.reversed() where a[index] != b[index] { return a[index] < b[index] }
        return false
    }

    private static func words(_ bytes: Span<UInt8>, count: Int) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: count)
        for (place, index) in bytes.indices.reversed().enumerated() {
            words[place / 8] |= UInt64(bytes[index]) << UInt64(8 * (place % 8))
        }
        return words
    }
}
