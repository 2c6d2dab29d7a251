import Vault

/// What U2F wants when a key is made (FIDO U2F Raw Message Formats 1.2, section 4.3): a signature by the key of a
/// certificate. The certificate is the new key's own, so that no two sites can tell that they have the same owner.
enum U2FRegistration {
    /// The signature over the registration, and the certificate that it is checked with; both DER.
    static func attestation(
        of key: KeyCredential, challenge: [UInt8]
    ) throws(Refusal) -> (signature: [UInt8], certificate: [UInt8]) {
        var message: [UInt8] = [0]
        let hash = key.relyingPartyHash
        for index in hash.indices { message.append(hash[index]) }
        message += challenge + key.idOnWire + [4] + key.publicKey
        let certified = toBeSigned(publicKey: key.publicKey)
        let signature = try signed(certified, by: key)
        let certificate = sequence([certified, algorithm, element(0x03, [0] + signature)])
        return (try signed(message, by: key), certificate)
    }

    private static func signed(_ message: [UInt8], by key: KeyCredential) throws(Refusal) -> [UInt8] {
        do { return try KeySignature.sign(message, with: key).encoded } catch { throw Refusal(error) }
    }

    // MARK: A certificate (RFC 5280, section 4.1) of fixed parts around the public key

    private static func toBeSigned(publicKey: [UInt8]) -> [UInt8] {
        let version = element(0xA0, element(0x02, [2]))
        let serial = element(0x02, [1])
        let name = sequence([element(0x31, sequence([commonName, element(0x0C, Array("fob".utf8))]))])
        let validity = sequence([
            element(0x17, Array("250101000000Z".utf8)), element(0x18, Array("99991231235959Z".utf8)),
        ])
        let key = sequence([sequence([ecPublicKey, prime256v1]), element(0x03, [0, 4] + publicKey)])
        return sequence([version, serial, algorithm, name, validity, name, key])
    }

    /// ecdsa-with-SHA256, 1.2.840.10045.4.3.2.
    private static let algorithm = sequence([element(0x06, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2])])
    /// 1.2.840.10045.2.1.
    private static let ecPublicKey = element(0x06, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1])
    /// 1.2.840.10045.3.1.7.
    private static let prime256v1 = element(0x06, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7])
    /// 2.5.4.3.
    private static let commonName = element(0x06, [0x55, 4, 3])

    private static func sequence(_ parts: [[UInt8]]) -> [UInt8] { element(0x30, Array(parts.joined())) }

    private static func element(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] {
        switch value.count {
        case ..<0x80: [tag, UInt8(value.count)] + value
        case ..<0x100: [tag, 0x81, UInt8(value.count)] + value
        default: [tag, 0x82, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
        }
    }
}
