/// PIN_STATE: is there a PIN, and how many tries are left?
package struct PinStateRequest: EmptyMessage {
    package static var type: MessageType { .pinState }
    package init() {}
}

/// PIN_STATE_REPLY. It can be had while the vault is locked; then only `vault` and `canVerify` say something.
package struct PinStateReply: PlainMessage {
    package static var type: MessageType { .pinStateReply }
    /// Whether there is a vault and whether it is open.
    package var vault: VaultState
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

    /// A state without a PIN.
    package init(vault: VaultState) { self.vault = vault }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        vault = try cursor.choice(body)
        isSet = try cursor.bool(body)
        retries = try cursor.u8(body)
        isPaused = try cursor.bool(body)
        shortest = try cursor.u8(body)
        canVerify = try cursor.bool(body)
        discoverable = try cursor.u32(body)
        room = try cursor.u32(body)
    }

    package var encodedCount: Int { 14 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(vault.rawValue)
        output.appendBool(isSet)
        output.append(retries)
        output.appendBool(isPaused)
        output.append(shortest)
        output.appendBool(canVerify)
        output.appendU32(discoverable)
        output.appendU32(room)
    }
}

/// PIN_AGREEMENT: the public key that secrets of the PIN protocol are agreed on with (getKeyAgreement).
package struct PinAgreementRequest: PlainMessage {
    package static var type: MessageType { .pinAgreement }
    /// Which protocol.
    package let version: PinProtocolNumber

    /// With those fields.
    package init(_ version: PinProtocolNumber) { self.version = version }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) { version = try cursor.choice(body) }

    package var encodedCount: Int { 1 }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { output.append(version.rawValue) }
}

/// PIN_AGREEMENT_REPLY.
package struct PinAgreementReply: PlainMessage {
    package static var type: MessageType { .pinAgreementReply }
    /// x and y on P-256, of this connection.
    package let publicKey: [UInt8]

    /// With those fields.
    package init(publicKey: [UInt8]) { self.publicKey = publicKey }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        publicKey = try cursor.agreementKey(body)
    }

    package var encodedCount: Int { Limits.agreementKey }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendAgreementKey(publicKey)
    }
}

/// PIN_SET: the first PIN (setPIN). What it carries is encrypted, as in all messages of the PIN protocol.
package struct PinSetRequest: PlainMessage {
    package static var type: MessageType { .pinSet }
    /// Which protocol.
    package let version: PinProtocolNumber
    /// x and y of the platform's public key.
    package let platformKey: [UInt8]
    /// The new PIN, padded and encrypted.
    package let newPin: [UInt8]
    /// The authentication of it.
    package let authentication: [UInt8]

    /// With those fields.
    package init(_ version: PinProtocolNumber, platformKey: [UInt8], newPin: [UInt8], authentication: [UInt8]) {
        self.version = version
        self.platformKey = platformKey
        self.newPin = newPin
        self.authentication = authentication
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        version = try cursor.choice(body)
        platformKey = try cursor.agreementKey(body)
        newPin = try cursor.array(body, 0...Limits.pinEncrypted)
        authentication = try cursor.array(body, 0...Limits.pinAuthentication)
    }

    package var encodedCount: Int {
        1 + Limits.agreementKey + Count.bytes(newPin.count) + Count.bytes(authentication.count)
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(version.rawValue)
        try output.appendAgreementKey(platformKey)
        try output.appendBytes(newPin.span, 0...Limits.pinEncrypted)
        try output.appendBytes(authentication.span, 0...Limits.pinAuthentication)
    }
}

/// PIN_CHANGE: another PIN (changePIN).
package struct PinChangeRequest: PlainMessage {
    package static var type: MessageType { .pinChange }
    /// Which protocol.
    package let version: PinProtocolNumber
    /// x and y of the platform's public key.
    package let platformKey: [UInt8]
    /// The hash of the old PIN, encrypted.
    package let oldHash: [UInt8]
    /// The new PIN, padded and encrypted.
    package let newPin: [UInt8]
    /// The authentication of both.
    package let authentication: [UInt8]

    /// With those fields.
    package init(
        _ version: PinProtocolNumber, platformKey: [UInt8], oldHash: [UInt8], newPin: [UInt8], authentication: [UInt8]
    ) {
        self.version = version
        self.platformKey = platformKey
        self.oldHash = oldHash
        self.newPin = newPin
        self.authentication = authentication
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        version = try cursor.choice(body)
        platformKey = try cursor.agreementKey(body)
        oldHash = try cursor.array(body, 0...Limits.pinEncrypted)
        newPin = try cursor.array(body, 0...Limits.pinEncrypted)
        authentication = try cursor.array(body, 0...Limits.pinAuthentication)
    }

    package var encodedCount: Int {
        1 + Limits.agreementKey + Count.bytes(oldHash.count) + Count.bytes(newPin.count)
            + Count.bytes(authentication.count)
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(version.rawValue)
        try output.appendAgreementKey(platformKey)
        try output.appendBytes(oldHash.span, 0...Limits.pinEncrypted)
        try output.appendBytes(newPin.span, 0...Limits.pinEncrypted)
        try output.appendBytes(authentication.span, 0...Limits.pinAuthentication)
    }
}
