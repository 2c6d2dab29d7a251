import CBOR
import Vault

/// A public key as authenticator data has it (RFC 9052, section 7; RFC 9053).
enum COSEKey {
    /// The numbers of COSE for algorithms, which clients ask by.
    ///
    /// - Parameter isFullySpecified: by the number that names the curve too.
    static func algorithm(_ algorithm: KeyAlgorithm, isFullySpecified: Bool = false) -> Int {
        switch algorithm {
        case .es256: isFullySpecified ? -9 : -7
        case .edDSA: isFullySpecified ? -19 : -8
        }
    }

    /// The map of a public key: of P-256 x and y, of Ed25519 its 32 bytes.
    static func encoded(
        _ publicKey: [UInt8], _ algorithm: KeyAlgorithm, isFullySpecified: Bool = false
    ) -> [UInt8] {
        precondition(publicKey.count == algorithm.publicKeyCount)
        var map: CBORMap = [3: .integer(Self.algorithm(algorithm, isFullySpecified: isFullySpecified))]
        switch algorithm {
        case .es256:
            (map[1], map[-1]) = (.integer(2), .integer(1))
            (map[-2], map[-3]) = (.bytes(Array(publicKey.prefix(32))), .bytes(Array(publicKey.suffix(32))))
        case .edDSA:
            (map[1], map[-1]) = (.integer(1), .integer(6))
            map[-2] = .bytes(publicKey)
        }
        return CBORWriter.write(.map(map))
    }
}
