/// What became of a recovery token of an account.
package enum TokenStatus: UInt8, CaseIterable, Sendable {
    /// Its service should take it.
    case saved = 0
    /// It was handed out.
    case retrieved = 1
    /// Another one has taken its place.
    case obsolete = 2
}

/// TOKEN_SAVE: keeps a recovery token that a service has handed out for an account.
package struct TokenSaveRequest: PlainMessage, Request {
    package static var type: MessageType { .tokenSave }
    /// Which account.
    package var selector = Selector()
    /// Who has issued it.
    package var provider = ""
    /// Its id.
    package var token = Identifier.zero
    /// When it was issued; 0 when that is not known.
    package var issued: UInt64 = 0
    /// When it expires; 0 for never.
    package var expires: UInt64 = 0
    /// All of it.
    package var bytes: [UInt8] = []

    package init() {}

    package init(
        _ selector: Selector, provider: String, token: Identifier, issued: UInt64, expires: UInt64, bytes: [UInt8]
    ) {
        (self.selector, self.provider, self.token) = (selector, provider, token)
        (self.issued, self.expires, self.bytes) = (issued, expires, bytes)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        try coder.string(&provider, Limits.name)
        try coder.field(&token)
        try coder.integer(&issued)
        try coder.integer(&expires)
        try coder.bytes(&bytes, 1...Limits.token)
    }
}

/// TOKEN_LIST: the recovery tokens of all accounts.
package struct TokenListRequest: EmptyMessage, Request {
    package typealias Reply = TokensReply
    package static var type: MessageType { .tokenList }
    package init() {}
}

/// A recovery token of an account, without itself.
package struct AccountToken: Field, Equatable, Sendable {
    /// The id of its record.
    package var id = Identifier.zero
    /// Whose it is.
    package var account = Identifier.zero
    /// `issuer/name` of the account.
    package var label = ""
    /// Who has issued it.
    package var provider = ""
    /// When it came.
    package var since: UInt64 = 0
    /// When it was issued; 0 when that is not known.
    package var issued: UInt64 = 0
    /// When it expires; 0 for never.
    package var expires: UInt64 = 0
    /// What became of it.
    package var status = TokenStatus.saved

    package init() {}

    /// One whose texts are clipped to their limits.
    package init(
        id: Identifier, account: Identifier, label: String, provider: String, since: UInt64, issued: UInt64,
        expires: UInt64, status: TokenStatus
    ) {
        (self.id, self.account) = (id, account)
        self.label = Text.clipped(label, to: Limits.label)
        self.provider = Text.clipped(provider, to: Limits.name)
        (self.since, self.issued, self.expires, self.status) = (since, issued, expires, status)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
        try coder.field(&account)
        try coder.string(&label, Limits.label)
        try coder.string(&provider, Limits.name)
        try coder.integer(&since)
        try coder.integer(&issued)
        try coder.integer(&expires)
        try coder.choice(&status)
    }
}

/// TOKENS_REPLY: as many as fit into one message.
package struct TokensReply: PlainMessage {
    package static var type: MessageType { .tokensReply }
    /// The tokens, the oldest first.
    package var tokens: [AccountToken] = []

    package init() {}

    package init(_ tokens: [AccountToken]) { self.tokens = tokens }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&tokens, Limits.listedTokens)
    }
}

/// TOKEN_RETRIEVE: hands out a recovery token of an account, after its owner's proof.
package struct TokenRetrieveRequest: PlainMessage, Request {
    package typealias Reply = TokenReply
    package static var type: MessageType { .tokenRetrieve }
    /// The id of its record.
    package var id = Identifier.zero

    package init() {}

    package init(id: Identifier) { self.id = id }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
    }
}

/// TOKEN_REPLY.
package struct TokenReply: PlainMessage {
    package static var type: MessageType { .tokenReply }
    /// All of it.
    package var bytes: [UInt8] = []

    package init() {}

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&bytes, 0...Limits.token)
    }
}
