/// JOIN_UNDO: the vault here is again what it was before it joined another one.
package struct JoinUndoRequest: Message, Request, ~Escapable {
    package typealias Reply = JoinUndoneReply
    package static var type: MessageType { .joinUndo }
    /// Say only what it would do.
    package var dryRun: Bool
    /// The vault's passphrase; empty where it is only said what it would do.
    package var passphrase: Span<UInt8>

    @_lifetime(immortal)
    package init() { (dryRun, passphrase) = (false, Span()) }

    @_lifetime(copy passphrase)
    package init(dryRun: Bool, passphrase: Span<UInt8>) { (self.dryRun, self.passphrase) = (dryRun, passphrase) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bool(&dryRun)
        try coder.lent(&passphrase, 0...Limits.passphrase)
        try coder.check(dryRun == passphrase.isEmpty, .contradiction)
    }
}

/// JOIN_UNDONE: the reply to JOIN_UNDO.
package struct JoinUndoneReply: PlainMessage {
    package static var type: MessageType { .joinUndone }
    /// The vault that is here then.
    package var vault = Identifier.zero
    /// When it had joined the other, in seconds of UTC.
    package var joined: UInt64 = 0
    /// Accounts that are here then.
    package var accounts: UInt32 = 0
    /// Accounts that are here no more.
    package var gone: UInt32 = 0

    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&vault)
        try coder.integer(&joined)
        try coder.integer(&accounts)
        try coder.integer(&gone)
    }
}

/// EARLIER_VAULTS: which vaults have become one with that here.
package struct EarlierVaultsRequest: EmptyMessage, Request {
    package typealias Reply = EarlierVaultsReply
    package static var type: MessageType { .earlierVaults }
    package init() {}
}

/// A vault that has become one with another.
package struct EarlierVault: Field, Equatable, Sendable {
    /// Which vault.
    package var vault = Identifier.zero
    /// When, in seconds of UTC.
    package var joined: UInt64 = 0
    /// The machine that it was of.
    package var machine = ""

    package init() {}

    package init(vault: Identifier, joined: UInt64, machine: String) {
        (self.vault, self.joined, self.machine) = (vault, joined, machine)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&vault)
        try coder.integer(&joined)
        try coder.string(&machine, Limits.text)
    }
}

/// EARLIER_VAULTS_REPLY.
package struct EarlierVaultsReply: PlainMessage {
    package static var type: MessageType { .earlierVaultsReply }
    /// The first one first.
    package var vaults: [EarlierVault] = []

    package init() {}

    package init(_ vaults: [EarlierVault]) { self.vaults = vaults }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&vaults, Limits.epochs)
    }
}
