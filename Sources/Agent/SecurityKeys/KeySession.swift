import Platform
import Vault
import Wire

/// What a connection keeps between its requests about security keys. It ends with the connection: that is the loss of
/// power which CTAP speaks of. A lock ends it too.
struct KeySession {
    /// The key pair that PINs and salts are encrypted with; made when it is first asked for.
    var agreement: KeyAgreement?
    /// The token that the owner's verification was answered with.
    var token: PinToken?
    /// What KEY_NEXT goes on with.
    var next: NextAssertions?
    /// The key of the large blobs of the security key that was made or used last, when it was asked for.
    var largeBlobKey: KeyCredential?
    /// Large blobs of which the last part has not come, and how many bytes there will be. They are encrypted.
    var blobs: (bytes: [UInt8], total: Int)?
}

/// The rest of an assertion that more than one key can give.
struct NextAssertions {
    let assertion: Assertion
    /// Records of those that are left, the newest first.
    var keys: [Identifier]
    /// When KEY_NEXT gives them no longer.
    var until: Monotonic
}

/// A PIN token (pinUvAuthToken, CTAP 2.1, section 6.5.2.1): a secret that stands for a verified owner until it is over.
final class PinToken {
    /// Bytes of it.
    static let count = 32

    /// The protocol that it was handed out with.
    let version: PinProtocolNumber
    /// What it is still good for.
    private(set) var permissions: TokenPermissions
    /// The only site that it is good for; nil until the first use for one.
    private(set) var site: String?
    private let secret: SharedSecret
    /// When it is good for nothing any more.
    private let end: Monotonic
    /// CTAP 2.0's, which named no permissions: it is good for more than one use.
    private let isLasting: Bool
    /// Whether the owner has been verified for it. One that the authenticator's own verification was asked for is handed out
    /// before that, for keys of one site alone: the one question that the request itself raises names the account, and takes
    /// the verification.
    private(set) var isVerified: Bool
    /// The keys that the owner said yes to before the request that needs a human act: until when.
    private var consent: (keys: [Identifier], until: Monotonic)?

    /// A new random token.
    init(
        _ version: PinProtocolNumber, for permissions: TokenPermissions, site: String?, isVerified: Bool,
        at now: Monotonic
    ) throws(MemoryError) {
        self.version = version
        self.isVerified = isVerified
        isLasting = permissions.isEmpty
        self.permissions = permissions.isEmpty ? [.makeCredential, .getAssertion] : permissions
        self.site = site
        end = now + AgentLimits.tokenMilliseconds
        var secret = try LockedBuffer(capacity: Self.count)
        secret.append { Sodium.randomBytes(into: &$0, count: Self.count) }
        self.secret = SharedSecret(try Secret(secret))
    }

    /// The token, encrypted for the platform.
    func encrypted(with agreed: AgreedKey) throws(SecurityKeyError) -> [UInt8] {
        try secret.withBytes { (secret: Span<UInt8>) throws(SecurityKeyError) in try agreed.key.encrypted(secret) }
    }

    /// Whether it has authenticated `message`.
    func hasAuthenticated(_ message: Span<UInt8>, as given: PinAuthentication) -> Bool {
        given.version == version
            && secret.withBytes { version.inAgent.isAuthentic(given.parameter.span, of: message, key: $0) }
    }

    /// Whether it is good for one use at a site; "" for one that is about no site in particular.
    func allows(_ permission: TokenPermissions, site wanted: String, at now: Monotonic) -> Bool {
        guard now < end, permissions.isSuperset(of: permission) else { return false }
        // What sites keep, and how the authenticator is set, is about none of them.
        guard let site, !permission.isDisjoint(with: [.makeCredential, .getAssertion, .credentialManagement]) else {
            return true
        }
        return site == wanted
    }

    /// Notes a use at a site: from now on it is for that one.
    func bind(to site: String) { if self.site == nil { self.site = site } }

    /// Notes that the owner was verified, by an answer that was for this token.
    func noteVerified() { isVerified = true }

    /// Notes that a verified owner said yes to these keys (userPresent of section 6.5.2.1).
    func noteConsent(to keys: [Identifier], at now: Monotonic) {
        consent = (keys, now + AgentLimits.consentMilliseconds)
    }

    /// Whether the owner has said yes to exactly these keys just now; it counts once.
    func takeConsent(to keys: [Identifier], at now: Monotonic) -> Bool {
        defer { consent = nil }
        return isVerified && consent.map { $0.keys == keys && now < $0.until } ?? false
    }

    /// Notes that a human act was had with it: it is good for no further one (section 6.1.2, step 15), but large blobs are
    /// written after that.
    func spend() { if !isLasting { permissions.formIntersection(.largeBlobWrite) } }
}

/// What a connection and its platform have agreed on, for requests that wait.
final class AgreedKey {
    let key: SharedKey
    init(_ key: consuming SharedKey) { self.key = key }
}

extension PinProtocolNumber {
    /// The same protocol in the agent.
    var inAgent: PinProtocol { self == .one ? .one : .two }
}
