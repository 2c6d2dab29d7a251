/// KEY_SIGN: a signature over data, for OpenSSH (`ssh:`) or a script (`fob:`).
package struct KeySignRequest: Message, Request, ~Escapable {
    package typealias Reply = KeySignatureReply
    package static var type: MessageType { .keySign }
    /// The way on which it is asked for: ssh or script.
    package var transport: KeyTransport
    /// What the key is for: `ssh:...` or `fob:...`.
    package var site: String
    /// Which key.
    package var credential: [UInt8]
    /// Its SHA-256 is what is signed.
    package var data: Span<UInt8>
    /// What is wanted.
    package var flags: KeyUseFlags
    /// For whom the transport asks.
    package var requester: KeyRequester

    @_lifetime(immortal)
    package init() {
        (transport, site, credential, data, flags) = (.ssh, "", [], Span(), [])
        requester = KeyRequester()
    }

    @_lifetime(copy data)
    package init(
        _ transport: KeyTransport, site: String, credential: [UInt8], data: Span<UInt8>, flags: KeyUseFlags = .presence,
        requester: KeyRequester = KeyRequester()
    ) {
        (self.transport, self.site, self.credential, self.data) = (transport, site, credential, data)
        (self.flags, self.requester) = (flags, requester)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&transport)
        try coder.string(&site, Limits.site)
        try coder.bytes(&credential, 1...Limits.keyID)
        try coder.lent(&data, 0...Limits.keyData, wide: true)
        try coder.flags(&flags, known: [.presence, .verification])
        try coder.field(&requester)
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
package struct KeyPresenceRequest: PlainMessage, Request {
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
package struct CancelRequest: PlainMessage, Request {
    package static var type: MessageType { .cancel }
    /// The id of the request that is cancelled.
    package var request: UInt32 = 0

    package init() {}

    package init(_ request: UInt32) { self.request = request }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&request)
    }
}
