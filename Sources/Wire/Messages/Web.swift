/// The page of the web that asks, as the browser's own program says, and the site that it means.
package struct WebPage: Field, Equatable, Sendable {
    /// The page's origin.
    package var origin = ""
    /// The origin of the page in the window, where the one that asks is in a frame below another origin; else empty.
    package var topOrigin = ""
    /// The site's id (rpId).
    package var site = ""
    /// The browser.
    package var requester = KeyRequester()

    package init() {}

    package init(origin: String, topOrigin: String = "", site: String, requester: KeyRequester = KeyRequester()) {
        (self.origin, self.topOrigin, self.site, self.requester) = (origin, topOrigin, site, requester)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&origin, Limits.origin)
        try coder.string(&topOrigin, Limits.origin)
        try coder.string(&site, Limits.site)
        try coder.field(&requester)
    }
}

/// The id of a security key in a list.
package struct KeyID: Field, Equatable, Sendable {
    /// The id.
    package var bytes: [UInt8] = []

    package init() {}

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&bytes, 1...Limits.keyID)
    }
}

/// What a page wants a pseudo-random value for (WebAuthn Level 3, section 10.1.4), as the page has it.
package struct PRFInput: Field, Equatable, Sendable {
    /// The input.
    package var bytes: [UInt8] = []

    package init() {}

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&bytes, 0...Limits.prfInput)
    }
}

/// The inputs for one of the keys that a site takes.
package struct PRFInputsOfKey: Field, Equatable, Sendable {
    /// Which key.
    package var key = KeyID()
    /// One input, or two.
    package var inputs: [PRFInput] = []

    package init() {}

    package init(_ key: KeyID, _ inputs: [PRFInput]) { (self.key, self.inputs) = (key, inputs) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&key)
        try coder.list(&inputs, Limits.prfInputs)
    }
}

/// Flags of WEB_CREATE.
package struct WebCreateFlags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The site can ask for it without knowing its id.
    package static let discoverable = WebCreateFlags(rawValue: 1)
    /// The owner is verified.
    package static let verification = WebCreateFlags(rawValue: 2)
    /// The key has secrets for the extension prf.
    package static let prf = WebCreateFlags(rawValue: 4)
    /// All flags of this version.
    package static let known: WebCreateFlags = [.discoverable, .verification, .prf]
}

/// WEB_CREATE: a new security key for a page, after a human act. The agent writes what the browser says of the page
/// (clientDataJSON) itself.
package struct WebCreateRequest: PlainMessage {
    package static var type: MessageType { .webCreate }
    /// Who asks.
    package var page = WebPage()
    /// The site's challenge.
    package var challenge: [UInt8] = []
    /// Algorithms that the site takes, its favourite first.
    package var algorithms: [KeyAlgorithm] = []
    /// What it can do, and what is wanted now.
    package var flags: WebCreateFlags = []
    /// The level of protection asked for (CTAP 2.1, section 12.1): 1 to 3, 0 when none is asked for.
    package var protection: UInt8 = 0
    /// The site's name.
    package var siteName = ""
    /// How the site calls the user; no text.
    package var userHandle: [UInt8] = []
    /// The user's name there.
    package var userName = ""
    /// The user's name as a person reads it.
    package var displayName = ""
    /// With one of these here already, none is made.
    package var excluded: [KeyID] = []
    /// What the extension prf is asked for at once; none, one or two.
    package var prf: [PRFInput] = []

    package init() {}

    package init(_ page: WebPage, challenge: [UInt8], algorithms: [KeyAlgorithm]) {
        (self.page, self.challenge, self.algorithms) = (page, challenge, algorithms)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&page)
        try coder.bytes(&challenge, 0...Limits.webChallenge)
        try coder.list(&algorithms, Limits.keyAlgorithms)
        try coder.flags(&flags, known: .known)
        try coder.integer(&protection)
        try coder.check(protection <= 3)
        try coder.string(&siteName, Limits.keyName)
        try coder.bytes(&userHandle, 0...Limits.userHandle)
        try coder.string(&userName, Limits.keyName)
        try coder.string(&displayName, Limits.keyName)
        try coder.list(&excluded, Limits.webKeyIDs)
        try coder.list(&prf, Limits.prfInputs)
    }
}

/// WEB_CREATED: the reply to WEB_CREATE.
package struct WebCreatedReply: Message, ~Escapable {
    package static var type: MessageType { .webCreated }
    /// The credential id.
    package var credential: [UInt8]
    /// Which of the algorithms it is.
    package var algorithm: KeyAlgorithm
    /// x and y of a point on P-256 (64 bytes), or an Ed25519 key (32).
    package var publicKey: [UInt8]
    /// What the browser says (clientDataJSON).
    package var clientData: [UInt8]
    /// The finished authenticator data.
    package var authenticatorData: [UInt8]
    /// A pseudo-random value of 32 bytes for each input, one behind the other. Secret.
    package var prf: Span<UInt8>

    @_lifetime(immortal)
    package init() {
        self.init(credential: [], .es256, publicKey: [], clientData: [], authenticatorData: [], prf: Span())
    }

    @_lifetime(copy prf)
    package init(
        credential: [UInt8], _ algorithm: KeyAlgorithm, publicKey: [UInt8], clientData: [UInt8],
        authenticatorData: [UInt8], prf: Span<UInt8>
    ) {
        (self.credential, self.algorithm, self.publicKey) = (credential, algorithm, publicKey)
        (self.clientData, self.authenticatorData, self.prf) = (clientData, authenticatorData, prf)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&credential, 1...Limits.keyID)
        try coder.choice(&algorithm)
        try coder.bytes(&publicKey, algorithm.publicKeyCount...algorithm.publicKeyCount)
        try coder.bytes(&clientData, 0...Limits.clientData)
        try coder.bytes(&authenticatorData, 0...Limits.authenticatorData)
        try coder.lent(&prf, 0...Limits.prfOutputs)
    }
}

/// WEB_ASSERT: a sign-in for a page, after a human act.
package struct WebAssertRequest: PlainMessage {
    package static var type: MessageType { .webAssert }
    /// Who asks.
    package var page = WebPage()
    /// The site's challenge.
    package var challenge: [UInt8] = []
    /// The owner is verified.
    package var isVerified = false
    /// Keys that the site takes; empty for the discoverable one.
    package var allowed: [KeyID] = []
    /// What the extension prf is asked for with any key; none, one or two.
    package var prf: [PRFInput] = []
    /// What it is asked for with one of them, instead.
    package var prfOfKeys: [PRFInputsOfKey] = []

    package init() {}

    package init(_ page: WebPage, challenge: [UInt8], allowed: [KeyID] = [], isVerified: Bool = false) {
        (self.page, self.challenge, self.allowed, self.isVerified) = (page, challenge, allowed, isVerified)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&page)
        try coder.bytes(&challenge, 0...Limits.webChallenge)
        try coder.bool(&isVerified)
        try coder.list(&allowed, Limits.webKeyIDs)
        try coder.list(&prf, Limits.prfInputs)
        try coder.list(&prfOfKeys, Limits.webKeyIDs)
    }
}

/// WEB_ASSERTED: the reply to WEB_ASSERT.
package struct WebAssertedReply: Message, ~Escapable {
    package static var type: MessageType { .webAsserted }
    /// Which key.
    package var credential: [UInt8]
    /// What the browser says (clientDataJSON).
    package var clientData: [UInt8]
    /// The finished authenticator data.
    package var authenticatorData: [UInt8]
    /// The signature over it and the hash of `clientData`: DER, or Ed25519's 64 bytes.
    package var signature: [UInt8]
    /// How the site calls the user; empty when the key is not discoverable.
    package var userHandle: [UInt8]
    /// A pseudo-random value of 32 bytes for each input, one behind the other; empty for a key without. Secret.
    package var prf: Span<UInt8>

    @_lifetime(immortal)
    package init() {
        self.init(credential: [], clientData: [], authenticatorData: [], signature: [], userHandle: [], prf: Span())
    }

    @_lifetime(copy prf)
    package init(
        credential: [UInt8], clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8], userHandle: [UInt8],
        prf: Span<UInt8>
    ) {
        (self.credential, self.clientData, self.authenticatorData) = (credential, clientData, authenticatorData)
        (self.signature, self.userHandle, self.prf) = (signature, userHandle, prf)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&credential, 1...Limits.keyID)
        try coder.bytes(&clientData, 0...Limits.clientData)
        try coder.bytes(&authenticatorData, 0...Limits.authenticatorData)
        try coder.bytes(&signature, 0...Limits.signature)
        try coder.bytes(&userHandle, 0...Limits.userHandle)
        try coder.lent(&prf, 0...Limits.prfOutputs)
    }
}

/// WEB_KEYS: which keys may a person choose among to sign in at a page?
package struct WebKeysRequest: PlainMessage, Request {
    package typealias Reply = WebKeysReply
    package static var type: MessageType { .webKeys }
    /// Who asks.
    package var page = WebPage()

    package init() {}

    package init(_ page: WebPage) { self.page = page }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&page)
    }
}

/// A key to choose.
package struct WebKey: Field, Equatable, Sendable {
    /// Its id.
    package var credential = KeyID()
    /// The user's name at the site.
    package var userName = ""
    /// The user's name as a person reads it.
    package var displayName = ""

    package init() {}

    package init(_ credential: KeyID, userName: String, displayName: String) {
        (self.credential, self.userName, self.displayName) = (credential, userName, displayName)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&credential)
        try coder.string(&userName, Limits.keyName)
        try coder.string(&displayName, Limits.keyName)
    }
}

/// WEB_KEYS_REPLY.
package struct WebKeysReply: PlainMessage {
    package static var type: MessageType { .webKeysReply }
    /// The discoverable ones of the site, the newest first.
    package var keys: [WebKey] = []

    package init() {}

    package init(_ keys: [WebKey]) { self.keys = keys }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&keys, Limits.keyIDs)
    }
}

/// What a site lets browsers know of its keys (WebAuthn Level 3, section 5.1.10).
package enum WebSignal: UInt8, CaseIterable, Sendable {
    /// It does not know this key.
    case unknownKey = 1
    /// It knows these keys of a user, and no others.
    case acceptedKeys = 2
    /// These are a user's names now.
    case names = 3
}

/// WEB_SIGNAL: what a site says of its keys. Nothing is done without the owner's yes.
package struct WebSignalRequest: PlainMessage, Request {
    package static var type: MessageType { .webSignal }
    /// Who says so.
    package var page = WebPage()
    /// What it says.
    package var signal = WebSignal.unknownKey
    /// Of which user; empty with `unknownKey`.
    package var userHandle: [UInt8] = []
    /// The keys; none with `names`.
    package var keys: [KeyID] = []
    /// With `names`, the user's name there.
    package var userName = ""
    /// With `names`, the user's name as a person reads it.
    package var displayName = ""

    package init() {}

    package init(_ page: WebPage, _ signal: WebSignal, userHandle: [UInt8] = [], keys: [KeyID] = []) {
        (self.page, self.signal, self.userHandle, self.keys) = (page, signal, userHandle, keys)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&page)
        try coder.choice(&signal)
        try coder.bytes(&userHandle, 0...Limits.userHandle)
        try coder.list(&keys, Limits.webKeyIDs)
        try coder.string(&userName, Limits.keyName)
        try coder.string(&displayName, Limits.keyName)
    }
}
