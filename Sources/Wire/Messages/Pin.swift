/// PIN_STATE: is there a PIN, and how many tries are left?
package struct PinStateRequest: EmptyMessage, Request {
    package typealias Reply = PinStateReply
    package static var type: MessageType { .pinState }
    package init() {}
}

/// PIN_STATE_REPLY. It can be had while the vault is locked; then only `vault` and `canVerify` say something.
package struct PinStateReply: PlainMessage {
    package static var type: MessageType { .pinStateReply }
    /// Whether there is a vault and whether it is open.
    package var vault = VaultState.none
    /// There is a PIN.
    package var isSet = false
    /// Wrong PINs until it is blocked.
    package var retries: UInt8 = 0
    /// No PIN is checked until the vault is unlocked with the passphrase, or the agent is started anew.
    package var isPaused = false
    /// Code points of the shortest PIN.
    package var shortest: UInt8 = 4
    /// The owner can be verified by the passphrase.
    package var canVerify = true
    /// Discoverable keys that are here.
    package var discoverable: UInt32 = 0
    /// Discoverable keys for which there is room, about.
    package var room: UInt32 = 0

    package init() {}

    /// A state without a PIN.
    package init(vault: VaultState) { self.vault = vault }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&vault)
        try coder.bool(&isSet)
        try coder.integer(&retries)
        try coder.bool(&isPaused)
        try coder.integer(&shortest)
        try coder.bool(&canVerify)
        try coder.integer(&discoverable)
        try coder.integer(&room)
    }
}

/// PIN_AGREEMENT: the public key that secrets of the PIN protocol are agreed on with (getKeyAgreement).
package struct PinAgreementRequest: PlainMessage, Request {
    package typealias Reply = PinAgreementReply
    package static var type: MessageType { .pinAgreement }
    /// Which protocol.
    package var version = PinProtocolNumber.one

    package init() {}

    package init(_ version: PinProtocolNumber) { self.version = version }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&version)
    }
}

/// PIN_AGREEMENT_REPLY.
package struct PinAgreementReply: PlainMessage {
    package static var type: MessageType { .pinAgreementReply }
    /// x and y on P-256, of this connection.
    package var publicKey: [UInt8] = []

    package init() {}

    package init(publicKey: [UInt8]) { self.publicKey = publicKey }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.agreementKey(&publicKey)
    }
}

/// PIN_SET: the first PIN (setPIN). What it carries is encrypted, as in all messages of the PIN protocol.
package struct PinSetRequest: PlainMessage, Request {
    package static var type: MessageType { .pinSet }
    /// Which protocol.
    package var version = PinProtocolNumber.one
    /// x and y of the platform's public key.
    package var platformKey: [UInt8] = []
    /// The new PIN, padded and encrypted.
    package var newPin: [UInt8] = []
    /// The authentication of it.
    package var authentication: [UInt8] = []

    package init() {}

    package init(_ version: PinProtocolNumber, platformKey: [UInt8], newPin: [UInt8], authentication: [UInt8]) {
        (self.version, self.platformKey, self.newPin) = (version, platformKey, newPin)
        self.authentication = authentication
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&version)
        try coder.agreementKey(&platformKey)
        try coder.bytes(&newPin, 0...Limits.pinEncrypted)
        try coder.bytes(&authentication, 0...Limits.pinAuthentication)
    }
}

/// PIN_CHANGE: another PIN (changePIN).
package struct PinChangeRequest: PlainMessage, Request {
    package static var type: MessageType { .pinChange }
    /// Which protocol.
    package var version = PinProtocolNumber.one
    /// x and y of the platform's public key.
    package var platformKey: [UInt8] = []
    /// The hash of the old PIN, encrypted.
    package var oldHash: [UInt8] = []
    /// The new PIN, padded and encrypted.
    package var newPin: [UInt8] = []
    /// The authentication of both.
    package var authentication: [UInt8] = []

    package init() {}

    package init(
        _ version: PinProtocolNumber, platformKey: [UInt8], oldHash: [UInt8], newPin: [UInt8], authentication: [UInt8]
    ) {
        (self.version, self.platformKey, self.oldHash, self.newPin) = (version, platformKey, oldHash, newPin)
        self.authentication = authentication
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&version)
        try coder.agreementKey(&platformKey)
        try coder.bytes(&oldHash, 0...Limits.pinEncrypted)
        try coder.bytes(&newPin, 0...Limits.pinEncrypted)
        try coder.bytes(&authentication, 0...Limits.pinAuthentication)
    }
}
