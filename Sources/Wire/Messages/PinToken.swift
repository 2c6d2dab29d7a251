/// What a PIN token may be used for (CTAP 2.1, section 6.5.5.7).
package struct TokenPermissions: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// mc: to make a key.
    package static let makeCredential = TokenPermissions(rawValue: 0x01)
    /// ga: to sign.
    package static let getAssertion = TokenPermissions(rawValue: 0x02)
    /// cm: to list, change and remove keys.
    package static let credentialManagement = TokenPermissions(rawValue: 0x04)
    /// be: to enrol fingerprints.
    package static let bioEnrollment = TokenPermissions(rawValue: 0x08)
    /// lbw: to write large blobs.
    package static let largeBlobWrite = TokenPermissions(rawValue: 0x10)
    /// acfg: to configure the authenticator.
    package static let authenticatorConfiguration = TokenPermissions(rawValue: 0x20)
    /// pcmr: to list keys, on all connections (CTAP 2.2).
    package static let persistentList = TokenPermissions(rawValue: 0x40)
    /// Whatever a platform asks for.
    static let all = TokenPermissions(rawValue: .max)
    /// Those that an agent grants.
    package static let supported: TokenPermissions = [
        .makeCredential, .getAssertion, .credentialManagement, .largeBlobWrite, .authenticatorConfiguration,
        .persistentList,
    ]
}

/// PIN_TOKEN: a PIN token for the PIN (getPinToken, getPinUvAuthTokenUsingPinWithPermissions).
package struct PinTokenRequest: PlainMessage, Request {
    package typealias Reply = PinTokenReply
    package static var type: MessageType { .pinToken }
    /// Which protocol.
    package var version = PinProtocolNumber.one
    /// x and y of the platform's public key.
    package var platformKey: [UInt8] = []
    /// The hash of the PIN, encrypted.
    package var pinHash: [UInt8] = []
    /// What for; empty for getPinToken, which names none.
    package var permissions: TokenPermissions = []
    /// For which site; empty for none yet.
    package var site = ""

    package init() {}

    package init(
        _ version: PinProtocolNumber, platformKey: [UInt8], pinHash: [UInt8], permissions: TokenPermissions = [],
        site: String = ""
    ) {
        (self.version, self.platformKey, self.pinHash) = (version, platformKey, pinHash)
        (self.permissions, self.site) = (permissions, site)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&version)
        try coder.agreementKey(&platformKey)
        try coder.bytes(&pinHash, 0...Limits.pinEncrypted)
        try coder.flags(&permissions, known: .all)
        try coder.string(&site, Limits.site)
    }
}

/// UV_TOKEN: a PIN token for the passphrase, which the owner is asked for (getPinUvAuthTokenUsingUvWithPermissions).
package struct VerificationTokenRequest: PlainMessage, Request {
    package typealias Reply = PinTokenReply
    package static var type: MessageType { .verificationToken }
    /// Which protocol.
    package var version = PinProtocolNumber.one
    /// x and y of the platform's public key.
    package var platformKey: [UInt8] = []
    /// What for.
    package var permissions: TokenPermissions = []
    /// For which site; empty for none yet.
    package var site = ""
    /// For whom the transport asks.
    package var requester = KeyRequester()

    package init() {}

    package init(
        _ version: PinProtocolNumber, platformKey: [UInt8], permissions: TokenPermissions, site: String = "",
        requester: KeyRequester = KeyRequester()
    ) {
        (self.version, self.platformKey, self.permissions, self.site) = (version, platformKey, permissions, site)
        self.requester = requester
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&version)
        try coder.agreementKey(&platformKey)
        try coder.flags(&permissions, known: .all)
        try coder.string(&site, Limits.site)
        try coder.field(&requester)
    }
}

/// PIN_TOKEN_REPLY: the reply to PIN_TOKEN and UV_TOKEN.
package struct PinTokenReply: PlainMessage {
    package static var type: MessageType { .pinTokenReply }
    /// The token, encrypted for the platform.
    package var token: [UInt8] = []

    package init() {}

    package init(token: [UInt8]) { self.token = token }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&token, 0...Limits.pinEncrypted)
    }
}

/// TOKEN_VERIFY: does this connection's PIN token allow that? The reply is OK, or why not.
package struct TokenVerifyRequest: PlainMessage, Request {
    package static var type: MessageType { .tokenVerify }
    /// What for: one permission.
    package var permission: TokenPermissions = []
    /// For which site; empty when it is about none, or about all.
    package var site = ""
    /// What the platform has authenticated.
    package var message: [UInt8] = []
    /// Its authentication.
    package var authentication = PinAuthentication()

    package init() {}

    package init(
        _ permission: TokenPermissions, site: String = "", message: [UInt8], authentication: PinAuthentication
    ) {
        (self.permission, self.site, self.message, self.authentication) = (permission, site, message, authentication)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.flags(&permission, known: .all)
        try coder.string(&site, Limits.site)
        try coder.bytes(&message, 0...Limits.tokenMessage)
        var proof: PinAuthentication? = authentication
        try coder.optional(&proof)
        guard let proof else { throw .unknownValue }
        authentication = proof
    }
}
