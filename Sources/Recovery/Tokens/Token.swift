import Encodings
package import Model

/// Why bytes are no token.
package enum TokenFormatError: Error, Equatable, Sendable {
    /// The text is not padded base64 (RFC 4648, section 4), all of it on one line.
    case notBase64
    /// The bytes end within a field, or there are more than any token has.
    case badLength
    /// Another version than 0.
    case badVersion
    /// Another type than the one that is wanted.
    case badType
    /// An origin or a time with other characters than printable ASCII.
    case badText
}

/// By what a token is known. Never by its bytes: one token has two valid signatures for each nonce.
package struct TokenName: Hashable, Sendable {
    /// Who issued it.
    package let issuer: String
    /// Its id.
    package let id: Identifier

    /// From its two parts.
    package init(issuer: String, id: Identifier) { (self.issuer, self.id) = (issuer, id) }
}

/// What a token says, unsigned: the fields of the draft's section 2.6, big-endian.
package struct TokenFields: Equatable, Sendable {
    /// Which of the two kinds of tokens.
    package enum Kind: UInt8, Sendable {
        /// From the account's provider, kept by the recovery provider.
        case recovery = 0
        /// A recovery token, signed again by who kept it.
        case countersigned = 1
    }

    /// The bits that have a meaning; the others are kept and mean nothing.
    package struct Options: OptionSet, Sendable {
        /// All eight.
        package let rawValue: UInt8
        /// From the byte.
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The account's provider wants to hear of changes. Not in a countersigned token.
        package static let statusRequested = Options(rawValue: 1)
        /// Asked: a weak proof of the user will do. In a countersigned token: it was weak.
        package static let lowFriction = Options(rawValue: 2)
    }

    /// Which of the two.
    package var kind: Kind
    /// Its id, unique among its issuer's tokens.
    package var id: Identifier
    /// What is asked, or was done.
    package var options: Options = []
    /// The origin of who signs.
    package var issuer: String
    /// The origin of whom it is for.
    package var audience: String
    /// When it was signed (RFC 3339).
    package var issuedTime: String
    /// Opaque to all but the account's provider; in a countersigned token the recovery token, byte for byte.
    package var data: [UInt8] = []
    /// A text for one use from whom it is for; empty without one.
    package var binding: [UInt8] = []

    /// From the fields that every token has.
    package init(kind: Kind, id: Identifier, issuer: String, audience: String, issuedTime: String) {
        self.kind = kind
        self.id = id
        self.issuer = issuer
        self.audience = audience
        self.issuedTime = issuedTime
    }

    /// The version that is read and written.
    package static let version: UInt8 = 0
    /// The most that one of the five fields with a length has.
    package static let fieldBytes = 65535

    /// The bytes that are signed.
    ///
    /// - Throws: `badLength` for a field longer than its length can say.
    package func signedBytes() throws(TokenFormatError) -> [UInt8] {
        var bytes: [UInt8] = [Self.version, kind.rawValue]
        bytes.append(id)
        bytes.append(options.rawValue)
        for field in [Array(issuer.utf8), Array(audience.utf8), Array(issuedTime.utf8), data, binding] {
            guard field.count <= Self.fieldBytes else { throw .badLength }
            bytes.append(field: field)
        }
        return bytes
    }
}

/// A token: fields and whatever stands behind them as a signature, which nobody has looked at yet.
package struct Token: Equatable, Sendable {
    /// What it says.
    package let fields: TokenFields
    /// Meant to be the DER of an ECDSA signature.
    package let signature: [UInt8]
    /// All of it, as it came.
    package let bytes: [UInt8]

    /// Bytes of the longest signature.
    private static let signatureBytes = 72
    /// The most that a token of any kind has.
    package static let byteLimit = 23 + 5 * (2 + TokenFields.fieldBytes) + signatureBytes

    /// Reads a token of one kind.
    package init(_ bytes: [UInt8], kind wanted: TokenFields.Kind) throws(TokenFormatError) {
        guard bytes.count <= Self.byteLimit else { throw .badLength }
        var reader = ByteReader(bytes)
        guard let version = reader.byte() else { throw .badLength }
        guard version == TokenFields.version else { throw .badVersion }
        guard let type = reader.byte() else { throw .badLength }
        guard type == wanted.rawValue else { throw .badType }
        guard let id = reader.identifier(), let options = reader.byte(), let issuer = reader.field(),
            let audience = reader.field(), let time = reader.field(), let data = reader.field(),
            let binding = reader.field()
        else { throw .badLength }
        var fields = TokenFields(
            kind: wanted, id: id, issuer: try Self.text(issuer), audience: try Self.text(audience),
            issuedTime: try Self.text(time))
        fields.options = TokenFields.Options(rawValue: options)
        fields.data = data
        fields.binding = binding
        self.fields = fields
        signature = reader.rest
        self.bytes = bytes
    }

    /// Reads the base64 of a token, strictly.
    package init(_ text: String, kind: TokenFields.Kind) throws(TokenFormatError) {
        guard text.utf8.count <= BaseEncoding.base64.encodedCount(Self.byteLimit, isPadded: true) else {
            throw .badLength
        }
        guard let bytes = BaseEncoding.base64.bytes(text, isPadded: true) else { throw .notBase64 }
        try self.init(bytes, kind: kind)
    }

    /// Fields with their signature.
    package init(_ fields: TokenFields, signature: [UInt8]) throws(TokenFormatError) {
        self.fields = fields
        self.signature = signature
        bytes = try fields.signedBytes() + signature
    }

    /// Signs fields. The nonce follows from key and fields (RFC 6979), and s is the lower one.
    package static func signed(
        _ fields: TokenFields, privateKey: Span<UInt8>
    ) throws(TokenError) -> Token {
        guard let bytes = try? fields.signedBytes(),
            let signature = try? PublicKey.signature(of: bytes.span, privateKey: privateKey),
            let token = try? Token(fields, signature: signature)
        else { throw .cannotSign }
        return token
    }

    private static func text(_ bytes: [UInt8]) throws(TokenFormatError) -> String {
        guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .badText }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Padded base64 of all of it.
    package var text: String { BaseEncoding.base64.text(bytes.span, isPadded: true) }

    /// By what it is known.
    package var name: TokenName { TokenName(issuer: fields.issuer, id: fields.id) }

    /// Whether one of the keys has signed it.
    package func isSigned(by keys: some Sequence<PublicKey>) -> Bool {
        let signed = Array(bytes.dropLast(signature.count))
        return keys.contains { $0.hasSigned(signed.span, signature.span) }
    }
}
