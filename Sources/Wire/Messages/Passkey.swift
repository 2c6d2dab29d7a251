/// A passkey on its way into the vault or out of it, without its secrets.
package struct Passkey: Field, Equatable, Sendable {
    /// The account that owns it: what its service and it there are called. Both may be empty.
    package var issuer = ""
    package var name = ""
    /// The site's id (rpId).
    package var site = ""
    /// How the site calls itself.
    package var siteName = ""
    /// How the site calls the user; no text.
    package var userHandle: [UInt8] = []
    /// The user's names there.
    package var userName = ""
    package var displayName = ""
    /// The credential id.
    package var credential: [UInt8] = []
    /// How it signs.
    package var algorithm = KeyAlgorithm.es256
    /// x and y of a point on P-256 (64 bytes), or an Ed25519 key (32); empty where it is not told.
    package var publicKey: [UInt8] = []
    /// A site can ask for it without knowing its id.
    package var isDiscoverable = true
    /// Other sites may have it sign payments.
    package var signsPayments = false
    /// Seconds of UTC; 0 when it is not known.
    package var created: UInt64 = 0

    package init() {}

    /// A passkey of a site; the rest is set afterwards.
    package init(site: String, credential: [UInt8], _ algorithm: KeyAlgorithm) {
        (self.site, self.credential, self.algorithm) = (site, credential, algorithm)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&issuer, Limits.issuer)
        try coder.string(&name, Limits.name)
        try coder.string(&site, Limits.site)
        try coder.string(&siteName, Limits.keyName)
        try coder.bytes(&userHandle, 0...Limits.userHandle)
        try coder.string(&userName, Limits.keyName)
        try coder.string(&displayName, Limits.keyName)
        try coder.bytes(&credential, 1...Limits.keptKeyID)
        try coder.choice(&algorithm)
        try coder.bytes(&publicKey, 0...algorithm.publicKeyCount)
        try coder.check(publicKey.isEmpty || publicKey.count == algorithm.publicKeyCount)
        try coder.bool(&isDiscoverable)
        try coder.bool(&signsPayments)
        try coder.integer(&created)
    }

    /// Bytes of it.
    package var encodedCount: Int { Sizer.count(of: self) }
}

/// Where the secrets of a passkey lie in a body that was read.
package struct PasskeySecrets: Equatable, Sendable {
    /// The private key: a number below the order of P-256, big-endian, or a seed of Ed25519.
    package private(set) var privateKey = 0..<0
    /// The seeds of hmac-secret with and without verification; both or none.
    package private(set) var seedWithVerification = 0..<0
    package private(set) var seedWithout = 0..<0
    /// What its site keeps in it (credBlob); empty for nothing.
    package private(set) var blob = 0..<0
    /// The key of its large blobs; empty for none.
    package private(set) var largeBlobKey = 0..<0

    package init() {}

    @_lifetime(text: copy text, copy coder)
    mutating func fields<C: Coder & ~Copyable & ~Escapable>(
        _ coder: inout C, in text: inout Span<UInt8>
    ) throws(WireError) {
        try coder.part(&privateKey, of: &text, 0...Limits.passkeyKey)
        try coder.part(&seedWithVerification, of: &text, 0...Limits.passkeyKey)
        try coder.part(&seedWithout, of: &text, 0...Limits.passkeyKey)
        try coder.part(&blob, of: &text, 0...Limits.keyBlob)
        try coder.part(&largeBlobKey, of: &text, 0...Limits.passkeyKey)
    }
}

/// The secrets of a passkey where their owner has them, to be written into a body.
package struct PasskeySecretsText: ~Escapable {
    package var privateKey: Span<UInt8>
    package var seedWithVerification: Span<UInt8>
    package var seedWithout: Span<UInt8>
    package var blob: Span<UInt8>
    package var largeBlobKey: Span<UInt8>

    @_lifetime(immortal)
    package init() {
        (privateKey, seedWithVerification, seedWithout) = (Span(), Span(), Span())
        (blob, largeBlobKey) = (Span(), Span())
    }

    /// Those that are here and there.
    @_lifetime(copy privateKey, copy with, copy without, copy blob, copy largeBlobKey)
    package init(
        privateKey: Span<UInt8>, with: Span<UInt8>, without: Span<UInt8>, blob: Span<UInt8>, largeBlobKey: Span<UInt8>
    ) {
        (self.privateKey, seedWithVerification, seedWithout) = (privateKey, with, without)
        (self.blob, self.largeBlobKey) = (blob, largeBlobKey)
    }

    /// Those that lie in a body.
    @_lifetime(copy body)
    package init(_ places: PasskeySecrets, in body: Span<UInt8>) {
        (privateKey, blob) = (body.extracting(places.privateKey), body.extracting(places.blob))
        seedWithVerification = body.extracting(places.seedWithVerification)
        seedWithout = body.extracting(places.seedWithout)
        largeBlobKey = body.extracting(places.largeBlobKey)
    }

    /// Bytes that they take in a body.
    package var encodedCount: Int {
        10 + privateKey.count + seedWithVerification.count + seedWithout.count + blob.count + largeBlobKey.count
    }

    /// Appends them.
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendCounted(privateKey, 0...Limits.passkeyKey)
        try output.appendCounted(seedWithVerification, 0...Limits.passkeyKey)
        try output.appendCounted(seedWithout, 0...Limits.passkeyKey)
        try output.appendCounted(blob, 0...Limits.keyBlob)
        try output.appendCounted(largeBlobKey, 0...Limits.passkeyKey)
    }
}
