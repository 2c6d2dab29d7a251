package import Encodings

/// The document that a provider publishes at `/.well-known/delegated-account-recovery/configuration` (the draft's section
/// 2.3). One that is both kinds of provider has the members of both.
package struct ProviderConfiguration: Equatable, Sendable {
    /// Of one that issues tokens for its accounts.
    package struct Account: Equatable, Sendable {
        /// What signs its tokens now: one or two.
        package let keys: [PublicKey]
        /// Where the user is sent once a token is saved.
        package let saveTokenReturn: String
        /// Where countersigned tokens go.
        package let recoverAccountReturn: String
    }

    /// Of one that keeps tokens of others.
    package struct Recovery: Equatable, Sendable {
        /// What countersigns now: one or two.
        package let keys: [PublicKey]
        /// Bytes of the largest token that it keeps.
        package let tokenLimit: Int
        /// Where tokens go.
        package let saveToken: String
        /// Where the user asks for one.
        package let recoverAccount: String
    }

    /// Why a document cannot be used. A provider with such a document is treated as one without any.
    package enum Failure: Error, Equatable, Sendable {
        /// It is not JSON.
        case json(JSONValue.Failure)
        /// A member is missing, or is not what it must be.
        case badMember(String)
        /// It is neither kind of provider.
        case noRole
    }

    /// Who it is.
    package let issuer: Origin
    /// Where it says what it does with data.
    package let privacyPolicy: String
    /// A picture of 152 by 152 pixels, if there is one.
    package let icon: String?
    /// What it publishes as an account's provider.
    package let account: Account?
    /// What it publishes as a recovery provider.
    package let recovery: Recovery?

    /// Keys that a provider publishes: two while one takes over from the other.
    private static let keys = 1...2

    /// Reads the document of a provider at `origin`. Members that nobody knows are skipped.
    package init(parsing text: [UInt8], at origin: Origin) throws(Failure) {
        let value: JSONValue
        do { value = try JSONValue(parsing: text) } catch { throw .json(error) }
        try self.init(value)
        guard issuer == origin else { throw .badMember("issuer") }
    }

    init(_ value: JSONValue) throws(Failure) {
        guard case .object(let members) = value else { throw .json(.malformed(at: 0)) }
        guard let issuer = members["issuer"]?.string.flatMap({ Origin($0) }) else { throw .badMember("issuer") }
        self.issuer = issuer
        privacyPolicy = try Self.url("privacy-policy", members)
        icon = members["icon-152px"] == nil ? nil : try Self.url("icon-152px", members)
        account = try Self.account(members)
        recovery = try Self.recovery(members)
        guard account != nil || recovery != nil else { throw .noRole }
    }

    private static func account(_ members: [String: JSONValue]) throws(Failure) -> Account? {
        guard members["tokensign-pubkeys-secp256r1"] != nil else { return nil }
        return Account(
            keys: try keys("tokensign-pubkeys-secp256r1", members),
            saveTokenReturn: try url("save-token-return", members),
            recoverAccountReturn: try url("recover-account-return", members))
    }

    private static func recovery(_ members: [String: JSONValue]) throws(Failure) -> Recovery? {
        guard members["countersign-pubkeys-secp256r1"] != nil else { return nil }
        guard let limit = members["token-max-size"]?.integer, limit > 0 else {
            throw .badMember("token-max-size")
        }
        return Recovery(
            keys: try keys("countersign-pubkeys-secp256r1", members), tokenLimit: Int(limit),
            saveToken: try url("save-token", members), recoverAccount: try url("recover-account", members))
    }

    private static func url(_ name: String, _ members: [String: JSONValue]) throws(Failure) -> String {
        guard let text = members[name]?.string, Origin.isURL(text) else { throw .badMember(name) }
        return text
    }

    private static func keys(_ name: String, _ members: [String: JSONValue]) throws(Failure) -> [PublicKey] {
        guard let texts = members[name]?.strings, keys.contains(texts.count) else { throw .badMember(name) }
        let keys = texts.compactMap { PublicKey($0) }
        guard keys.count == texts.count else { throw .badMember(name) }
        return keys
    }
}
