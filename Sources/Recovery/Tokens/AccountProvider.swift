/// An account's provider: what it demands of a countersigned token before it lets the account be recovered (the draft's
/// section 3.4).
package struct AccountProvider: Sendable {
    /// The origin that its tokens name as issuer.
    package var origin: Origin
    /// All keys that it has ever signed tokens with: theirs is no age at which they end.
    package var keys: [PublicKey]
    /// How fresh the countersignature must be.
    package var freshness: Freshness

    /// From all of it.
    package init(_ origin: Origin, keys: [PublicKey], freshness: Freshness = .direct) {
        self.origin = origin
        self.keys = keys
        self.freshness = freshness
    }

    /// A countersigned token in which all holds; what it carries was not opened yet.
    package struct Recovered: Sendable {
        /// The recovery provider's.
        package let countersigned: Token
        /// The one inside, of this provider.
        package let token: Token
        /// The recovery provider did not see its user well: weak evidence, of which a person should hear.
        package var isLowFriction: Bool { countersigned.fields.options.contains(.lowFriction) }
    }

    /// Checks a countersigned token, then opens what it carries; only if that succeeds, too, anything is given.
    ///
    /// - Parameters:
    ///   - binding: what was asked with; nil if nothing was.
    ///   - configuration: what a recovery provider publishes now; nil for one that cannot be asked or is not trusted.
    ///   - isUsed: whether a recovery token was used before or ended.
    ///   - open: opens the opaque data; nil when it is not authentic.
    package func recovered<Opened: ~Copyable>(
        _ text: String, now: Timestamp, binding: [UInt8]?, configuration: (Origin) -> ProviderConfiguration?,
        isUsed: (TokenName) -> Bool, open: (Recovered) -> Opened?
    ) throws(TokenError) -> Opened {
        try recovered(
            try Self.outer(text), now: now, binding: binding, configuration: configuration, isUsed: isUsed, open: open)
    }

    /// The same with the countersigned token.
    package func recovered<Opened: ~Copyable>(
        _ outer: Token, now: Timestamp, binding: [UInt8]?, configuration: (Origin) -> ProviderConfiguration?,
        isUsed: (TokenName) -> Bool, open: (Recovered) -> Opened?
    ) throws(TokenError) -> Opened {
        guard outer.fields.kind == .countersigned else { throw .countersignedInvalidTokenType }
        let inner = try Self.inner(outer.fields.data)
        guard inner.fields.issuer == origin.text else { throw .recoveryTokenInvalidIssuer }
        guard inner.isSigned(by: keys) else { throw .recoveryTokenInvalidSignature }
        guard !outer.fields.issuer.isEmpty, outer.fields.issuer == inner.fields.audience else {
            throw .recoveryTokenInvalidIssuer
        }
        guard outer.fields.audience == origin.text else { throw .countersignedInvalidAudience }
        guard !outer.fields.options.contains(.statusRequested) else { throw .countersignedInvalidOptions }
        guard let time = Timestamp(outer.fields.issuedTime) else { throw .invalidIssuedTime }
        guard freshness.verdict(time, now: now) == .fresh else { throw .staleToken }
        if let binding, outer.fields.binding != binding { throw .countersignedInvalidBinding }
        guard !isUsed(inner.name) else { throw .recoveryTokenAlreadyUsed }
        guard let issuer = Origin(outer.fields.issuer), let published = configuration(issuer),
            published.issuer == issuer, let recovery = published.recovery
        else { throw .recoveryTokenInvalidIssuer }
        guard outer.isSigned(by: recovery.keys) else { throw .countersignedInvalidSignature }
        guard let opened = open(Recovered(countersigned: outer, token: inner)) else {
            throw .recoveryTokenInvalidData
        }
        return opened
    }

    private static func outer(_ text: String) throws(TokenError) -> Token {
        do {
            return try Token(text, kind: .countersigned)
        } catch {
            switch error {
            case .badVersion: throw .countersignedInvalidTokenVersion
            case .badType: throw .countersignedInvalidTokenType
            case .notBase64, .badLength, .badText: throw .countersignedTokenParseError
            }
        }
    }

    private static func inner(_ bytes: [UInt8]) throws(TokenError) -> Token {
        do {
            return try Token(bytes, kind: .recovery)
        } catch {
            switch error {
            case .badVersion, .badType: throw .recoveryTokenInvalidTokenType
            case .notBase64, .badLength, .badText: throw .recoveryTokenParseError
            }
        }
    }
}
