/// INIT: make the vault, sealed by a passphrase, and open it.
package struct InitializeRequest: SecretMessage {
    package static var type: MessageType { .initialize }
    /// The new passphrase, in the body.
    package let passphrase: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        passphrase = try cursor.bytes(body, 1...Limits.passphrase)
    }

    /// Bytes of the body.
    package static func encodedCount(passphrase: Int) -> Int { Count.bytes(passphrase) }

    /// Appends the body.
    package static func encode(passphrase: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendBytes(passphrase, 1...Limits.passphrase)
    }

    /// Appends the whole frame.
    package static func appendFrame(
        id: UInt32, passphrase: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try Frame.append(type, id: id, bodyCount: encodedCount(passphrase: passphrase.count), into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in try encode(passphrase: passphrase, into: &output)
        }
    }
}

/// What kind of secret opens the vault.
package enum UnlockSecretKind: UInt8, CaseIterable, Sendable {
    case passphrase = 1
    /// The 15 bytes that a kit code stands for.
    case code = 2
}

/// UNLOCK: open the vault.
package struct UnlockRequest: SecretMessage {
    package static var type: MessageType { .unlock }
    /// What kind of secret it is.
    package let method: UnlockSecretKind
    /// The secret, in the body.
    package let secret: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        method = try cursor.choice(body)
        secret = try cursor.bytes(body, 1...Limits.passphrase)
    }

    /// Bytes of the body.
    package static func encodedCount(secret: Int) -> Int { 1 + Count.bytes(secret) }

    /// Appends the body.
    package static func encode(
        method: UnlockSecretKind, secret: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        output.append(method.rawValue)
        try output.appendBytes(secret, 1...Limits.passphrase)
    }

    /// Appends the whole frame.
    package static func appendFrame(
        id: UInt32, method: UnlockSecretKind, secret: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try Frame.append(type, id: id, bodyCount: encodedCount(secret: secret.count), into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try encode(method: method, secret: secret, into: &output)
        }
    }
}

/// LOCK: wipe keys and plaintext now.
package struct LockRequest: EmptyMessage {
    package static var type: MessageType { .lock }
    package init() {}
}

/// PASSPHRASE: seal the vault to another passphrase.
package struct PassphraseRequest: SecretMessage {
    package static var type: MessageType { .passphrase }
    /// The passphrase so far, in the body; empty on a connection that has just unlocked by a recovery code.
    package let old: Range<Int>
    /// The passphrase from now on, in the body.
    package let new: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        old = try cursor.bytes(body, 0...Limits.passphrase)
        new = try cursor.bytes(body, 1...Limits.passphrase)
    }

    /// Bytes of the body.
    package static func encodedCount(old: Int, new: Int) -> Int { Count.bytes(old) + Count.bytes(new) }

    /// Appends the body.
    package static func encode(
        old: Span<UInt8>, new: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try output.appendBytes(old, 0...Limits.passphrase)
        try output.appendBytes(new, 1...Limits.passphrase)
    }

    /// Appends the whole frame.
    package static func appendFrame(
        id: UInt32, old: Span<UInt8>, new: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try Frame.append(type, id: id, bodyCount: encodedCount(old: old.count, new: new.count), into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in try encode(old: old, new: new, into: &output)
        }
    }
}

/// When the vault locks itself.
package struct Settings: Field, Equatable, Sendable {
    /// Seconds without a request that needs the open vault; 0 is never.
    package var idleSeconds: UInt32 = 0
    /// Seconds since it was unlocked; 0 is never.
    package var absoluteSeconds: UInt32 = 0

    package init() {}

    package init(idleSeconds: UInt32, absoluteSeconds: UInt32) {
        (self.idleSeconds, self.absoluteSeconds) = (idleSeconds, absoluteSeconds)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&idleSeconds)
        try coder.integer(&absoluteSeconds)
    }
}

/// SETTINGS: ask for the settings.
package struct SettingsRequest: EmptyMessage {
    package static var type: MessageType { .settings }
    package init() {}
}

/// SETTINGS_REPLY.
package struct SettingsReply: PlainMessage {
    package static var type: MessageType { .settingsReply }
    /// The settings.
    package var settings = Settings()

    package init() {}

    package init(_ settings: Settings) { self.settings = settings }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&settings)
    }
}

/// SET_SETTINGS: change the settings, durably.
package struct SetSettingsRequest: PlainMessage {
    package static var type: MessageType { .setSettings }
    /// The settings.
    package var settings = Settings()

    package init() {}

    package init(_ settings: Settings) { self.settings = settings }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&settings)
    }
}
