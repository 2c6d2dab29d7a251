/// KEY_SIGN: a signature over data, for OpenSSH (`ssh:`) or a script (`fob:`).
package struct KeySignRequest: Message {
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
    package let flags: UInt8
    /// The counter that was signed.
    package let counter: UInt32
    /// r and s, 32 bytes each, or an Ed25519 signature.
    package let signature: [UInt8]

    /// Bytes of a signature.
    package static let signatureCount = 64

    /// With those fields.
    package init(flags: UInt8, counter: UInt32, signature: [UInt8]) {
        self.flags = flags
        self.counter = counter
        self.signature = signature
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        flags = try cursor.u8(body)
        counter = try cursor.u32(body)
        signature = try cursor.array(body, Self.signatureCount...Self.signatureCount)
    }

    package var encodedCount: Int { 5 + Count.bytes(signature.count) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(flags)
        output.appendU32(counter)
        try output.appendBytes(signature.span, Self.signatureCount...Self.signatureCount)
    }
}

/// KEY_PRESENCE: a human act and nothing else (CTAP 2.1, authenticatorSelection).
package struct KeyPresenceRequest: PlainMessage {
    package static var type: MessageType { .keyPresence }
    /// The site that it is about; may be empty.
    package let site: String
    /// For whom the transport asks.
    package let requester: KeyRequester

    /// With those fields.
    package init(site: String = "", requester: KeyRequester = KeyRequester()) {
        self.site = site
        self.requester = requester
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        site = try cursor.string(body, Limits.site)
        requester = try KeyRequester(&cursor, body)
    }

    package var encodedCount: Int { Count.string(site) + requester.encodedCount }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(site, Limits.site)
        try requester.encode(into: &output)
    }
}

/// CANCEL: ends a request of this connection that waits for a person.
package struct CancelRequest: PlainMessage {
    package static var type: MessageType { .cancel }
    /// The id of the request that is cancelled.
    package let request: UInt32

    /// With those fields.
    package init(_ request: UInt32) { self.request = request }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) { request = try cursor.u32(body) }

    package var encodedCount: Int { 4 }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { output.appendU32(request) }
}
