/// What KEY_PIN changes.
package enum KeyPinAction: UInt8, CaseIterable, Sendable {
    /// The first PIN.
    case set = 1
    /// Another PIN.
    case change = 2
    /// There is none any more.
    case remove = 3
    /// For how long an unlock counts as a verification, with a yes.
    case freshUnlock = 4
}

/// KEY_PIN: how the owner is verified at security keys, changed by the owner and not by a client of the authenticator.
package struct KeyPinRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .keyPin }
    /// What is changed.
    package var action: KeyPinAction
    /// The passphrase; the present PIN does as well where that is changed or removed.
    package var proof: Span<UInt8>
    /// The new PIN; empty where there is none.
    package var pin: Span<UInt8>
    /// Seconds after an unlock for which a yes is a verification; 0 for never, and with other actions.
    package var seconds: UInt32

    @_lifetime(immortal)
    package init() { (action, proof, pin, seconds) = (.set, Span(), Span(), 0) }

    @_lifetime(copy proof, copy pin)
    package init(_ action: KeyPinAction, proof: Span<UInt8>, pin: Span<UInt8> = Span(), seconds: UInt32 = 0) {
        (self.action, self.proof, self.pin, self.seconds) = (action, proof, pin, seconds)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&action)
        try coder.lent(&proof, 1...Limits.passphrase)
        try coder.lent(&pin, 0...Limits.keyPin)
        try coder.integer(&seconds)
    }
}
