package import Model

/// What an owner sends a keeper: its card, a token, and the ids of tokens that end with it. Without a token it only ends
/// some. All of it is signed by the card's key.
///
///     "fob-deposit/1" || field(card) || field(token) || u8 count || ids || signature
package struct Deposit: Equatable, Sendable {
    /// The owner's.
    package let card: KeeperCard
    /// The new token, unchecked; nil if there is none.
    package let token: Token?
    /// The owner's tokens that are to be forgotten.
    package let obsolete: [Identifier]
    /// All of it.
    package let bytes: [UInt8]

    private static let start = Array("fob-deposit/1".utf8)
    /// The most tokens that a deposit ends.
    package static let obsoleteLimit = 16

    /// A deposit by the owner of a key, which is that of the card.
    package init(
        card: KeeperCard, token: Token?, obsolete: [Identifier], privateKey: Span<UInt8>
    ) throws(ExchangeError) {
        guard obsolete.count <= Self.obsoleteLimit, token != nil || !obsolete.isEmpty,
            token?.bytes.count ?? 0 <= KeeperCard.tokenLimit
        else { throw .malformed }
        var bytes = Self.start
        bytes.append(field: card.text)
        bytes.append(field: token?.bytes ?? [])
        bytes.append(UInt8(obsolete.count))
        for id in obsolete { bytes.append(id) }
        let signature: [UInt8]
        do { signature = try PublicKey.signature(of: bytes.span, privateKey: privateKey) } catch { throw .cannotSign }
        guard card.publicKey.hasSigned(bytes.span, signature.span) else { throw .cannotSign }
        self.card = card
        self.token = token
        self.obsolete = obsolete
        self.bytes = bytes + signature
    }

    /// Reads a deposit, and checks that it is signed by its card's key.
    ///
    /// - Throws: `malformed`; `malformedCard`; `forgedCard`; `forgedDeposit`; `token` for one that cannot be read.
    package init(_ text: String) throws(ExchangeError) {
        bytes = try ExchangeText.bytes(.deposit, text)
        var reader = ByteReader(bytes)
        guard reader.skip(Self.start), let cardText = reader.field(), let token = reader.field(),
            let count = reader.byte(), Int(count) <= Self.obsoleteLimit
        else { throw .malformed }
        var obsolete: [Identifier] = []
        for _ in 0..<count {
            guard let id = reader.identifier() else { throw .malformed }
            obsolete.append(id)
        }
        guard !token.isEmpty || !obsolete.isEmpty else { throw .malformed }
        let card = try KeeperCard(parsing: cardText)
        guard card.text == cardText else { throw .malformedCard }
        guard card.publicKey.hasSigned(reader.read.span, reader.rest.span) else { throw .forgedDeposit }
        self.card = card
        self.obsolete = obsolete
        do {
            self.token = token.isEmpty ? nil : try Token(token, kind: .recovery)
        } catch { throw .token(.tokenParseError) }
    }

    /// `fob-deposit:` and base64url.
    package var text: String { Self.text(bytes) }

    /// The text of the bytes of one.
    package static func text(_ bytes: [UInt8]) -> String { ExchangeText.text(.deposit, bytes) }
}
