/// Bounds of what only the vault has.
extension Limits {
    /// How far a counter may be raised by what arrives: nobody asks for so many codes between two backups.
    package static let counterStep: UInt64 = 1 << 20
    /// Sets of recovery codes of an account that were replaced and are kept.
    package static let supersededSets = 16
    /// Seconds for which a set that was replaced is kept.
    package static let supersededSeconds: UInt64 = 30 * 24 * 3600
    /// Places of backups that a vault notes, those of all machines together.
    package static let knownPlaces = 64
    /// Bytes of the name under which a site or a transport of ssh asks for its keys.
    package static let relyingParty = 255
    /// Bytes of a private key: a P-256 scalar or an Ed25519 seed.
    package static let privateKey = 32
    /// Bytes of a seed of the extension hmac-secret.
    package static let keySeed = 32
}
