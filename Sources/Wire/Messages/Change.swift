/// An account to be added, without its secrets.
package struct NewAccount: Field, Equatable, Sendable {
    /// The service.
    package var issuer = ""
    /// The login at the service.
    package var name = ""
    /// Its one-time password.
    package var credential = Credential()
    /// Words of the user, in any order.
    package var tags: [String] = []
    /// What each use takes of a person.
    package var consent = Consent.none
    /// Seconds after an unlock during which it gives codes; 0 is without end.
    package var lifetime: UInt32 = 0

    package init() {}

    package init(
        issuer: String, name: String, credential: Credential, tags: [String] = [], consent: Consent = .none,
        lifetime: UInt32 = 0
    ) {
        (self.issuer, self.name, self.credential, self.tags, self.consent) = (issuer, name, credential, tags, consent)
        self.lifetime = lifetime
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&issuer, Limits.issuer)
        try coder.string(&name, Limits.name)
        try coder.field(&credential)
        try coder.strings(&tags, Limits.tags, each: Limits.tag)
        try coder.choice(&consent)
        try coder.integer(&lifetime)
    }
}

/// Flags of ADD.
package struct AddFlags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// When the same account is there with a lower counter, its counter is raised.
    package static let raiseCounter = AddFlags(rawValue: 1)
    /// In a transaction, an account with the same key that was staged under another label is no reason to leave it out.
    package static let besideTwins = AddFlags(rawValue: 2)
    /// All flags of this version.
    static let known: AddFlags = [.raiseCounter, .besideTwins]
}

/// ADD: a new account with its key.
package struct AddRequest: Message, Request, ~Escapable {
    package typealias Reply = AddedReply
    package static var type: MessageType { .add }
    /// The account without its secrets.
    package var account: NewAccount
    /// What else is told of it.
    package var more: More
    /// The note; UTF-8.
    package var note: Span<UInt8>
    /// The key; empty only without a kind of credential.
    package var key: Span<UInt8>
    /// The PIN; empty when there is none.
    package var pin: Span<UInt8>

    @_lifetime(immortal)
    package init() { (account, more, note, key, pin) = (NewAccount(), More(), Span(), Span(), Span()) }

    @_lifetime(copy note, copy key, copy pin)
    package init(
        _ account: NewAccount, _ more: More = More(), note: Span<UInt8> = Span(), key: Span<UInt8>, pin: Span<UInt8>
    ) {
        (self.account, self.more, self.note, self.key, self.pin) = (account, more, note, key, pin)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&account)
        try coder.field(&more)
        try coder.lent(&note, 0...Limits.note)
        try coder.lent(&key, 0...Limits.key)
        try coder.lent(&pin, 0...Limits.pin)
        // A key goes with every credential, and only with one.
        try coder.check(
            (account.credential.kind == nil) == key.isEmpty && (pin.isEmpty || !key.isEmpty), .contradiction)
    }

    /// What only an account that comes from elsewhere has.
    package struct More: Field, Equatable, Sendable {
        /// What to do differently.
        package var flags: AddFlags = []
        /// Whether it may give codes.
        package var state = AccountState.ok
        /// What is known of it besides.
        package var extras = AccountExtras()

        package init() {}

        package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
            try coder.flags(&flags, known: .known)
            try coder.choice(&state)
            try coder.field(&extras)
        }
    }
}

/// ADDED: the reply to ADD.
package struct AddedReply: PlainMessage {
    package static var type: MessageType { .added }
    /// Which account it is now.
    package var account = Identifier.zero
    /// What became of the account.
    package var outcome = AddOutcome.added
    /// The issuer as stored.
    package var issuer = ""
    /// The name as stored.
    package var name = ""
    /// Its next counter; 0 when it has none.
    package var counter: UInt64 = 0

    package init() {}

    package init(account: Identifier, outcome: AddOutcome, issuer: String, name: String, counter: UInt64 = 0) {
        (self.account, self.outcome, self.issuer, self.name, self.counter) = (account, outcome, issuer, name, counter)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&account)
        try coder.choice(&outcome)
        try coder.string(&issuer, Limits.issuer)
        try coder.string(&name, Limits.name)
        try coder.integer(&counter)
    }
}

/// REMOVE: an account goes to the trash.
package struct RemoveRequest: SelectorMessage, Request {
    package static var type: MessageType { .remove }
    /// Which account.
    package var selector = Selector()

    package init() {}
}

/// UNTRASH: an account comes back from the trash, which is where a name is looked for.
package struct UntrashRequest: SelectorMessage, Request {
    package static var type: MessageType { .untrash }
    /// Which account.
    package var selector = Selector()

    package init() {}
}
