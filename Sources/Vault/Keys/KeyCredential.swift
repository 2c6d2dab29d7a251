import Encodings
import Platform

extension KeyAlgorithm {
    /// Its number in the vault.
    var number: UInt8 {
        switch self {
        case .es256: 1
        case .edDSA: 2
        }
    }

    /// The algorithm with that number in the vault; nil for one of a newer release.
    init?(number: UInt8) {
        guard let known = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = known
    }
}

extension KeyFlags {
    /// Those that whoever makes a key may choose.
    static let chosen: KeyFlags = [
        .discoverable, .alwaysVerify, .noTouch, .hmacSecret, .thirdPartyPayment, .fullySpecified,
    ]
}

/// A key that signs challenges for one site, without its secrets, and where those are.
package struct KeyCredential: Sendable {
    /// The id of its record: the first 16 bytes of the credential id, or of its SHA-256 where that has not 32 bytes.
    package let id: Identifier
    /// The account that owns it.
    package internal(set) var account = Identifier.zero
    /// What its site knows it by: 32 bytes where fob has made it, 1 to 255 of a key that came from elsewhere.
    package internal(set) var credentialID: [UInt8] = []
    /// Whether it may leave this machine.
    package internal(set) var kind: KeyKind
    /// How it signs.
    package internal(set) var algorithm: KeyAlgorithm
    /// Where it was made.
    package internal(set) var transport: KeyTransport
    /// What is so of it.
    package internal(set) var flags: KeyFlags = []
    /// The level of the extension credProtect, 1 to 3.
    package internal(set) var protection: UInt8
    /// `algorithm.publicKeyCount` bytes.
    package internal(set) var publicKey: [UInt8] = []
    /// The site: its rpId, an application of ssh (`ssh:`), or one of scripts (`fob:`).
    package internal(set) var relyingParty = ""
    /// How the site calls itself.
    package internal(set) var relyingPartyName = ""
    /// What the site knows the user by; not secret.
    package internal(set) var userHandle: [UInt8] = []
    /// The user's name at the site.
    package internal(set) var userName = ""
    /// How the site addresses the user.
    package internal(set) var displayName = ""
    /// The owner's word for the key; empty for none.
    package internal(set) var label = ""
    /// Signatures so far; constantly 0 of a synced key.
    package internal(set) var counter: UInt32 = 0
    /// Seconds of UTC.
    package internal(set) var created: UInt64 = 0
    /// Seconds of UTC; 0 for never.
    package internal(set) var lastUsed: UInt64 = 0
    /// Seconds of UTC at which it was put into the trash; 0 when it is not there by itself.
    package internal(set) var removed: UInt64 = 0
    /// Its place among all keys in the order in which they were made.
    package internal(set) var order: UInt64 = 0
    /// The restore that it came with.
    package internal(set) var batch: Identifier?
    /// The logins that it signs for, where `flags` has `limited`; then none when this is empty.
    package internal(set) var hosts: [HostLimit] = []
    /// SHA-256 of the keys of the hosts that it has logged in to, the last one first, one behind the other.
    var lastHosts: [UInt8] = []
    /// How often each protection was taken away: see `lowerable`.
    var lowered: UInt64 = 0
    /// The body that holds the secrets.
    var body: SharedSecret
    var places = SecretPlaces()

    /// Where a key's secrets lie in its body; empty for what it does not have.
    struct SecretPlaces: Sendable {
        var privateKey = 0..<0
        var seedWithVerification = 0..<0
        var seedWithout = 0..<0
        var blob = 0..<0
        var largeBlobKey = 0..<0
    }

    /// Hosts that are remembered of a key.
    static let mostHosts = 8

    /// How many other hosts it has logged in to since it was used at the one whose key has that SHA-256; nil when it is not
    /// remembered there.
    package func hostsSince(_ host: [UInt8]) -> Int? {
        (0..<(lastHosts.count / HostLimit.hashCount)).first { place in
            lastHosts[(place * HostLimit.hashCount)...].starts(with: host)
        }
    }

    /// Notes a login at a host.
    mutating func noteHost(_ host: [UInt8]) {
        precondition(host.count == HostLimit.hashCount)
        if let place = hostsSince(host) {
            let start = place * HostLimit.hashCount
            lastHosts.removeSubrange(start..<(start + HostLimit.hashCount))
        }
        lastHosts = Array((host + lastHosts).prefix(Self.mostHosts * HostLimit.hashCount))
    }

    /// It may be in a backup: the flag BE of WebAuthn.
    package var isEligible: Bool { kind == .synced }

    /// It is in a backup: the flag BS of WebAuthn.
    package var isBackedUp: Bool { isEligible && flags.contains(.backedUp) }

    /// Its secrets are not here.
    package var isPlaceholder: Bool { flags.contains(.needsVerification) }

    /// Bytes of the site's blob.
    package var blobCount: Int { places.blob.count }

    /// SHA-256 of the site's name: what stands in front of all that the key signs.
    package var relyingPartyHash: [32 of UInt8] { Self.hash(ofRelyingParty: relyingParty) }

    /// Lends the private key, big-endian or as a seed, to `use`; empty for a placeholder.
    package func withPrivateKey<R: ~Copyable, E: Error>(_ use: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body.withBytes { (body: Span<UInt8>) throws(E) in try use(body.extracting(places.privateKey)) }
    }

    /// Lends one of the seeds of hmac-secret to `use`; empty when the key has none.
    package func withSeed<R: ~Copyable, E: Error>(
        isVerified: Bool, _ use: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let place = isVerified ? places.seedWithVerification : places.seedWithout
        return try body.withBytes { (body: Span<UInt8>) throws(E) in try use(body.extracting(place)) }
    }

    /// Lends the site's blob to `use`; empty when there is none.
    package func withBlob<R: ~Copyable, E: Error>(_ use: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body.withBytes { (body: Span<UInt8>) throws(E) in try use(body.extracting(places.blob)) }
    }

    /// Lends the key of its large blobs to `use`; empty when it has none.
    package func withLargeBlobKey<R: ~Copyable, E: Error>(_ use: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body.withBytes { (body: Span<UInt8>) throws(E) in try use(body.extracting(places.largeBlobKey)) }
    }

    /// Whether large blobs can be kept for it.
    package var hasLargeBlobKey: Bool { !places.largeBlobKey.isEmpty }

    /// Whether that is its credential id.
    package func has(id: [UInt8]) -> Bool { credentialID == id }

    /// The key without its secrets: what everybody may see of it, for when the vault is locked. It signs nothing.
    package var publicHalf: KeyCredential {
        get throws(MemoryError) {
            var half = self
            half.body = SharedSecret(try Secret(copying: Span()))
            half.places = SecretPlaces()
            return half
        }
    }

    // MARK: Names of sites

    private static let prefixOfU2F = "u2f:"

    /// The name of a site of which only the SHA-256 of its application id is known, as in U2F.
    package static func relyingParty(u2f hash: Span<UInt8>) -> String {
        precondition(hash.count == 32)
        return prefixOfU2F + BaseEncoding.base16.text(hash)
    }

    /// SHA-256 of a site's name; of one that is known by its hash only, that hash.
    package static func hash(ofRelyingParty name: String) -> [32 of UInt8] {
        guard name.hasPrefix(prefixOfU2F),
            let hash = BaseEncoding.base16.bytes(name.dropFirst(prefixOfU2F.count)), hash.count == 32
        else { return Sodium.sha256(name.utf8Span.span) }
        return .init { hash[$0] }
    }

    /// What a record has in place of a credential id: that, or its SHA-256 where it has not 32 bytes.
    static func shortID(of credentialID: [UInt8]) -> [32 of UInt8] {
        guard credentialID.count == Limits.ownKeyID else { return Sodium.sha256(credentialID.span) }
        return .init { credentialID[$0] }
    }

    /// The id of the record of a key with that credential id.
    static func recordID(of credentialID: [UInt8]) -> Identifier {
        let short = shortID(of: credentialID)
        return Identifier(firstOf: short.span)
    }
}

/// A key that is to be made; its secrets come beside it.
package struct NewKey: Sendable {
    /// Whether it may leave this machine.
    package var kind: KeyKind
    /// How it signs.
    package var algorithm: KeyAlgorithm
    /// Where it is made.
    package var transport: KeyTransport
    /// What is chosen of it.
    package var flags: KeyFlags = []
    /// The level of the extension credProtect, 1 to 3.
    package var protection: UInt8 = 1
    /// The site.
    package var relyingParty: String
    /// How the site calls itself.
    package var relyingPartyName = ""
    /// What the site knows the user by.
    package var userHandle: [UInt8] = []
    /// The user's name at the site.
    package var userName = ""
    /// How the site addresses the user.
    package var displayName = ""
    /// The owner's word for the key.
    package var label = ""
    /// Large blobs can be kept for it.
    package var hasLargeBlobKey = false

    /// A key for a site.
    package init(relyingParty: String, _ kind: KeyKind, _ algorithm: KeyAlgorithm, _ transport: KeyTransport) {
        self.relyingParty = relyingParty
        (self.kind, self.algorithm, self.transport) = (kind, algorithm, transport)
    }

    /// Throws `badKey` for what no key can have.
    package func check() throws(VaultError) {
        guard (1...Limits.relyingParty).contains(relyingParty.utf8.count) else {
            throw .badKey("a site's name of \(relyingParty.utf8.count) bytes")
        }
        guard !relyingParty.hasControls else { throw .badKey("control characters in a site's name") }
        for name in [relyingPartyName, userName, displayName, label] { try Self.check(name: name) }
        guard userHandle.count <= Limits.userHandle else { throw .badKey("so long a user handle") }
        guard (1...3).contains(protection) else { throw .badKey("a protection level of \(protection)") }
        guard KeyFlags.chosen.isSuperset(of: flags) else { throw .badKey("such flags when it is made") }
    }

    static func check(name: String) throws(VaultError) {
        guard name.utf8.count <= Limits.keyName else { throw .badKey("so long a name") }
    }
}
