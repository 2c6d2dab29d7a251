import Encodings

/// A public key that files can be sealed to: `age1...` (C2SP age, "X25519 recipient stanza").
package struct X25519Recipient: Sendable, Equatable {
    /// The u-coordinate of RFC 7748, 32 bytes.
    package let publicKey: [32 of UInt8]

    static let prefix = "age"

    /// The recipient with these 32 bytes.
    package init(publicKey: [32 of UInt8]) { self.publicKey = publicKey }

    /// The recipient that `age1...` text stands for.
    ///
    /// - Throws: `AgeError.unsupportedRecipient` for the text of a plugin or a hybrid key, else `malformedRecipient`.
    package init(_ text: String) throws(AgeError) {
        let text = Array(text.utf8)
        var found: String?
        let bytes = [UInt8](capacity: text.count) { output in found = try? Bech32.decode(text.span, into: &output) }
        guard let found else { throw .malformedRecipient }
        guard found == Self.prefix else {
            throw found.hasPrefix("age1") ? .unsupportedRecipient : .malformedRecipient
        }
        guard bytes.count == 32 else { throw .malformedRecipient }
        var publicKey = [32 of UInt8](repeating: 0)
        for index in publicKey.indices { publicKey[index] = bytes[index] }
        self.publicKey = publicKey
    }

    /// `age1...`, 62 characters.
    package var text: String {
        let text = [UInt8](capacity: Bech32.encodedCount(prefix: Self.prefix, 32)) { output in
            Bech32.encode(prefix: Self.prefix, publicKey.span, into: &output)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether both are the same key. Public, so time does not matter.
    package static func == (left: X25519Recipient, right: X25519Recipient) -> Bool {
        left.publicKey.span.isEqual(to: right.publicKey.span.copied)
    }
}
