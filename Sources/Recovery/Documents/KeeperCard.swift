import Encodings

/// What an agent tells others so that they can keep tokens of it, and it of them: its configuration as both kinds of
/// provider under a self-certifying origin, its name, and a binding for one token. Signed, in canonical JSON, and on
/// nobody's server: the two people compare ``words``.
package struct KeeperCard: Equatable, Sendable {
    /// The agent's recovery root key.
    package let publicKey: PublicKey
    /// What a token for this agent must carry, once: 16 random bytes.
    package let binding: [UInt8]
    /// What the agent's owner calls it.
    package let name: String
    /// The card.
    package let text: [UInt8]

    /// Bytes of a binding.
    package static let bindingBytes = 16
    /// Bytes of the longest name.
    package static let nameBytes = 128
    /// Bytes of the longest card.
    package static let byteLimit = 4096
    /// Bytes of the largest token that agents keep.
    static let tokenLimit = 8192

    /// The bytes that are signed for a card.
    ///
    /// - Throws: `badName`; `malformedCard` for a binding of another length.
    package static func signedBytes(
        publicKey: PublicKey, binding: [UInt8], name: String
    ) throws(ExchangeError) -> [UInt8] {
        guard isName(name) else { throw .badName }
        guard binding.count == bindingBytes else { throw .malformedCard }
        return JSONValue.object(members(publicKey, binding, name)).canonical
    }

    /// The card of a key with its signature of ``signedBytes(publicKey:binding:name:)``.
    package init(publicKey: PublicKey, binding: [UInt8], name: String, signature: [UInt8]) throws(ExchangeError) {
        let signed = try Self.signedBytes(publicKey: publicKey, binding: binding, name: name)
        guard publicKey.hasSigned(signed.span, signature.span) else { throw .forgedCard }
        var members = Self.members(publicKey, binding, name)
        members["fob-signature"] = .string(BaseEncoding.base64.text(signature.span, isPadded: true))
        self.publicKey = publicKey
        self.binding = binding
        self.name = name
        text = JSONValue.object(members).canonical
    }

    /// A new card.
    package init(privateKey: Span<UInt8>, binding: [UInt8], name: String) throws(ExchangeError) {
        let publicKey: PublicKey
        do { publicKey = try PublicKey(of: privateKey) } catch { throw .cannotSign }
        let signed = try Self.signedBytes(publicKey: publicKey, binding: binding, name: name)
        let signature: [UInt8]
        do {
            signature = try PublicKey.signature(of: signed.span, privateKey: privateKey)
        } catch { throw .cannotSign }
        try self.init(publicKey: publicKey, binding: binding, name: name, signature: signature)
    }

    /// Reads a card, of which there is one spelling: a line end behind it is all that may be added.
    ///
    /// - Throws: `malformedCard`; `forgedCard`.
    package init(parsing text: [UInt8]) throws(ExchangeError) {
        let text = text.last == UInt8(ascii: "\n") ? Array(text.dropLast()) : text
        guard text.count <= Self.byteLimit, let value = try? JSONValue(parsing: text),
            case .object(var members) = value, value.canonical == text,
            let signature = Self.bytes(members.removeValue(forKey: "fob-signature"), .base64),
            let binding = Self.bytes(members["fob-binding"], .base16), binding.count == Self.bindingBytes,
            let name = members["fob-name"]?.string, Self.isName(name),
            let key = members["tokensign-pubkeys-secp256r1"]?.strings?.first.flatMap({ PublicKey($0) })
        else { throw .malformedCard }
        // The members follow from key, binding and name; so a card says nothing that its reader does not look at.
        guard members == Self.members(key, binding, name) else { throw .malformedCard }
        let signed = JSONValue.object(members).canonical
        guard key.hasSigned(signed.span, signature.span) else { throw .forgedCard }
        publicKey = key
        self.binding = binding
        self.name = name
        self.text = text
    }

    /// Where the agent is, in name only.
    package var origin: Origin { publicKey.digest.origin }

    /// What the card publishes.
    package var configuration: ProviderConfiguration { ProviderConfiguration(selfCertified: publicKey) }

    /// What both people read out: of the key, so that they stay the same for all cards of an agent.
    package var words: ComparedWords { Self.words(of: publicKey) }

    /// Those of any card of an agent.
    package static func words(of key: PublicKey) -> ComparedWords {
        ComparedWords("fob-card-words/1", key.digest.bytes)
    }

    private static func members(_ key: PublicKey, _ binding: [UInt8], _ name: String) -> [String: JSONValue] {
        let origin = key.digest.origin.text
        let keys = JSONValue.array([.string(key.text)])
        return [
            "issuer": .string(origin), "privacy-policy": .string(origin + "/privacy-policy"),
            "countersign-pubkeys-secp256r1": keys, "token-max-size": .integer(Int64(tokenLimit)),
            "save-token": .string(origin + "/save-token"), "recover-account": .string(origin + "/recover-account"),
            "tokensign-pubkeys-secp256r1": keys, "save-token-return": .string(origin + "/save-token-return"),
            "recover-account-return": .string(origin + "/recover-account-return"),
            "fob-binding": .string(BaseEncoding.base16.text(binding.span)), "fob-name": .string(name),
        ]
    }

    private static func bytes(_ value: JSONValue?, _ encoding: BaseEncoding) -> [UInt8]? {
        value?.string.flatMap { encoding.bytes($0, isPadded: encoding == .base64) }
    }

    /// A name shows as what it is: no control characters, nothing that turns or hides what stands around it.
    private static func isName(_ name: String) -> Bool {
        (1...nameBytes).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
                default: true
                }
            }
    }
}

extension ProviderConfiguration {
    /// Of an agent, which is both kinds of provider with one key.
    package init(selfCertified key: PublicKey) {
        let origin = key.digest.origin
        issuer = origin
        privacyPolicy = origin.text + "/privacy-policy"
        icon = nil
        account = Account(
            keys: [key], saveTokenReturn: origin.text + "/save-token-return",
            recoverAccountReturn: origin.text + "/recover-account-return")
        recovery = Recovery(
            keys: [key], tokenLimit: KeeperCard.tokenLimit, saveToken: origin.text + "/save-token",
            recoverAccount: origin.text + "/recover-account")
    }
}
