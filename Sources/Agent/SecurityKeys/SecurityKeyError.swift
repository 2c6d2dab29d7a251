import CryptoP256
import Platform

/// Why something was refused to a client of security keys. No case carries a part of a secret.
enum SecurityKeyError: Error, Equatable {
    /// A length that the protocol does not have.
    case badLength
    /// A public key that is no point of the curve.
    case badKey
    /// A tag that is not the one of the message.
    case notAuthentic
    /// The key's secrets are on another machine.
    case placeholder
    /// Locked memory ran out.
    case memory

    init(_ error: CryptoP256Error) {
        self =
            switch error {
            case .badKey: .badKey
            case .badLength: .badLength
            case .outOfMemory: .memory
            }
    }
}
