/// What a hardware security key is given to compute the secret that opens a vault. Nothing of it is secret.
package struct HardwareCredential: Field, Equatable, Sendable {
    /// The owner's word for the key; empty while the vault is locked.
    package var label = ""
    /// The id of the credential that it has made.
    package var credential: [UInt8] = []
    /// What it is given with that.
    package var salt = Digest()
    /// Whether it verifies its user besides the touch.
    package var verifies = false
    /// The relying party of the credential.
    package var site = ""

    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&label, Limits.name)
        try coder.bytes(&credential, Limits.hardwareCredential)
        try coder.field(&salt)
        try coder.bool(&verifies)
        try coder.string(&site, Limits.hardwareSite)
    }
}

/// HARDWARE_KEYS: which hardware security keys open the vault?
package struct HardwareKeysRequest: EmptyMessage, Request {
    package typealias Reply = HardwareKeysReply
    package static var type: MessageType { .hardwareKeys }
    package init() {}
}

/// HARDWARE_KEYS_REPLY.
package struct HardwareKeysReply: PlainMessage {
    package static var type: MessageType { .hardwareKeysReply }
    /// All of them.
    package var keys: [HardwareCredential] = []

    package init() {}

    package init(_ keys: [HardwareCredential]) { self.keys = keys }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&keys, Limits.unlockMethods)
    }
}

/// HARDWARE_ADD: seal to what a hardware security key computes as well.
package struct HardwareAddRequest: Message, Request, ~Escapable {
    package typealias Reply = AccessAddedReply
    package static var type: MessageType { .hardwareAdd }
    /// The passphrase.
    package var passphrase: Span<UInt8>
    /// What the key has computed.
    package var secret: Span<UInt8>
    /// From what, and the owner's word for it.
    package var credential: HardwareCredential

    @_lifetime(immortal)
    package init() { (passphrase, secret, credential) = (Span(), Span(), HardwareCredential()) }

    @_lifetime(copy passphrase, copy secret)
    package init(passphrase: Span<UInt8>, secret: Span<UInt8>, credential: HardwareCredential) {
        (self.passphrase, self.secret, self.credential) = (passphrase, secret, credential)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&passphrase, 1...Limits.passphrase)
        try coder.lent(&secret, Limits.hardwareSecret...Limits.hardwareSecret)
        try coder.field(&credential)
    }
}
