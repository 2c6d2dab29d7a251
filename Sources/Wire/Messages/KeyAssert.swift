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
    /// All flags of this version.
    package static let known: KeyUseFlags = [.presence, .verification, .blob]
}

/// Input of the extension hmac-secret (CTAP 2.1, section 12.5).
package struct HmacSecretInput: Equatable, Sendable {
    /// Which PIN protocol.
    package let version: PinProtocolNumber
    /// x and y of the platform's public key.
    package let platformKey: [UInt8]
    /// One or two salts, encrypted.
    package let salts: [UInt8]
    /// Their authentication.
    package let authentication: [UInt8]

    /// With those fields.
    package init(_ version: PinProtocolNumber, platformKey: [UInt8], salts: [UInt8], authentication: [UInt8]) {
        self.version = version
        self.platformKey = platformKey
        self.salts = salts
        self.authentication = authentication
    }

    init(_ version: PinProtocolNumber, _ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        self.version = version
        platformKey = try cursor.agreementKey(body)
        salts = try cursor.array(body, 0...Limits.pinEncrypted)
        authentication = try cursor.array(body, 0...Limits.pinAuthentication)
    }

    var encodedCount: Int {
        Limits.agreementKey + Count.bytes(salts.count) + Count.bytes(authentication.count)
    }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendAgreementKey(platformKey)
        try output.appendBytes(salts.span, 0...Limits.pinEncrypted)
        try output.appendBytes(authentication.span, 0...Limits.pinAuthentication)
    }
}

/// KEY_ASSERT: a signature for a site of the web.
package struct KeyAssertRequest: PlainMessage {
    package static var type: MessageType { .keyAssert }
    /// The way on which it is asked for: CTAP2 or U2F.
    package let transport: KeyTransport
    /// The site's id (rpId); for U2F, the hexadecimal digits of its SHA-256.
    package let site: String
    /// The client data hash.
    package let clientDataHash: Digest
    /// Keys that the site takes; empty for the discoverable ones.
    package let allowed: [[UInt8]]
    /// What is wanted.
    package let flags: KeyUseFlags
    /// Input of hmac-secret.
    package let hmacSecret: HmacSecretInput?
    /// A proof that the owner was verified.
    package let authentication: PinAuthentication?
    /// For whom the transport asks.
    package let requester: KeyRequester

    /// With those fields.
    package init(
        _ transport: KeyTransport, site: String, clientDataHash: Digest, allowed: [[UInt8]] = [],
        flags: KeyUseFlags = .presence, hmacSecret: HmacSecretInput? = nil, authentication: PinAuthentication? = nil,
        requester: KeyRequester = KeyRequester()
    ) {
        self.transport = transport
        self.site = site
        self.clientDataHash = clientDataHash
        self.allowed = allowed
        self.flags = flags
        self.hmacSecret = hmacSecret
        self.authentication = authentication
        self.requester = requester
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        transport = try cursor.choice(body)
        site = try cursor.string(body, Limits.site)
        clientDataHash = try Digest(&cursor, body)
        allowed = try cursor.keyIDs(body)
        flags = try cursor.flags(body, known: .known)
        if let version = try cursor.pinProtocol(body) {
            hmacSecret = try HmacSecretInput(version, &cursor, body)
        } else {
            hmacSecret = nil
        }
        authentication = try cursor.authentication(body)
        requester = try KeyRequester(&cursor, body)
    }

    package var encodedCount: Int {
        var count = 3 + Count.string(site) + Digest.count + Count.keyIDs(allowed) + requester.encodedCount
        if let hmacSecret { count += hmacSecret.encodedCount }
        return count + Count.authentication(authentication)
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(transport.rawValue)
        try output.appendString(site, Limits.site)
        clientDataHash.encode(into: &output)
        try output.appendKeyIDs(allowed)
        guard flags.isSubset(of: .known) else { throw .unknownValue }
        output.append(flags.rawValue)
        output.append(hmacSecret?.version.rawValue ?? 0)
        try hmacSecret?.encode(into: &output)
        try output.appendAuthentication(authentication)
        try requester.encode(into: &output)
    }
}

/// KEY_NEXT: the same for the next of the keys that KEY_ASSERT found, within 30 seconds.
package struct KeyNextRequest: EmptyMessage {
    package static var type: MessageType { .keyNext }
    package init() {}
}

/// KEY_ASSERTION: the reply to KEY_ASSERT and KEY_NEXT.
package struct KeyAssertionReply: PlainMessage {
    package static var type: MessageType { .keyAssertion }
    /// Which key.
    package let credential: [UInt8]
    /// The finished authenticator data.
    package let authenticatorData: [UInt8]
    /// The signature over it and the client data hash: DER, or Ed25519's 64 bytes.
    package let signature: [UInt8]
    /// How the site calls the user; empty when there is none.
    package let userHandle: [UInt8]
    /// The user's names; empty unless the owner was verified and there is more than one key.
    package let userName: String
    package let displayName: String
    /// How many keys there are; 1 in a reply to KEY_NEXT.
    package let count: UInt16

    /// With those fields.
    package init(
        credential: [UInt8], authenticatorData: [UInt8], signature: [UInt8], userHandle: [UInt8] = [],
        userName: String = "", displayName: String = "", count: UInt16 = 1
    ) {
        self.credential = credential
        self.authenticatorData = authenticatorData
        self.signature = signature
        self.userHandle = userHandle
        self.userName = userName
        self.displayName = displayName
        self.count = count
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        credential = try cursor.array(body, 1...Limits.keyID)
        authenticatorData = try cursor.array(body, 0...Limits.authenticatorData)
        signature = try cursor.array(body, 0...Limits.signature)
        userHandle = try cursor.array(body, 0...Limits.userHandle)
        userName = try cursor.string(body, Limits.keyName)
        displayName = try cursor.string(body, Limits.keyName)
        count = try cursor.u16(body)
    }

    package var encodedCount: Int {
        Count.bytes(credential.count) + Count.bytes(authenticatorData.count) + Count.bytes(signature.count)
            + Count.bytes(userHandle.count) + Count.string(userName) + Count.string(displayName) + 2
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendBytes(credential.span, 1...Limits.keyID)
        try output.appendBytes(authenticatorData.span, 0...Limits.authenticatorData)
        try output.appendBytes(signature.span, 0...Limits.signature)
        try output.appendBytes(userHandle.span, 0...Limits.userHandle)
        try output.appendString(userName, Limits.keyName)
        try output.appendString(displayName, Limits.keyName)
        output.appendU16(count)
    }
}
