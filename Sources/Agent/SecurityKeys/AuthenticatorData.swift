import CBOR
import Vault
import Wire

/// What the agent says in front of each challenge that it signs (WebAuthn Level 3, section 6.1). All transports have the same
/// layout; OpenSSH's message (PROTOCOL.u2f) is one without attested data and extensions.
struct AuthenticatorData {
    /// The model of authenticator: drawn at random once, the same for all who use fob.
    static let aaguid = Authenticator.aaguid

    /// The flags.
    struct Flags: OptionSet {
        let rawValue: UInt8

        /// A person said yes.
        static let userPresent = Flags(rawValue: 0x01)
        /// By the passphrase or the PIN it was known to be the owner.
        static let userVerified = Flags(rawValue: 0x04)
        /// The key may be in backups.
        static let backupEligible = Flags(rawValue: 0x08)
        /// The key is in a backup.
        static let backedUp = Flags(rawValue: 0x10)
        /// The new key follows.
        static let attested = Flags(rawValue: 0x40)
        /// Outputs of extensions follow.
        static let extensions = Flags(rawValue: 0x80)
    }

    /// What extensions answer.
    struct Extensions {
        /// The level of protection that a new key has.
        var credProtect: UInt8?
        /// Whether a new key can hmac-secret.
        var hmacSecretCreated: Bool?
        /// The sealed outputs of hmac-secret.
        var hmacSecret: [UInt8]?
        /// Whether a new key keeps the site's blob.
        var credBlobStored: Bool?
        /// The site's blob; empty when the key has none.
        var credBlob: [UInt8]?
        /// The sealed outputs of hmac-secret that a new key gives at once.
        var hmacSecretAtOnce: [UInt8]?
        /// Code points of the shortest PIN.
        var shortestPIN: UInt8?
        /// Whether other sites may have the key sign payments.
        var thirdPartyPayment: Bool?

        var isEmpty: Bool {
            credProtect == nil && hmacSecretCreated == nil && hmacSecret == nil && credBlobStored == nil
                && credBlob == nil && hmacSecretAtOnce == nil && shortestPIN == nil && thirdPartyPayment == nil
        }

        /// The map.
        var encoded: [UInt8] {
            var map = CBORMap()
            map["credBlob"] = credBlobStored.map { .bool($0) } ?? credBlob.map { .bytes($0) }
            map["credProtect"] = credProtect.map { .integer(Int($0)) }
            map["hmac-secret"] = hmacSecretCreated.map { .bool($0) } ?? hmacSecret.map { .bytes($0) }
            map["hmac-secret-mc"] = hmacSecretAtOnce.map { .bytes($0) }
            map["minPinLength"] = shortestPIN.map { .integer(Int($0)) }
            map["thirdPartyPayment"] = thirdPartyPayment.map { .bool($0) }
            return CBORWriter.write(.map(map))
        }
    }

    /// A new key, for its site.
    struct Attested {
        let aaguid: [UInt8]
        let credentialID: [UInt8]
        /// The map of COSE.
        let publicKey: [UInt8]

        init(aaguid: [UInt8] = AuthenticatorData.aaguid, credentialID: [UInt8], publicKey: [UInt8]) {
            precondition(aaguid.count == 16 && credentialID.count < 1024)
            (self.aaguid, self.credentialID, self.publicKey) = (aaguid, credentialID, publicKey)
        }

        init(_ key: KeyCredential) {
            self.init(
                credentialID: key.credentialID,
                publicKey: COSEKey.encoded(
                    key.publicKey, key.algorithm, isFullySpecified: key.flags.contains(.fullySpecified)))
        }
    }

    /// SHA-256 of the site's name.
    let relyingPartyHash: [32 of UInt8]
    /// Without those that follow from the parts below.
    var flags: Flags
    var counter: UInt32
    var attested: Attested?
    var extensions = Extensions()

    init(relyingPartyHash: [32 of UInt8], flags: Flags, counter: UInt32) {
        (self.relyingPartyHash, self.flags, self.counter) = (relyingPartyHash, flags, counter)
    }

    /// What a key says: of presence and verification what `flags` tells, of backups what is so.
    init(of key: KeyCredential, _ flags: Flags) {
        self.init(
            relyingPartyHash: key.relyingPartyHash, flags: flags.intersection([.userPresent, .userVerified]),
            counter: key.counter)
        if key.isEligible { self.flags.insert(.backupEligible) }
        if key.isBackedUp { self.flags.insert(.backedUp) }
    }

    /// All flags.
    var allFlags: Flags {
        var all = flags.subtracting([.attested, .extensions])
        if attested != nil { all.insert(.attested) }
        if !extensions.isEmpty { all.insert(.extensions) }
        return all
    }

    /// As it is signed and sent.
    var bytes: [UInt8] {
        var bytes = relyingPartyHash.indices.map { relyingPartyHash[$0] }
        bytes.append(allFlags.rawValue)
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: counter >> shift)) }
        if let attested {
            bytes += attested.aaguid
            bytes += [UInt8(attested.credentialID.count >> 8), UInt8(attested.credentialID.count & 0xff)]
            bytes += attested.credentialID
            bytes += attested.publicKey
        }
        if !extensions.isEmpty { bytes += extensions.encoded }
        return bytes
    }

    /// What is signed, at every transport: this, then the hash of what the client says. Of OpenSSH and scripts that is the
    /// hash of their data, of U2F the challenge parameter.
    func message(clientDataHash hash: Span<UInt8>) -> [UInt8] {
        precondition(hash.count == 32)
        return bytes + hash.indices.map { hash[$0] }
    }
}
