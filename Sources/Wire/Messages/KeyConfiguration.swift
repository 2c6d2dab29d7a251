/// What KEY_CONFIGURATION does.
package enum KeyConfigurationAction: UInt8, CaseIterable, Sendable {
    /// Nothing: the state is told, also while the vault is locked.
    case state = 0
    /// Keys are made and used by a verified owner only from now on, or no longer (toggleAlwaysUv).
    case toggleVerification = 1
    /// PINs are longer from now on (setMinPINLength).
    case setShortestPIN = 2
}

/// KEY_CONFIGURATION: how the authenticator is set (authenticatorConfig, CTAP 2.1, section 6.11).
package struct KeyConfigurationRequest: PlainMessage, Request {
    package typealias Reply = KeyConfigurationReply
    package static var type: MessageType { .keyConfiguration }
    /// What to do.
    package var action = KeyConfigurationAction.state
    /// Code points of the shortest PIN; 0 to leave that.
    package var shortest: UInt8 = 0
    /// The PIN that is there has to be changed.
    package var mustChange = false
    /// `sites` take the place of those that were.
    package var hasSites = false
    /// Sites that may know how long PINs are.
    package var sites: [String] = []
    /// What the platform has authenticated.
    package var message: [UInt8] = []
    /// Its proof; none for the state.
    package var authentication: PinAuthentication?

    package init() {}

    package init(_ action: KeyConfigurationAction) { self.action = action }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&action)
        try coder.integer(&shortest)
        try coder.bool(&mustChange)
        try coder.bool(&hasSites)
        try coder.strings(&sites, hasSites ? Limits.pinSites : 0, each: Limits.site)
        try coder.bytes(&message, 0...Limits.tokenMessage)
        try coder.optional(&authentication)
    }
}

/// KEY_CONFIGURATION_REPLY: the state, as it is after that.
package struct KeyConfigurationReply: PlainMessage {
    package static var type: MessageType { .keyConfigurationReply }
    /// Keys are made and used by a verified owner only.
    package var alwaysVerifies = false
    /// The PIN has to be changed before it is of use.
    package var mustChange = false

    package init() {}

    package init(alwaysVerifies: Bool, mustChange: Bool) {
        (self.alwaysVerifies, self.mustChange) = (alwaysVerifies, mustChange)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bool(&alwaysVerifies)
        try coder.bool(&mustChange)
    }
}
