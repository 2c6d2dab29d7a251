/// The other form of an ECDSA signature: DER of ECDSA-Sig-Value (RFC 3279, section 2.2.3), as WebAuthn and U2F have it.
package enum ECDSASignature {
    /// The DER of r and s, 32 bytes each: 8 to 72 bytes.
    package static func der(_ signature: Span<UInt8>) -> [UInt8] {
        precondition(signature.count == P256.pairBytes)
        let numbers = integer(signature.extracting(0..<32)) + integer(signature.extracting(32..<64))
        return [0x30, UInt8(numbers.count)] + numbers
    }

    /// The r and s of a DER; nil for any but the one encoding that DER has.
    package static func pair(der: Span<UInt8>) -> [64 of UInt8]? {
        guard der.count >= 2, der[0] == 0x30, Int(der[1]) == der.count - 2 else { return nil }
        var pair: [64 of UInt8] = .init(repeating: 0)
        var position = 2
        for end in [32, 64] {
            guard der.count - position > 2, der[position] == 2 else { return nil }
            let count = Int(der[position + 1])
            let start = position + 2
            guard (1...33).contains(count), der.count - start >= count, der[start] < 0x80 else { return nil }
            let isPadded = der[start] == 0 && count > 1
            guard !isPadded || der[start + 1] >= 0x80, isPadded || count <= 32 else { return nil }
            for index in 0..<min(count, 32) { pair[end - 1 - index] = der[start + count - 1 - index] }
            position = start + count
        }
        return position == der.count ? pair : nil
    }

    private static func integer(_ bytes: Span<UInt8>) -> [UInt8] {
        var start = 0
        while start < 31, bytes[start] == 0 { start += 1 }
        let number = (start..<32).map { bytes[$0] }
        let padded = number[0] >= 0x80 ? [0] + number : number
        return [2, UInt8(padded.count)] + padded
    }
}
