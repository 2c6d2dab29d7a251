/// Flags of KEY_CREATE.
package struct KeyCreateFlags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// A site can ask for it without knowing its id (a resident key).
    package static let discoverable = KeyCreateFlags(rawValue: 1)
    /// The owner is verified now, by the passphrase at the approval. With the transport `ssh`: and at every signature.
    package static let verification = KeyCreateFlags(rawValue: 2)
    /// The key has secrets for the extension hmac-secret.
    package static let hmacSecret = KeyCreateFlags(rawValue: 4)
    /// The key signs its own attestation; else there is none.
    package static let selfAttestation = KeyCreateFlags(rawValue: 8)
    /// It may sign without a human act. Only with the transport `ssh`.
    package static let noTouch = KeyCreateFlags(rawValue: 16)
    /// The site's blob was longer than what is kept, which the authenticator data says. Only with the transport `ctap`.
    package static let blobTooLong = KeyCreateFlags(rawValue: 32)
    /// All flags of this version.
    package static let known: KeyCreateFlags = [
        .discoverable, .verification, .hmacSecret, .selfAttestation, .noTouch, .blobTooLong,
    ]
}

/// Extensions of CTAP 2.1 and 2.2 that a new key is to have.
package struct KeyExtensions: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Large blobs can be kept for it (largeBlobKey). LARGE_BLOBS gives their key afterwards.
    package static let largeBlobKey = KeyExtensions(rawValue: 1)
    /// Other sites may have it sign payments (thirdPartyPayment).
    package static let thirdPartyPayment = KeyExtensions(rawValue: 2)
    /// The site asks how long PINs are (minPinLength); only some sites are told.
    package static let shortestPIN = KeyExtensions(rawValue: 4)
    /// Its algorithm is called by the number that names the curve too: -9 for -7, -19 for -8.
    package static let fullySpecified = KeyExtensions(rawValue: 8)
    /// All flags of this version.
    package static let known: KeyExtensions = [.largeBlobKey, .thirdPartyPayment, .shortestPIN, .fullySpecified]
}

/// A security key that is to be made.
package struct NewKey: Field, Equatable, Sendable {
    /// The way on which it is asked for.
    package var transport = KeyTransport.ctap
    /// What becomes of it in backups; nil for what is usual for the transport.
    package var kind: KeyKind?
    /// Algorithms that the site takes, its favourite first.
    package var algorithms: [KeyAlgorithm] = []
    /// What it can do, and what is wanted now.
    package var flags: KeyCreateFlags = []
    /// The level of protection asked for (CTAP 2.1, section 12.1): 1 to 3, 0 when none is asked for.
    package var protection: UInt8 = 0
    /// The site's id (rpId); for U2F, the hexadecimal digits of its SHA-256.
    package var site = ""
    /// The site's name.
    package var siteName = ""
    /// How the site calls the user; no text.
    package var userHandle: [UInt8] = []
    /// The user's name there.
    package var userName = ""
    /// The user's name as a person reads it.
    package var displayName = ""
    /// CTAP2 and U2F: the 32 bytes of the client data hash. Else: what is hashed for it.
    package var clientData: [UInt8] = []
    /// With one of these here already, none is made.
    package var excluded: [[UInt8]] = []
    /// Bytes that the site wants to be kept; empty for none.
    package var blob: [UInt8] = []
    /// A proof that the owner was verified.
    package var authentication: PinAuthentication?
    /// For whom the transport asks.
    package var requester = KeyRequester()
    /// Further extensions. Only with the transport `ctap`.
    package var extensions: KeyExtensions = []
    /// Input of hmac-secret, of which the outputs are wanted at once (hmac-secret-mc).
    package var hmacSecret: HmacSecretInput?
    /// The account that is to own it; nil to look for one of the site, or make it.
    package var account: Identifier?

    package init() {}

    package init(_ transport: KeyTransport, site: String, algorithms: [KeyAlgorithm]) {
        (self.transport, self.site, self.algorithms) = (transport, site, algorithms)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&transport)
        try coder.choice(&kind)
        try coder.list(&algorithms, Limits.keyAlgorithms)
        try coder.flags(&flags, known: .known)
        try coder.integer(&protection)
        try coder.check(protection <= 3)
        try coder.string(&site, Limits.site)
        try coder.string(&siteName, Limits.keyName)
        try coder.bytes(&userHandle, 0...Limits.userHandle)
        try coder.string(&userName, Limits.keyName)
        try coder.string(&displayName, Limits.keyName)
        try coder.bytes(&clientData, 0...Limits.keyData, wide: true)
        try coder.keyIDs(&excluded)
        try coder.bytes(&blob, 0...Limits.keyBlob)
        try coder.optional(&authentication)
        try coder.field(&requester)
        try coder.flags(&extensions, known: .known)
        try coder.optional(&hmacSecret)
        try coder.field(&account)
    }
}

/// KEY_CREATE: a new security key, after a human act.
package struct KeyCreateRequest: PlainMessage, Request {
    package typealias Reply = KeyCreatedReply
    package static var type: MessageType { .keyCreate }
    /// What is to be made.
    package var key = NewKey()

    package init() {}

    package init(_ key: NewKey) { self.key = key }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&key)
    }
}

/// KEY_CREATED: the reply to KEY_CREATE.
package struct KeyCreatedReply: PlainMessage {
    package static var type: MessageType { .keyCreated }
    /// The credential id.
    package var credential: [UInt8] = []
    /// The record's id.
    package var record = Identifier.zero
    /// The account that owns the key.
    package var account = Identifier.zero
    /// Which of the algorithms it is.
    package var algorithm = KeyAlgorithm.es256
    /// x and y of a point on P-256 (64 bytes), or an Ed25519 key (32).
    package var publicKey: [UInt8] = []
    /// The byte of flags and the counter that are in the authenticator data.
    package var flags: UInt8 = 0
    package var counter: UInt32 = 0
    /// The finished authenticator data (WebAuthn, section 6.1).
    package var authenticatorData: [UInt8] = []
    /// Self-attestation over the authenticator data and the client data hash, or U2F's registration signature: DER, or
    /// Ed25519's 64 bytes; empty when none was asked for.
    package var signature: [UInt8] = []
    /// U2F: the certificate (DER) of the key; else empty.
    package var certificate: [UInt8] = []

    package init() {}

    package init(
        credential: [UInt8], record: Identifier, account: Identifier, algorithm: KeyAlgorithm, publicKey: [UInt8],
        flags: UInt8, counter: UInt32, authenticatorData: [UInt8], signature: [UInt8], certificate: [UInt8] = []
    ) {
        (self.credential, self.record, self.account, self.algorithm) = (credential, record, account, algorithm)
        (self.publicKey, self.flags, self.counter) = (publicKey, flags, counter)
        (self.authenticatorData, self.signature, self.certificate) = (authenticatorData, signature, certificate)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&credential, 1...Limits.keyID)
        try coder.field(&record)
        try coder.field(&account)
        try coder.choice(&algorithm)
        try coder.bytes(&publicKey, algorithm.publicKeyCount...algorithm.publicKeyCount)
        try coder.integer(&flags)
        try coder.integer(&counter)
        try coder.bytes(&authenticatorData, 0...Limits.authenticatorData)
        try coder.bytes(&signature, 0...Limits.signature)
        try coder.bytes(&certificate, 0...Limits.certificate)
    }
}
