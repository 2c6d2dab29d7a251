import Model

/// What a keeper keeps for others, and the rules by which that changes.
package struct KeptTokens: Equatable, Sendable {
    /// A token of somebody's.
    package struct Kept: Equatable, Sendable {
        /// As it came.
        package let token: Token
        /// Its owner's key.
        package let owner: PublicKey
        /// What its owner is called.
        package let ownerName: String
        /// When it came, in seconds of UTC.
        package let since: UInt64
    }

    /// The keeper's own key.
    package let publicKey: PublicKey
    /// The bindings of cards that were given away and not used yet, the oldest first.
    package private(set) var bindings: [[UInt8]] = []
    /// By their names.
    package private(set) var tokens: [TokenName: Kept] = [:]
    /// Names of tokens that were kept and ended: they do not come back. The oldest first.
    package private(set) var ended: [TokenName] = []

    /// How many tokens are kept.
    package static let tokenLimit = 256
    /// How many cards wait for a token; of more the oldest is no longer good.
    package static let bindingLimit = 64
    /// How many ended names are remembered. What is older comes back only with a binding of a card of ours, so by the owner's
    /// doing.
    package static let endedLimit = 4096

    /// Nothing yet.
    package init(publicKey: PublicKey) { self.publicKey = publicKey }

    /// A card was given away: one token may come with its binding.
    package mutating func expect(binding: [UInt8]) {
        guard !bindings.contains(binding) else { return }
        bindings.append(binding)
        if bindings.count > Self.bindingLimit { bindings.removeFirst() }
    }

    /// Takes a deposit: keeps its token, if all holds, and forgets what it ends. All of it or nothing happens. What a deposit
    /// ends is its own owner's, whatever the ids say.
    ///
    /// - Throws: `token`; `alreadyKept`; `ended`; `full`; `unknownToken` where nothing of what it only ends is kept.
    package mutating func accept(_ deposit: Deposit, now utc: UInt64) throws(ExchangeError) {
        let issuer = deposit.card.origin.text
        let gone = deposit.obsolete.map { TokenName(issuer: issuer, id: $0) }.filter { tokens[$0] != nil }
        var next = self
        // One that takes the place of another comes by the card of that.
        let known = gone.compactMap { tokens[$0]?.token.fields.binding }
        for name in gone { next.end(name) }
        if let token = deposit.token {
            try next.keep(token, of: deposit.card, known, now: utc)
        } else if gone.isEmpty {
            throw .unknownToken
        }
        self = next
    }

    private mutating func keep(
        _ token: Token, of card: KeeperCard, _ known: [[UInt8]], now utc: UInt64
    ) throws(ExchangeError) {
        guard tokens[token.name] == nil else { throw .alreadyKept }
        guard !ended.contains(token.name) else { throw .ended }
        guard tokens.count < Self.tokenLimit else { throw .full }
        let checked = try Self.checked(token, of: card, for: publicKey, now: utc) {
            bindings.contains($0) || known.contains($0)
        }
        bindings.removeAll { $0 == checked.fields.binding }
        tokens[checked.name] = Kept(token: checked, owner: card.publicKey, ownerName: card.name, since: utc)
    }

    /// A token that a deposit brings, if all holds that can be seen of it.
    ///
    /// - Parameter isAcceptable: whether the keeper expects its binding.
    package static func checked(
        _ token: Token, of card: KeeperCard, for publicKey: PublicKey, now utc: UInt64,
        isAcceptable: ([UInt8]) -> Bool = { _ in true }
    ) throws(ExchangeError) -> Token {
        let provider = RecoveryProvider(
            publicKey.digest.origin, tokenLimit: KeeperCard.tokenLimit, freshness: .carried)
        do {
            return try provider.token(
                token.text, now: Timestamp(utc: utc),
                configuration: { $0 == card.origin ? card.configuration : nil }, isAcceptable: isAcceptable)
        } catch { throw .token(error) }
    }

    /// Forgets a token for ever: its keeper wants it so, or its owner does.
    package mutating func end(_ name: TokenName) {
        guard tokens.removeValue(forKey: name) != nil else { return }
        ended.append(name)
        if ended.count > Self.endedLimit { ended.removeFirst() }
    }

    /// The token that a request is about.
    ///
    /// - Throws: `unknownToken`; `ended`.
    package func token(for request: RecoveryRequest) throws(ExchangeError) -> Kept {
        let name = TokenName(issuer: request.owner.origin.text, id: request.token)
        if let kept = tokens[name] { return kept }
        throw ended.contains(name) ? .ended : .unknownToken
    }
}
