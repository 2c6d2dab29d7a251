import Platform
import Wire

/// A private key as other programs write it: PKCS #8 (RFC 5958), of P-256 (RFC 5915) or Ed25519 (RFC 8410).
struct PrivateKeyInfo: ~Copyable {
    /// How it signs.
    let algorithm: KeyAlgorithm
    /// The number or seed: 32 bytes.
    let privateKey: LockedBuffer
    /// The public key, where it stands beside the private one.
    let publicKey: [UInt8]

    /// 1.2.840.10045.2.1
    private static let ecPublicKey: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
    /// 1.2.840.10045.3.1.7
    private static let prime256v1: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    /// 1.3.101.112
    private static let ed25519: [UInt8] = [0x2B, 0x65, 0x70]
    /// 1.2.840.113549.1.1.1
    private static let rsa: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]

    private init(_ algorithm: KeyAlgorithm, _ privateKey: consuming LockedBuffer, _ publicKey: [UInt8]) {
        self.algorithm = algorithm
        self.privateKey = privateKey
        self.publicKey = publicKey
    }

    /// Reads the DER of one.
    static func parse(_ der: Span<UInt8>) throws(ConversionError) -> PrivateKeyInfo {
        var outer = DER(der)
        var info = DER(try outer.next(0x30))
        guard outer.isAtEnd else { throw broken }
        _ = try info.next(0x02)
        var identifier = DER(try info.next(0x30))
        let algorithm = try identifier.next(0x06)
        if isSame(algorithm, Self.ecPublicKey) {
            guard isSame(try identifier.next(0x06), Self.prime256v1) else {
                throw .malformed("its key is on another curve than P-256")
            }
            var key = DER(try info.next(0x04))
            var fields = DER(try key.next(0x30))
            _ = try fields.next(0x02)
            let privateKey = try number(try fields.next(0x04))
            var point: [UInt8] = []
            while !fields.isAtEnd {
                let isPoint = fields.tag == 0xA1
                let value = try fields.next(fields.tag)
                guard isPoint else { continue }
                var text = DER(value)
                let bits = try text.next(0x03)
                // No unused bits, and a point that is not compressed.
                guard bits.count == 66, bits[0] == 0, bits[1] == 4 else { throw broken }
                point = (2..<66).map { bits[$0] }
            }
            return PrivateKeyInfo(.es256, privateKey, point)
        } else if isSame(algorithm, Self.ed25519) {
            var key = DER(try info.next(0x04))
            let seed = try key.next(0x04)
            guard seed.count == Limits.passkeyKey else { throw broken }
            return PrivateKeyInfo(.edDSA, try ConversionError.copy(seed), [])
        } else if isSame(algorithm, Self.rsa) {
            throw .malformed("it signs with RSA, which fob does not")
        } else {
            throw .malformed("it signs in a way that fob does not know")
        }
    }

    /// Reads the text of one: base64 of either alphabet, or PEM.
    static func read(_ text: Span<UInt8>) throws(ConversionError) -> PrivateKeyInfo {
        var start = 0
        var end = text.count
        if text.hasPrefix("-----BEGIN ") {
            guard text.hasPrefix("-----BEGIN PRIVATE KEY-----") else {
                throw .malformed("its private key is of another kind than PKCS #8, or encrypted")
            }
            start = "-----BEGIN PRIVATE KEY-----".utf8.count
            end = start
            while end < text.count, text[end] != UInt8(ascii: "-") { end += 1 }
        }
        let der = try KeyText.decode(text.extracting(start..<end), .base64)
        return try parse(der.bytes)
    }

    /// A number of 32 bytes, of which zeroes in front may be missing or too many.
    private static func number(_ bytes: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        var first = 0
        while bytes.count - first > Limits.passkeyKey, bytes[first] == 0 { first += 1 }
        let count = bytes.count - first
        guard 1...Limits.passkeyKey ~= count else { throw broken }
        var number = try ConversionError.buffer(Limits.passkeyKey)
        number.append { output in for _ in count..<Limits.passkeyKey { output.append(0) } }
        number.append(copying: bytes.extracting(first...))
        return number
    }

    private static func isSame(_ bytes: Span<UInt8>, _ other: [UInt8]) -> Bool {
        bytes.count == other.count && other.indices.allSatisfy { bytes[$0] == other[$0] }
    }

    static var broken: ConversionError { .malformed("its private key cannot be read") }

    /// The elements of DER (X.690), one behind the other.
    private struct DER: ~Escapable {
        private var rest: Span<UInt8>

        @_lifetime(copy bytes)
        init(_ bytes: Span<UInt8>) { rest = bytes }

        var isAtEnd: Bool { rest.isEmpty }

        /// The value of the next element, which must have that tag.
        @_lifetime(copy self)
        mutating func next(_ tag: UInt8) throws(ConversionError) -> Span<UInt8> {
            guard !rest.isEmpty, rest[0] == tag else { throw PrivateKeyInfo.broken }
            return try value()
        }

        /// The tag of the next element; 0 at the end.
        var tag: UInt8 { rest.isEmpty ? 0 : rest[0] }

        @_lifetime(copy self)
        private mutating func value() throws(ConversionError) -> Span<UInt8> {
            guard rest.count >= 2 else { throw PrivateKeyInfo.broken }
            var (count, start) = (Int(rest[1]), 2)
            if count >= 0x80 {
                let bytes = count - 0x80
                guard 1...2 ~= bytes, rest.count >= 2 + bytes else { throw PrivateKeyInfo.broken }
                count = (0..<bytes).reduce(0) { $0 << 8 | Int(rest[2 + $1]) }
                start += bytes
            }
            guard count <= rest.count - start else { throw PrivateKeyInfo.broken }
            let value = rest.extracting(start..<(start + count))
            rest = rest.extracting((start + count)...)
            return value
        }
    }
}
