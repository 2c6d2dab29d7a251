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
    /// Those that an agent grants. Nothing needs largeBlobWrite here, but clients may hold it.
    package static let supported: TokenPermissions = [
        .makeCredential, .getAssertion, .credentialManagement, .largeBlobWrite,
    ]
}

/// PIN_TOKEN: a PIN token for the PIN (getPinToken, getPinUvAuthTokenUsingPinWithPermissions).
package struct PinTokenRequest: PlainMessage {
    package static var type: MessageType { .pinToken }
    /// Which protocol.
    package let version: PinProtocolNumber
    /// x and y of the platform's public key.
    package let platformKey: [UInt8]
    /// The hash of the PIN, encrypted.
    package let pinHash: [UInt8]
    /// What for; empty for getPinToken, which names none.
    package let permissions: TokenPermissions
    /// For which site; empty for none yet.
    package let site: String

    /// With those fields.
    package init(
        _ version: PinProtocolNumber, platformKey: [UInt8], pinHash: [UInt8], permissions: TokenPermissions = [],
        site: String = ""
    ) {
        self.version = version
        self.platformKey = platformKey
        self.pinHash = pinHash
        self.permissions = permissions
        self.site = site
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        version = try cursor.choice(body)
        platformKey = try cursor.agreementKey(body)
        pinHash = try cursor.array(body, 0...Limits.pinEncrypted)
        permissions = TokenPermissions(rawValue: try cursor.u8(body))
        site = try cursor.string(body, Limits.site)
    }

    package var encodedCount: Int {
        2 + Limits.agreementKey + Count.bytes(pinHash.count) + Count.string(site)
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(version.rawValue)
        try output.appendAgreementKey(platformKey)
        try output.appendBytes(pinHash.span, 0...Limits.pinEncrypted)
        output.append(permissions.rawValue)
        try output.appendString(site, Limits.site)
    }
}

/// UV_TOKEN: a PIN token for the passphrase, which the owner is asked for (getPinUvAuthTokenUsingUvWithPermissions).
package struct VerificationTokenRequest: PlainMessage {
    package static var type: MessageType { .verificationToken }
    /// Which protocol.
    package let version: PinProtocolNumber
    /// x and y of the platform's public key.
    package let platformKey: [UInt8]
    /// What for.
    package let permissions: TokenPermissions
    /// For which site; empty for none yet.
    package let site: String
    /// For whom the transport asks.
    package let requester: KeyRequester

    /// With those fields.
    package init(
        _ version: PinProtocolNumber, platformKey: [UInt8], permissions: TokenPermissions, site: String = "",
        requester: KeyRequester = KeyRequester()
    ) {
        self.version = version
        self.platformKey = platformKey
        self.permissions = permissions
        self.site = site
        self.requester = requester
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        version = try cursor.choice(body)
        platformKey = try cursor.agreementKey(body)
        permissions = TokenPermissions(rawValue: try cursor.u8(body))
        site = try cursor.string(body, Limits.site)
        requester = try KeyRequester(&cursor, body)
    }

    package var encodedCount: Int { 2 + Limits.agreementKey + Count.string(site) + requester.encodedCount }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(version.rawValue)
        try output.appendAgreementKey(platformKey)
        output.append(permissions.rawValue)
        try output.appendString(site, Limits.site)
        try requester.encode(into: &output)
    }
}

/// PIN_TOKEN_REPLY: the reply to PIN_TOKEN and UV_TOKEN.
package struct PinTokenReply: PlainMessage {
    package static var type: MessageType { .pinTokenReply }
    /// The token, encrypted for the platform.
    package let token: [UInt8]

    /// With those fields.
    package init(token: [UInt8]) { self.token = token }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        token = try cursor.array(body, 0...Limits.pinEncrypted)
    }

    package var encodedCount: Int { Count.bytes(token.count) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendBytes(token.span, 0...Limits.pinEncrypted)
    }
}

/// TOKEN_VERIFY: does this connection's PIN token allow that? The reply is OK, or why not.
package struct TokenVerifyRequest: PlainMessage {
    package static var type: MessageType { .tokenVerify }
    /// What for: one permission.
    package let permission: TokenPermissions
    /// For which site; empty when it is about none, or about all.
    package let site: String
    /// What the platform has authenticated.
    package let message: [UInt8]
    /// Its authentication.
    package let authentication: PinAuthentication

    /// With those fields.
    package init(
        _ permission: TokenPermissions, site: String = "", message: [UInt8], authentication: PinAuthentication
    ) {
        self.permission = permission
        self.site = site
        self.message = message
        self.authentication = authentication
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        permission = TokenPermissions(rawValue: try cursor.u8(body))
        site = try cursor.string(body, Limits.site)
        message = try cursor.array(body, 0...Limits.tokenMessage)
        guard let authentication = try cursor.authentication(body) else { throw .unknownValue }
        self.authentication = authentication
    }

    package var encodedCount: Int {
        1 + Count.string(site) + Count.bytes(message.count) + Count.authentication(authentication)
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(permission.rawValue)
        try output.appendString(site, Limits.site)
        try output.appendBytes(message.span, 0...Limits.tokenMessage)
        try output.appendAuthentication(authentication)
    }
}
