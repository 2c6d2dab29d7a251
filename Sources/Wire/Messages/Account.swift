extension Credential: Field {
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&kind)
        try coder.choice(&algorithm)
        try coder.integer(&digits)
        try coder.integer(&period)
        // 0 where the kind has its own fixed value, or none.
        try coder.check(digits == 0 || Limits.digits.contains(digits))
        try coder.check(period == 0 || Limits.period.contains(period))
        try coder.integer(&start)
        try coder.integer(&counter)
        try coder.string(&ocraSuite, Limits.suite)
    }
}

extension AccountExtras: Field {
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bool(&isFavourite)
        try coder.string(&icon, Limits.text)
        try coder.integer(&uses)
        try coder.integer(&lastUsed)
    }
}

/// An account as lists show it, without secrets.
package struct Account: Field, Equatable, Sendable {
    /// Its random id.
    package var id = Identifier.zero
    /// The service.
    package var issuer = ""
    /// The login at the service.
    package var name = ""
    /// Its one-time password.
    package var credential = Credential()
    /// Words of the user, in any order.
    package var tags: [String] = []
    /// Whether it may give codes.
    package var state = AccountState.ok
    /// What each use takes of a person.
    package var consent = Consent.none
    /// Whether its key stays on this machine, and is in no backup.
    package var isDeviceBound = false
    /// Seconds after an unlock during which it gives codes; 0 is without end.
    package var lifetime: UInt32 = 0
    /// Seconds of UTC.
    package var created: UInt64 = 0
    /// Seconds of UTC.
    package var modified: UInt64 = 0
    /// Seconds of UTC at which it went to the trash; 0 when it is not there.
    package var removed: UInt64 = 0
    /// Whether SHOW gives a note that is not empty.
    package var hasNote = false
    /// What else is known of it.
    package var extras = AccountExtras()

    package init() {}

    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let confirm = Flags(rawValue: 1)
        static let deviceBound = Flags(rawValue: 2)
        /// Beside `confirm`: the passphrase.
        static let verify = Flags(rawValue: 4)
    }

    package init(
        id: Identifier, issuer: String, name: String, credential: Credential, tags: [String] = [],
        state: AccountState = .ok, consent: Consent = .none, isDeviceBound: Bool = false, lifetime: UInt32 = 0,
        created: UInt64, modified: UInt64, removed: UInt64 = 0, hasNote: Bool = false,
        extras: AccountExtras = AccountExtras()
    ) {
        (self.id, self.issuer, self.name, self.credential, self.tags) = (id, issuer, name, credential, tags)
        (self.state, self.consent, self.isDeviceBound, self.lifetime) = (state, consent, isDeviceBound, lifetime)
        (self.created, self.modified, self.removed, self.hasNote) = (created, modified, removed, hasNote)
        self.extras = extras
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
        try coder.string(&issuer, Limits.issuer)
        try coder.string(&name, Limits.name)
        try coder.field(&credential)
        try coder.strings(&tags, Limits.tags, each: Limits.tag)
        try coder.choice(&state)
        var flags: Flags = []
        if consent != .none { flags.insert(.confirm) }
        if isDeviceBound { flags.insert(.deviceBound) }
        if consent == .verify { flags.insert(.verify) }
        try coder.flags(&flags, known: [.confirm, .deviceBound, .verify])
        try coder.check(flags.contains(.confirm) || !flags.contains(.verify), .contradiction)
        consent = flags.contains(.verify) ? .verify : flags.contains(.confirm) ? .confirm : .none
        isDeviceBound = flags.contains(.deviceBound)
        try coder.integer(&lifetime)
        try coder.integer(&created)
        try coder.integer(&modified)
        try coder.integer(&removed)
        try coder.bool(&hasNote)
        try coder.field(&extras)
    }

    /// As version 1 of the protocol has it, which knows of no verification: the account is confirmed.
    package var inVersion1: Account {
        var account = self
        if consent == .verify { account.consent = .confirm }
        return account
    }

    /// Bytes of one, for who fills pages.
    package var encodedCount: Int { Sizer.count(of: self) }
}
