/// INIT: make the vault, sealed by a passphrase, and open it.
package struct InitializeRequest: PassphraseMessage, Request, ~Escapable {
    package static var type: MessageType { .initialize }
    package var passphrase: Span<UInt8>

    @_lifetime(immortal)
    package init() { passphrase = Span() }
}

/// What kind of secret opens the vault.
package enum UnlockSecretKind: UInt8, CaseIterable, Sendable {
    case passphrase = 1
    /// The 15 bytes that a kit code stands for.
    case code = 2
    /// The 32 bytes that a hardware security key has computed.
    case hardware = 3
    /// An age identity, `AGE-SECRET-KEY-1...`, of a recipient that was added.
    case identity = 4
}

/// UNLOCK: open the vault.
package struct UnlockRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .unlock }
    /// What kind of secret it is.
    package var method: UnlockSecretKind
    /// The secret.
    package var secret: Span<UInt8>

    @_lifetime(immortal)
    package init() { (method, secret) = (.passphrase, Span()) }

    @_lifetime(copy secret)
    package init(method: UnlockSecretKind, secret: Span<UInt8>) { (self.method, self.secret) = (method, secret) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&method)
        try coder.lent(&secret, 1...Limits.passphrase)
    }
}

/// LOCK: wipe keys and plaintext now.
package struct LockRequest: EmptyMessage, Request {
    package static var type: MessageType { .lock }
    package init() {}
}

/// ALLOW_WEAK: the next INIT, PASSPHRASE or RESTORE_COMMIT of this connection may set a passphrase that is soon guessed.
package struct AllowWeakRequest: EmptyMessage, Request {
    package static var type: MessageType { .allowWeak }
    package init() {}
}

/// PASSPHRASE: seal the vault to another passphrase.
package struct PassphraseRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .passphrase }
    /// The passphrase so far; empty on a connection that has just unlocked by a recovery code.
    package var old: Span<UInt8>
    /// The passphrase from now on.
    package var new: Span<UInt8>

    @_lifetime(immortal)
    package init() { (old, new) = (Span(), Span()) }

    @_lifetime(copy old, copy new)
    package init(old: Span<UInt8>, new: Span<UInt8>) { (self.old, self.new) = (old, new) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&old, 0...Limits.passphrase)
        try coder.lent(&new, 1...Limits.passphrase)
    }
}

extension Settings: Field {
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&idleSeconds)
        try coder.integer(&absoluteSeconds)
    }
}

/// SETTINGS: ask for the settings.
package struct SettingsRequest: EmptyMessage, Request {
    package typealias Reply = SettingsReply
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
package struct SetSettingsRequest: PlainMessage, Request {
    package static var type: MessageType { .setSettings }
    /// The settings.
    package var settings = Settings()

    package init() {}

    package init(_ settings: Settings) { self.settings = settings }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&settings)
    }
}
