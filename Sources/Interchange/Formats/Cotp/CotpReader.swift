import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// cotp: its database, plain or encrypted.
enum CotpReader: FormatReader {
    static var name: String { "cotp" }

    private static let newestVersion: UInt64 = 2
    /// Costs of Argon2id that every version uses, memory in KiB; the file does not say them.
    private static let (passes, memory, lanes): (UInt64, UInt64, UInt64) = (4, 32768, 4)

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { $0["elements"]?.isArray == true || isEncrypted($0) }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let file = try source.json()
        guard isEncrypted(file) else { return try read(file, to: sink) }
        let version = try file.required("version")
        guard version == 1 else { throw .version("\(version)") }
        let nonce = try file.base64("nonce")
        let salt = try file.base64("salt")
        let sealed = try file.base64("cipher")
        guard nonce.count == Sodium.extendedNonceBytes, salt.count >= 8, sealed.count >= Sodium.tagBytes else {
            throw .malformed("its nonce, salt or cipher is cut off")
        }
        let text = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            let key = try Decryption.argon2(
                .id, password, salt: salt.bytes, passes: passes, memory: memory, lanes: lanes)
            var plain = try ConversionError.buffer(sealed.count)
            let isOpen = plain.append { output in
                Sodium.openXChaCha20Poly1305(sealed.bytes, key: key.bytes, nonce: nonce.bytes, into: &output)
            }
            guard isOpen else { throw .wrongPassword }
            return LockedText(plain)
        }
        try read(JSONText.parse(text), to: sink)
    }

    private static func isEncrypted(_ file: JSONValue) -> Bool {
        file["nonce"] != nil && file["salt"] != nil && file["cipher"] != nil
    }

    private static func read(_ database: JSONValue, to sink: any EntrySink) throws(ConversionError) {
        try NewerVersion.read(database["version"]?.unsigned ?? 1, known: 1...newestVersion, to: sink) {
            sink throws(ConversionError) in try sink.items(database.list("elements"), "issuer", "label", entry)
        }
    }

    private static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        let type = try item.text("type")
        let kind: CredentialKind = type.isEmpty ? .totp : try CredentialKind(named: type)
        var entry = try Entry(
            issuer: item.text("issuer"), name: item.text("label"),
            Credential(kind, in: item).parameters(),
            checked: item.key("secret", kind == .motp ? .hexadecimal : .base32))
        entry.pin = try item.secretOrNothing("pin")
        return entry
    }
}
