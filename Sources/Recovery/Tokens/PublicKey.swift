package import CryptoP256
import Encodings
import Platform

/// A public key of P-256, as tokens are signed with.
package struct PublicKey: Hashable, Sendable {
    /// x and y, 64 bytes.
    package let point: [UInt8]

    /// What stands in front of x and y in DER: SubjectPublicKeyInfo of RFC 5480 with an uncompressed point.
    private static let start: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce,
        0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]
    /// Bytes of the DER.
    package static let derBytes = 91

    /// The key with x and y; nil for another length. A point that is not on the curve verifies nothing.
    package init?(point: some Collection<UInt8>) {
        guard point.count == P256.pairBytes else { return nil }
        self.point = Array(point)
    }

    /// The key of a private one.
    package init(of privateKey: Span<UInt8>) throws(CryptoP256Error) {
        let point = try P256.publicKey(of: privateKey)
        self.point = point.indices.map { point[$0] }
    }

    /// The key in DER; nil for any but the one encoding that it has.
    package init?(der: some Collection<UInt8>) {
        guard der.count == Self.derBytes, der.starts(with: Self.start) else { return nil }
        self.init(point: der.dropFirst(Self.start.count))
    }

    /// The key as configurations have it: padded base64 of the DER.
    package init?(_ text: String) {
        guard let der = BaseEncoding.base64.bytes(text, isPadded: true) else { return nil }
        self.init(der: der)
    }

    /// SubjectPublicKeyInfo in DER.
    package var der: [UInt8] { Self.start + point }

    /// Padded base64 of the DER.
    package var text: String { BaseEncoding.base64.text(der.span, isPadded: true) }

    /// SHA-256 of the DER: what an agent is known by.
    package var digest: KeyDigest { KeyDigest(Sodium.sha256(der.span)) }

    /// Whether a DER signature (ECDSA with SHA-256) of `message` is by this key. Either of the two values of s will do.
    package func hasSigned(_ message: Span<UInt8>, _ signature: Span<UInt8>) -> Bool {
        guard let pair = ECDSASignature.pair(der: signature) else { return false }
        let digest = Sodium.sha256(message)
        return P256.isValid(signature: pair.span, ofDigest: digest.span, publicKey: point.span)
    }

    /// The DER signature of `message` with the lower of the two values of s.
    package static func signature(
        of message: Span<UInt8>, privateKey: Span<UInt8>
    ) throws(CryptoP256Error) -> [UInt8] {
        let digest = Sodium.sha256(message)
        return ECDSASignature.der(lowS(try P256.signature(ofDigest: digest.span, privateKey: privateKey)).span)
    }

    /// The order of the curve (FIPS 186-4, D.1.2.3).
    private static let order: [UInt8] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
        0xfa,
        0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ]

    /// The same signature with the lower s. It is public.
    static func lowS(_ signature: [64 of UInt8]) -> [64 of UInt8] {
        var other = signature
        var borrow = 0
        for index in (0..<32).reversed() {
            let difference = Int(order[index]) - Int(signature[32 + index]) - borrow
            borrow = difference < 0 ? 1 : 0
            other[32 + index] = UInt8(truncatingIfNeeded: difference)
        }
        for index in 32..<64 where other[index] != signature[index] {
            return other[index] < signature[index] ? other : signature
        }
        return signature
    }
}

/// SHA-256 of a public key's DER.
package struct KeyDigest: Hashable, Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// What stands in front of the dot of an origin behind which no host can be (RFC 2606).
    private static let domain = ".fob.invalid"

    init(_ bytes: [32 of UInt8]) { self.bytes = bytes.indices.map { bytes[$0] } }

    /// From its 32 bytes; nil for another number.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    /// The digest that a self-certifying origin is made of; nil for any other origin.
    package init?(_ origin: Origin) {
        let label = origin.text.utf8.dropFirst("https://".utf8.count).prefix(Self.characters)
        guard let bytes = BaseEncoding.base32.bytes(String(decoding: label, as: UTF8.self)),
            let digest = KeyDigest(bytes), digest.origin == origin
        else { return nil }
        self = digest
    }

    private static let characters = BaseEncoding.base32.encodedCount(32)

    /// The self-certifying origin: `https://`, 52 lower-case digits of base32, `.fob.invalid`.
    package var origin: Origin {
        let label = BaseEncoding.base32.text(bytes.span).lowercased()
        guard let origin = Origin("https://\(label)\(Self.domain)") else {
            fatalError("fob: internal error: a digest makes no origin")
        }
        return origin
    }
}
