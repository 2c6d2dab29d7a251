/// KEY_SIGN: a signature over data, for OpenSSH (`ssh:`) or a script (`fob:`).
package struct KeySignRequest: SecretMessage {
    package static var type: MessageType { .keySign }
    /// The way on which it is asked for: ssh or script.
    package let transport: KeyTransport
    /// What the key is for: `ssh:...` or `fob:...`.
    package let site: String
    /// Which key.
    package let credential: [UInt8]
    /// The data, in the body; its SHA-256 is what is signed.
    package let data: Range<Int>
    /// What is wanted.
    package let flags: KeyUseFlags
    /// For whom the transport asks.
    package let requester: KeyRequester

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        transport = try cursor.choice(body)
        site = try cursor.string(body, Limits.site)
        credential = try cursor.array(body, 1...Limits.keyID)
        data = try cursor.blob(body)
        guard data.count <= Limits.keyData else { throw .tooLong }
        flags = try cursor.flags(body, known: [.presence, .verification])
        requester = try KeyRequester(&cursor, body)
    }

    /// Bytes of the body.
    package static func encodedCount(
        site: String, credential: [UInt8], data: Int, requester: KeyRequester
    ) -> Int {
        2 + Count.string(site) + Count.bytes(credential.count) + Count.blob(data) + requester.encodedCount
    }

    /// Appends the body.
    package static func encode(
        _ transport: KeyTransport, site: String, credential: [UInt8], data: Span<UInt8>, flags: KeyUseFlags,
        requester: KeyRequester, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        output.append(transport.rawValue)
        try output.appendString(site, Limits.site)
        try output.appendBytes(credential.span, 1...Limits.keyID)
        guard data.count <= Limits.keyData else { throw .tooLong }
        try output.appendBlob(data)
        guard flags.isSubset(of: [.presence, .verification]) else { throw .unknownValue }
        output.append(flags.rawValue)
        try requester.encode(into: &output)
    }
}

/// KEY_SIGNATURE: the reply to KEY_SIGN.
package struct KeySignatureReply: PlainMessage {
    package static var type: MessageType { .keySignature }
    /// The byte of flags that was signed.
    package var flags: UInt8 = 0
    /// The counter that was signed.
    package var counter: UInt32 = 0
    /// r and s, 32 bytes each, or an Ed25519 signature.
    package var signature: [UInt8] = []

    package init() {}

    /// Bytes of a signature.
    package static let signatureCount = 64

    package init(flags: UInt8, counter: UInt32, signature: [UInt8]) {
        (self.flags, self.counter, self.signature) = (flags, counter, signature)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&flags)
        try coder.integer(&counter)
        try coder.bytes(&signature, Self.signatureCount...Self.signatureCount)
    }
}

/// KEY_PRESENCE: a human act and nothing else (CTAP 2.1, authenticatorSelection).
package struct KeyPresenceRequest: PlainMessage {
    package static var type: MessageType { .keyPresence }
    /// The site that it is about; may be empty.
    package var site = ""
    /// For whom the transport asks.
    package var requester = KeyRequester()

    package init() {}

    package init(site: String = "", requester: KeyRequester = KeyRequester()) {
        (self.site, self.requester) = (site, requester)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&site, Limits.site)
        try coder.field(&requester)
    }
}

/// CANCEL: ends a request of this connection that waits for a person.
package struct CancelRequest: PlainMessage {
    package static var type: MessageType { .cancel }
    /// The id of the request that is cancelled.
    package var request: UInt32 = 0

    package init() {}

    package init(_ request: UInt32) { self.request = request }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&request)
    }
}
