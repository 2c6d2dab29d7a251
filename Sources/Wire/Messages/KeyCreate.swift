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
    /// All flags of this version.
    package static let known: KeyCreateFlags = [.discoverable, .verification, .hmacSecret, .selfAttestation, .noTouch]
}

/// A security key that is to be made.
package struct NewKey: Equatable, Sendable {
    /// The way on which it is asked for.
    package var transport: KeyTransport
    /// What becomes of it in backups.
    package var kind = KeyKind.usual
    /// Algorithms that the site takes, its favourite first.
    package var algorithms: [KeyAlgorithm]
    /// What it can do, and what is wanted now.
    package var flags: KeyCreateFlags = []
    /// The level of protection asked for (CTAP 2.1, section 12.1): 1 to 3, 0 when none is asked for.
    package var protection: UInt8 = 0
    /// The site's id (rpId); for U2F, the hexadecimal digits of its SHA-256.
    package var site: String
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
    /// The account that is to own it; nil to look for one of the site, or make it.
    package var account: Identifier?

    /// A key for a site.
    package init(_ transport: KeyTransport, site: String, algorithms: [KeyAlgorithm]) {
        self.transport = transport
        self.site = site
        self.algorithms = algorithms
    }
}

/// KEY_CREATE: a new security key, after a human act.
package struct KeyCreateRequest: PlainMessage {
    package static var type: MessageType { .keyCreate }
    /// What is to be made.
    package let key: NewKey

    /// With those fields.
    package init(_ key: NewKey) { self.key = key }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        let transport: KeyTransport = try cursor.choice(body)
        let kind: KeyKind = try cursor.choice(body)
        let algorithms = try cursor.list(body, Limits.keyAlgorithms) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) -> KeyAlgorithm in try cursor.choice(body)
        }
        let flags = try cursor.flags(body, known: KeyCreateFlags.known)
        let protection = try cursor.u8(body)
        guard protection <= 3 else { throw .outOfRange }
        var key = NewKey(transport, site: try cursor.string(body, Limits.site), algorithms: algorithms)
        (key.kind, key.flags, key.protection) = (kind, flags, protection)
        key.siteName = try cursor.string(body, Limits.keyName)
        key.userHandle = try cursor.array(body, 0...Limits.userHandle)
        key.userName = try cursor.string(body, Limits.keyName)
        key.displayName = try cursor.string(body, Limits.keyName)
        let data = try cursor.blob(body)
        guard data.count <= Limits.keyData else { throw .tooLong }
        key.clientData = [UInt8](capacity: data.count) { $0.appendOctets(body.extracting(data)) }
        key.excluded = try cursor.keyIDs(body)
        key.blob = try cursor.array(body, 0...Limits.keyBlob)
        key.authentication = try cursor.authentication(body)
        key.requester = try KeyRequester(&cursor, body)
        let account = try Identifier(&cursor, body)
        key.account = account.isZero ? nil : account
        self.key = key
    }

    package var encodedCount: Int {
        var count = 6 + key.algorithms.count + Count.string(key.site) + Count.string(key.siteName)
        count += Count.bytes(key.userHandle.count) + Count.string(key.userName) + Count.string(key.displayName)
        count += Count.blob(key.clientData.count) + Count.keyIDs(key.excluded) + Count.bytes(key.blob.count)
        return count + Count.authentication(key.authentication) + key.requester.encodedCount + Identifier.count
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(key.transport.rawValue)
        output.append(key.kind.rawValue)
        try output.appendCount(key.algorithms.count, Limits.keyAlgorithms)
        for algorithm in key.algorithms { output.append(algorithm.rawValue) }
        guard key.flags.isSubset(of: .known) else { throw .unknownValue }
        output.append(key.flags.rawValue)
        guard key.protection <= 3 else { throw .outOfRange }
        output.append(key.protection)
        try output.appendString(key.site, Limits.site)
        try output.appendString(key.siteName, Limits.keyName)
        try output.appendBytes(key.userHandle.span, 0...Limits.userHandle)
        try output.appendString(key.userName, Limits.keyName)
        try output.appendString(key.displayName, Limits.keyName)
        guard key.clientData.count <= Limits.keyData else { throw .tooLong }
        try output.appendBlob(key.clientData.span)
        try output.appendKeyIDs(key.excluded)
        try output.appendBytes(key.blob.span, 0...Limits.keyBlob)
        try output.appendAuthentication(key.authentication)
        try key.requester.encode(into: &output)
        (key.account ?? .zero).encode(into: &output)
    }
}

/// KEY_CREATED: the reply to KEY_CREATE.
package struct KeyCreatedReply: PlainMessage {
    package static var type: MessageType { .keyCreated }
    /// The credential id.
    package let credential: [UInt8]
    /// The record's id.
    package let record: Identifier
    /// The account that owns the key.
    package let account: Identifier
    /// Which of the algorithms it is.
    package let algorithm: KeyAlgorithm
    /// x and y of a point on P-256 (64 bytes), or an Ed25519 key (32).
    package let publicKey: [UInt8]
    /// The byte of flags and the counter that are in the authenticator data.
    package let flags: UInt8
    package let counter: UInt32
    /// The finished authenticator data (WebAuthn, section 6.1).
    package let authenticatorData: [UInt8]
    /// Self-attestation over the authenticator data and the client data hash, or U2F's registration signature: DER, or
    /// Ed25519's 64 bytes; empty when none was asked for.
    package let signature: [UInt8]
    /// U2F: the certificate (DER) of the key; else empty.
    package let certificate: [UInt8]

    /// With those fields.
    package init(
        credential: [UInt8], record: Identifier, account: Identifier, algorithm: KeyAlgorithm, publicKey: [UInt8],
        flags: UInt8, counter: UInt32, authenticatorData: [UInt8], signature: [UInt8], certificate: [UInt8] = []
    ) {
        self.credential = credential
        self.record = record
        self.account = account
        self.algorithm = algorithm
        self.publicKey = publicKey
        self.flags = flags
        self.counter = counter
        self.authenticatorData = authenticatorData
        self.signature = signature
        self.certificate = certificate
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        credential = try cursor.array(body, 1...Limits.keyID)
        record = try Identifier(&cursor, body)
        account = try Identifier(&cursor, body)
        algorithm = try cursor.choice(body)
        publicKey = try cursor.array(body, algorithm.publicKeyCount...algorithm.publicKeyCount)
        flags = try cursor.u8(body)
        counter = try cursor.u32(body)
        authenticatorData = try cursor.array(body, 0...Limits.authenticatorData)
        signature = try cursor.array(body, 0...Limits.signature)
        certificate = try cursor.array(body, 0...Limits.certificate)
    }

    package var encodedCount: Int {
        Count.bytes(credential.count) + 2 * Identifier.count + 6 + Count.bytes(publicKey.count)
            + Count.bytes(authenticatorData.count) + Count.bytes(signature.count) + Count.bytes(certificate.count)
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendBytes(credential.span, 1...Limits.keyID)
        record.encode(into: &output)
        account.encode(into: &output)
        output.append(algorithm.rawValue)
        try output.appendBytes(publicKey.span, algorithm.publicKeyCount...algorithm.publicKeyCount)
        output.append(flags)
        output.appendU32(counter)
        try output.appendBytes(authenticatorData.span, 0...Limits.authenticatorData)
        try output.appendBytes(signature.span, 0...Limits.signature)
        try output.appendBytes(certificate.span, 0...Limits.certificate)
    }
}
