/// What becomes of a security key in a backup. It is chosen when the key is made and never changed.
package enum KeyKind: UInt8, CaseIterable, Sendable {
    /// It travels in backups, and its signature counter is constantly 0.
    case synced = 1
    /// It stays here: backups have a placeholder. Its counter grows with every signature.
    case deviceBound = 2
}

/// How a key signs: the number is that of COSE (RFC 9053) without the sign.
package enum KeyAlgorithm: UInt8, CaseIterable, Sendable {
    /// ECDSA on P-256 with SHA-256, COSE -7.
    case es256 = 7
    /// EdDSA on edwards25519, COSE -8.
    case edDSA = 8

    /// Bytes of a public key: x and y, or the point's encoding (RFC 8032).
    package var publicKeyCount: Int { self == .es256 ? 64 : 32 }
}

/// The way on which a request for a security key comes: it decides for which sites, and is kept with a key that is made.
package enum KeyTransport: UInt8, CaseIterable, Sendable {
    /// CTAP2: sites of the web, and `ssh:`.
    case ctap = 1
    /// U2F (CTAP1): sites of the web, as the 64 lower-case hexadecimal digits of their SHA-256.
    case u2f = 2
    /// OpenSSH: `ssh:` and what follows it.
    case ssh = 3
    /// `fob challenge`: `fob:` and what follows it.
    case script = 4
}

/// What is so of a key. The bits are those of the vault, where unknown ones stay as they are; messages have bits of their
/// own.
package struct KeyFlags: OptionSet, Sendable {
    /// The bits as they stand in the vault.
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// It is found by its site alone, without its credential id.
    package static let discoverable = KeyFlags(rawValue: 1)
    /// It signs only for a verified owner.
    package static let alwaysVerify = KeyFlags(rawValue: 2)
    /// It may sign without a person's yes, where its site accepts that.
    package static let noTouch = KeyFlags(rawValue: 4)
    /// Its site may use the extension hmac-secret.
    package static let hmacSecret = KeyFlags(rawValue: 8)
    /// A backup that was verified holds it.
    package static let backedUp = KeyFlags(rawValue: 16)
    /// Its secrets stayed on another machine: it must be registered again.
    package static let needsVerification = KeyFlags(rawValue: 32)
    /// It signs for logins at some hosts only.
    package static let limited = KeyFlags(rawValue: 64)
    /// Other sites may have it sign payments (thirdPartyPayment of CTAP 2.2).
    package static let thirdPartyPayment = KeyFlags(rawValue: 128)
    /// Its site knows its algorithm by the number that names the curve too: -9 for -7, -19 for -8.
    package static let fullySpecified = KeyFlags(rawValue: 256)
}
