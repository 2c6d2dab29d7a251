/// Flags of KEY_ASSERT and KEY_SIGN.
package struct KeyUseFlags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// A human act is wanted.
    package static let presence = KeyUseFlags(rawValue: 1)
    /// The owner is verified, by the passphrase at the approval.
    package static let verification = KeyUseFlags(rawValue: 2)
    /// The credBlob is wanted in the authenticator data. Not in KEY_SIGN.
    package static let blob = KeyUseFlags(rawValue: 4)
    /// The key of its large blobs is wanted: LARGE_BLOBS gives it afterwards. Not in KEY_SIGN.
    package static let largeBlobKey = KeyUseFlags(rawValue: 8)
    /// It is wanted whether other sites may have it sign payments. Not in KEY_SIGN.
    package static let thirdPartyPayment = KeyUseFlags(rawValue: 16)
    /// All flags of this version.
    package static let known: KeyUseFlags = [.presence, .verification, .blob, .largeBlobKey, .thirdPartyPayment]
}

/// Input of the extension hmac-secret (CTAP 2.1, section 12.5).
package struct HmacSecretInput: PinProtocolValue, Equatable, Sendable {
    /// Which PIN protocol.
    package var version = PinProtocolNumber.one
    /// x and y of the platform's public key.
    package var platformKey: [UInt8] = []
    /// One or two salts, encrypted.
    package var salts: [UInt8] = []
    /// Their authentication.
    package var authentication: [UInt8] = []

    init() {}

    package init(_ version: PinProtocolNumber, platformKey: [UInt8], salts: [UInt8], authentication: [UInt8]) {
        (self.version, self.platformKey) = (version, platformKey)
        (self.salts, self.authentication) = (salts, authentication)
    }

    mutating func rest<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.agreementKey(&platformKey)
        try coder.bytes(&salts, 0...Limits.pinEncrypted)
        try coder.bytes(&authentication, 0...Limits.pinAuthentication)
    }
}

/// KEY_ASSERT: a signature for a site of the web.
package struct KeyAssertRequest: PlainMessage, Request {
    package typealias Reply = KeyAssertionReply
    package static var type: MessageType { .keyAssert }
    /// The way on which it is asked for: CTAP2 or U2F.
    package var transport = KeyTransport.ctap
    /// The site's id (rpId); for U2F, the hexadecimal digits of its SHA-256.
    package var site = ""
    /// The client data hash.
    package var clientDataHash = Digest()
    /// Keys that the site takes; empty for the discoverable ones.
    package var allowed: [[UInt8]] = []
    /// What is wanted.
    package var flags: KeyUseFlags = []
    /// Input of hmac-secret.
    package var hmacSecret: HmacSecretInput?
    /// A proof that the owner was verified.
    package var authentication: PinAuthentication?
    /// For whom the transport asks.
    package var requester = KeyRequester()

    package init() {}

    package init(
        _ transport: KeyTransport, site: String, clientDataHash: Digest, allowed: [[UInt8]] = [],
        flags: KeyUseFlags = .presence, hmacSecret: HmacSecretInput? = nil, authentication: PinAuthentication? = nil,
        requester: KeyRequester = KeyRequester()
    ) {
        (self.transport, self.site, self.clientDataHash, self.allowed) = (transport, site, clientDataHash, allowed)
        (self.flags, self.hmacSecret, self.authentication) = (flags, hmacSecret, authentication)
        self.requester = requester
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&transport)
        try coder.string(&site, Limits.site)
        try coder.field(&clientDataHash)
        try coder.keyIDs(&allowed)
        try coder.flags(&flags, known: .known)
        try coder.optional(&hmacSecret)
        try coder.optional(&authentication)
        try coder.field(&requester)
    }
}

/// KEY_NEXT: the same for the next of the keys that KEY_ASSERT found, within 30 seconds.
package struct KeyNextRequest: EmptyMessage, Request {
    package typealias Reply = KeyAssertionReply
    package static var type: MessageType { .keyNext }
    package init() {}
}

/// KEY_ASSERTION: the reply to KEY_ASSERT and KEY_NEXT.
package struct KeyAssertionReply: PlainMessage {
    package static var type: MessageType { .keyAssertion }
    /// Which key.
    package var credential: [UInt8] = []
    /// The finished authenticator data.
    package var authenticatorData: [UInt8] = []
    /// The signature over it and the client data hash: DER, or Ed25519's 64 bytes.
    package var signature: [UInt8] = []
    /// How the site calls the user; empty when there is none.
    package var userHandle: [UInt8] = []
    /// The user's names; empty unless the owner was verified and there is more than one key.
    package var userName = ""
    package var displayName = ""
    /// How many keys there are; 1 in a reply to KEY_NEXT.
    package var count: UInt16 = 0

    package init() {}

    package init(
        credential: [UInt8], authenticatorData: [UInt8], signature: [UInt8], userHandle: [UInt8] = [],
        userName: String = "", displayName: String = "", count: UInt16 = 1
    ) {
        (self.credential, self.authenticatorData, self.signature) = (credential, authenticatorData, signature)
        (self.userHandle, self.userName, self.displayName, self.count) = (userHandle, userName, displayName, count)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&credential, 1...Limits.keyID)
        try coder.bytes(&authenticatorData, 0...Limits.authenticatorData)
        try coder.bytes(&signature, 0...Limits.signature)
        try coder.bytes(&userHandle, 0...Limits.userHandle)
        try coder.string(&userName, Limits.keyName)
        try coder.string(&displayName, Limits.keyName)
        try coder.integer(&count)
    }
}
