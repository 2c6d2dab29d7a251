package import Model

/// A recovery provider: what it demands of a token before it keeps it (the draft's section 3.2).
package struct RecoveryProvider: Sendable {
    /// The origins under which it is known.
    package var origins: Set<Origin>
    /// Bytes of the largest token that it takes.
    package var tokenLimit: Int
    /// How fresh a token must be.
    package var freshness: Freshness

    /// One with an origin.
    package init(_ origin: Origin, tokenLimit: Int = 8192, freshness: Freshness = .direct) {
        origins = [origin]
        self.tokenLimit = tokenLimit
        self.freshness = freshness
    }

    /// The token that a text is, if all holds.
    ///
    /// - Parameters:
    ///   - configuration: what an issuer publishes now; nil for one that cannot be asked or is not trusted.
    ///   - isAcceptable: whether a binding, or none, will do.
    package func token(
        _ text: String, now: Timestamp, configuration: (Origin) -> ProviderConfiguration?,
        isAcceptable: (_ binding: [UInt8]) -> Bool
    ) throws(TokenError) -> Token {
        let token = try Self.parse(text)
        guard token.bytes.count <= tokenLimit else { throw .tokenTooLarge }
        guard let issuer = Origin(token.fields.issuer), let published = configuration(issuer),
            published.issuer == issuer, let account = published.account
        else { throw .couldNotDetermineProvider }
        guard token.isSigned(by: account.keys) else { throw .unableToVerifySignature }
        guard let audience = Origin(token.fields.audience), origins.contains(audience) else {
            throw .unacceptableAudience
        }
        guard let time = Timestamp(token.fields.issuedTime) else { throw .invalidIssuedTime }
        switch freshness.verdict(time, now: now) {
        case .fresh: break
        case .old: throw .issuedTooFarInThePast
        case .ahead: throw .issuedInTheFuture
        }
        guard isAcceptable(token.fields.binding) else { throw .unacceptableBinding }
        return token
    }

    private static func parse(_ text: String) throws(TokenError) -> Token {
        do {
            return try Token(text, kind: .recovery)
        } catch {
            switch error {
            case .badVersion: throw .versionMustBe0
            case .badType: throw .typeMustBe0
            case .notBase64, .badLength, .badText: throw .tokenParseError
            }
        }
    }

    /// Fields of the countersigned token that gives a kept token back.
    ///
    /// - Parameter isLowFriction: whether the proof of the user was a weak one.
    package static func countersigned(
        _ token: Token, id: Identifier, by issuer: Origin, at utc: UInt64, binding: [UInt8] = [],
        isLowFriction: Bool = false
    ) -> TokenFields {
        countersigned(
            token.bytes, of: token.fields.issuer, id: id, by: issuer, at: utc, binding: binding,
            isLowFriction: isLowFriction)
    }

    /// The same with the bytes of a token and the origin of its issuer.
    static func countersigned(
        _ token: [UInt8], of owner: Origin, id: Identifier, by issuer: Origin, at utc: UInt64, binding: [UInt8],
        isLowFriction: Bool
    ) -> TokenFields {
        countersigned(
            token, of: owner.text, id: id, by: issuer, at: utc, binding: binding, isLowFriction: isLowFriction)
    }

    private static func countersigned(
        _ token: [UInt8], of owner: String, id: Identifier, by issuer: Origin, at utc: UInt64, binding: [UInt8],
        isLowFriction: Bool
    ) -> TokenFields {
        var fields = TokenFields(
            kind: .countersigned, id: id, issuer: issuer.text, audience: owner, issuedTime: Timestamp.text(utc: utc))
        fields.options = isLowFriction ? .lowFriction : []
        fields.data = token
        fields.binding = binding
        return fields
    }
}
