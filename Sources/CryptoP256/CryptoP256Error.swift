/// Why an operation with a key was refused. No case carries a part of a secret.
package enum CryptoP256Error: Error, Equatable, Sendable {
    /// A public key that is no point of the curve, or a private key out of range.
    case badKey
    /// A key, a digest or a text of a length that the algorithm does not have.
    case badLength
    /// Memory that cannot be had.
    case outOfMemory
}
