import ForeignLibraries
import OneTimePassword
import Platform

/// Authy: the preferences file of its Android app, with keys in clear or under the backup password.
enum AuthyReader: FormatReader {
    static let name = "authy"
    private static let mostEncrypted = 2000

    static func recognizes(_ source: Source) -> Bool { !lists(source).isEmpty }

    private static func lists(_ source: Source) -> [XMLElement] {
        (AndroidPreferences(source)?.strings ?? []).filter {
            $0.name.hasPrefix("com.authy.storage.tokens.") && $0.name.hasSuffix(".key")
        }.map(\.value)
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        var tokens: [JSONValue] = []
        for list in lists(source) {
            let json = try AndroidPreferences.json(list)
            guard json.isArray else { throw .malformed("its tokens are no list") }
            tokens += json.items
        }
        try read(tokens, passwords: &passwords, into: &sink)
    }

    /// Reads tokens, wherever they were.
    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ tokens: [JSONValue], passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        guard tokens.count <= InterchangeLimits.entries else { throw .tooLarge("more than 50,000 tokens") }
        let encrypted = tokens.indices.filter { isEncrypted(tokens[$0]) }
        // Each has a salt of its own, and so a key derivation.
        guard encrypted.count <= mostEncrypted else { throw .tooLarge("more than 2,000 encrypted tokens") }
        var opened: [Int: LockedText] = [:]
        if !encrypted.isEmpty {
            opened = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
                var opened: [Int: LockedText] = [:]
                for index in encrypted {
                    if let text = try open(tokens[index], password) { opened[index] = text }
                }
                // Each is locked for itself; one that opens proves the password.
                if opened.isEmpty { throw .wrongPassword }
                return opened
            }
        }
        for (index, token) in tokens.enumerated() {
            let (issuer, account) = names(token)
            let label = [issuer, account].filter { !$0.isEmpty }.joined(separator: ": ")
            try sink.item(label, at: index + 1) { () throws(ItemError) in
                guard !isEncrypted(token) || opened[index] != nil else {
                    throw .problem("it is encrypted with another password")
                }
                return try Entry(
                    issuer: issuer, name: account, parameters(token), checked: key(token, opened[index]))
            }
        }
    }

    private static func isEncrypted(_ token: JSONValue) -> Bool {
        token["decryptedSecret"] == nil && token["secretSeed"] == nil && token["encryptedSecret"] != nil
    }

    /// The base32 of a key; nil when the password does not open it.
    private static func open(_ token: JSONValue, _ password: Span<UInt8>) throws(ConversionError) -> LockedText? {
        guard let sealed = try token["encryptedSecret"]?.secret(), let salt = try token["salt"]?.secret() else {
            return nil
        }
        guard let ciphertext = try decode(sealed) else { return nil }
        var text = try ConversionError.buffer(ciphertext.count)
        var key = try ConversionError.buffer(32)
        do throws(ForeignError) {
            try key.append { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                try KeyDerivation.pbkdf2(
                    .sha1, password: password, salt: salt.bytes, rounds: 1000, count: 32, into: &output)
            }
            try text.append { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                let iv: [16 of UInt8] = .init(repeating: 0)
                try Cipher.decryptCBC(ciphertext.bytes, key: key.bytes, iv: iv.span, into: &output)
            }
        } catch {
            guard error == .notAuthentic || error == .damaged else { throw ConversionError(error) }
            return nil
        }
        // Padding alone is right by chance one time in 256.
        return (try? Base32.decodedCount(text.bytes)) == nil ? nil : LockedText(text)
    }

    private static func decode(_ text: borrowing LockedBuffer) throws(ConversionError) -> LockedBuffer? {
        do throws(ConversionError) { return try Base64.decode(text.bytes) } catch {
            guard case .malformed = error else { throw error }
            return nil
        }
    }

    /// Authy's own accounts have their keys in hexadecimal, and other periods.
    private static func isNative(_ token: JSONValue) -> Bool {
        token["decryptedSecret"] == nil && token["encryptedSecret"] == nil && token["secretSeed"] != nil
    }

    private static func parameters(_ token: JSONValue) throws(ItemError) -> Parameters {
        let digits = try token.number("digits") ?? (isNative(token) ? 7 : 6)
        return try Credential(kind: .totp, digits: digits, period: isNative(token) ? 10 : 30).parameters()
    }

    private static func key(_ token: JSONValue, _ opened: LockedText?) throws(ItemError) -> LockedBuffer {
        guard let opened else {
            return try isNative(token) ? token.key("secretSeed", .hexadecimal) : token.key("decryptedSecret")
        }
        return try opened.withBytes { (bytes: Span<UInt8>) throws(ItemError) in try KeyText.decode(bytes) }
    }

    /// Issuer and account out of what Authy keeps of them, which is less and less the older a token is.
    private static func names(_ token: JSONValue) -> (issuer: String, name: String) {
        let name = token["name"]?.string ?? ""
        if isNative(token) { return (name, "") }
        let original = token["originalName"]?.string ?? ""
        if let issuer = token["originalIssuer"]?.string, !issuer.isEmpty {
            return AccountLabel.parts(issuer: issuer, label: name.isEmpty ? original : name)
        }
        if original.contains(":") {
            let issuer = AccountLabel.parts(issuer: "", label: original).issuer
            return AccountLabel.parts(issuer: issuer, label: name.isEmpty ? original : name)
        }
        if let dash = name.firstRange(of: " - ") {
            let issuer = AccountLabel.trimmed(name[..<dash.lowerBound])
            return (issuer, AccountLabel.trimmed(name[dash.upperBound...]))
        }
        let kind = token["accountType"]?.string ?? ""
        guard kind != "authenticator" else { return ("", name) }
        return (kind.prefix(1).uppercased() + kind.dropFirst(), name)
    }
}
