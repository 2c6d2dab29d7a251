import Platform
import Wire

/// Passkeys as KeePassXC keeps them: attributes of an entry, and files of their own that end in `.passkey`.
enum KeePassPasskey {
    private static let prefix = "KPEX_PASSKEY_"

    /// Whether an attribute is a part of a passkey.
    static func isKnown(_ name: String) -> Bool { name.hasPrefix(prefix) }

    /// The passkey of an entry, for the account of that name.
    static func passkey(
        issuer: String, name: String, _ value: (String) throws(ConversionError) -> LockedText?
    ) throws(ConversionError) -> PasskeyItem {
        func text(_ attribute: String) throws(ConversionError) -> String? {
            guard let text = try value(prefix + attribute) else { return nil }
            return text.string(0..<text.count)
        }
        var fields = PasskeyFields()
        (fields.key.issuer, fields.key.name) = (issuer, name)
        fields.key.site = try text("RELYING_PARTY") ?? ""
        // The second is what it was called in 2.7.7.
        let ids = (try text("CREDENTIAL_ID"), try text("GENERATED_USER_ID"))
        fields.key.credential = try PasskeyFields.credentialID(ids.0 ?? ids.1 ?? "")
        fields.key.userHandle = PasskeyFields.bytes(try text("USER_HANDLE")) ?? []
        fields.key.userName = try text("USERNAME") ?? ""
        guard let key = try value(prefix + "PRIVATE_KEY_PEM") else { throw .malformed("it has no private key") }
        return try key.withBytes { (pem: Span<UInt8>) throws(ConversionError) in try fields.item(pem) }
    }

    /// The attribute by which an entry has a passkey.
    static let mark = prefix + "PRIVATE_KEY_PEM"
}

/// A file of KeePassXC with one passkey.
enum KeePassPasskeyReader: FormatReader {
    static let name = "keepassxc-passkey"

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { $0["relyingParty"]?.isString == true && $0["privateKey"]?.isString == true }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let file = try source.json()
        try sink.passkey(file["relyingParty"]?.string ?? "", at: 1) { () throws(ConversionError) in
            var fields = PasskeyFields()
            fields.key.site = try file.text("relyingParty")
            fields.key.credential = try PasskeyFields.credentialID(file.text("credentialId"))
            fields.key.userHandle = PasskeyFields.bytes(file["userHandle"]?.string) ?? []
            fields.key.userName = try file.text("username")
            return try fields.item(file, "privateKey")
        }
    }
}
