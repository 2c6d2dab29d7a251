import ForeignLibraries
import Platform

/// TOTP Authenticator: its backup file, base64 of AES-256-CBC under SHA-256 of the password.
enum TOTPAuthenticatorBackupReader: FormatReader {
    static let name = "totp-authenticator"
    static let isUnmarked = true

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape, let bytes = try? ciphertext(source),
            // Digits that are all hexadecimal are no base64 of anything.
            (try? source.text.withBytes({ (text: Span<UInt8>) throws(ConversionError) in
                try KeyText.decode(text.extracting(0..<min(text.count, 64)), .hexadecimal)
            })) == nil
        else { return false }
        return bytes.count >= 32 && bytes.count % 16 == 0
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let ciphertext = try ciphertext(source)
        guard ciphertext.count > 0, ciphertext.count % 16 == 0 else { throw .malformed("it is cut off") }
        let accounts: JSONValue
        // What the app takes when its owner has set no password.
        let usual = Array("TotpAuthenticator".utf8)
        if let plain = try Decryption.ifRight({ () throws(ConversionError) in try open(ciphertext.bytes, usual.span) })
        {
            accounts = plain
        } else {
            accounts = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
                try open(ciphertext.bytes, password)
            }
        }
        try TOTPAuthenticatorReader.read(accounts, to: sink)
    }

    private static func ciphertext(_ source: Source) throws(ConversionError) -> LockedBuffer {
        try source.text.withBytes { (text: Span<UInt8>) throws(ConversionError) in try Base64.decode(text) }
    }

    /// The plain text is an object whose first name is a text of JSON itself: the list of accounts.
    private static func open(_ ciphertext: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> JSONValue {
        let key = try Decryption.hash(.sha256, password)
        let iv: [16 of UInt8] = .init(repeating: 0)
        let object = try Decryption.json(Decryption.cbc(ciphertext, key: key.bytes, iv: iv.span))
        guard let list = try object.firstName() else { throw .wrongPassword }
        return try JSONText.parse(LockedText(list))
    }
}

extension JSONValue {
    /// The bytes of an object's first name, which may be secret; nil for anything else.
    fileprivate func firstName() throws(ConversionError) -> LockedBuffer? {
        guard isObject, !members.isEmpty else { return nil }
        return try JSONValue(document: document, index: index + 1).secret()
    }
}
