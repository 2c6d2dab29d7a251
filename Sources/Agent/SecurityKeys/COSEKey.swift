import Vault

/// A public key as authenticator data has it (RFC 9052, section 7; RFC 9053).
enum COSEKey {
    /// The numbers of COSE for algorithms, which clients ask by.
    static func algorithm(_ algorithm: KeyAlgorithm) -> Int {
        switch algorithm {
        case .es256: -7
        case .edDSA: -8
        }
    }

    /// The map of a public key: of P-256 x and y, of Ed25519 its 32 bytes.
    static func encoded(_ publicKey: [UInt8], _ algorithm: KeyAlgorithm) -> [UInt8] {
        precondition(publicKey.count == algorithm.publicKeyBytes)
        var map = CanonicalCBOR()
        switch algorithm {
        case .es256:
            map.map(5)
            for number in [1, 2, 3, -7, -1, 1, -2] { map.number(number) }
            map.bytes(publicKey.prefix(32))
            map.number(-3)
            map.bytes(publicKey.suffix(32))
        case .edDSA:
            map.map(4)
            for number in [1, 1, 3, -8, -1, 6, -2] { map.number(number) }
            map.bytes(publicKey)
        }
        return map.bytes
    }
}
