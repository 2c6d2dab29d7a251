import ForeignLibraries
import OneTimePassword
import Platform

/// Authy: the preferences file of its Android app, with keys in clear or under the backup password.
enum AuthyReader: FormatReader {
    static let name = "authy"

    static func recognizes(_ source: Source) -> Bool { !lists(source).isEmpty }

    private static func lists(_ source: Source) -> [XMLElement] {
        (AndroidPreferences(source)?.strings ?? []).filter {
            $0.name.hasPrefix("com.authy.storage.tokens.") && $0.name.hasSuffix(".key")
        }.map(\.value)
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        var tokens: [JSONValue] = []
        for list in lists(source) {
            let json = try AndroidPreferences.json(list)
            guard json.isArray else { throw .malformed("its tokens are no list") }
            tokens += json.items
        }
        try AuthyTokens.android.read(tokens, passwords, to: sink)
    }
}

/// Authy: the answer of its service that other programs and Twilio's data request hand out, with keys under the backup
/// password or decrypted.
enum AuthyTokensReader: FormatReader {
    static let name = "authy"
    private static let lists = ["authenticator_tokens", "decrypted_authenticator_tokens"]

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { answer in lists.contains { answer[$0]?.isArray == true } }
            || source.isJSONArray { $0["name"] != nil && ($0["decrypted_seed"] ?? $0["encrypted_seed"]) != nil }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let answer = try source.json()
        let tokens = answer.items + lists.flatMap { answer[$0]?.items ?? [] }
        guard answer.isArray || lists.contains(where: { answer[$0]?.isArray == true }) else {
            throw .malformed("it has no list of tokens")
        }
        try AuthyTokens.service.read(tokens, passwords, to: sink)
        let deleted = answer["deleted"]?.items.count ?? 0
        if deleted > 0 { try sink.warning("left out, because deleted there: \(deleted)") }
    }
}

/// A list of Authy's tokens. The members have other names in the app's file than in the service's answer.
struct AuthyTokens {
    private let plain: String
    private let sealed: String
    private let originalIssuer: String
    private let originalName: String
    private let accountType: String

    /// In the app's file.
    static var android: AuthyTokens {
        AuthyTokens(
            plain: "decryptedSecret", sealed: "encryptedSecret", originalIssuer: "originalIssuer",
            originalName: "originalName", accountType: "accountType")
    }
    /// In the service's answer.
    static var service: AuthyTokens {
        AuthyTokens(
            plain: "decrypted_seed", sealed: "encrypted_seed", originalIssuer: "issuer", originalName: "original_name",
            accountType: "account_type")
    }

    /// Rounds of PBKDF2 for all tokens together: each has a salt of its own, and so a derivation.
    private static let mostRounds: UInt64 = 50_000_000
    /// Where a token does not say them.
    private static let usualRounds: UInt64 = 1000

    /// Reads them.
    func read(_ tokens: [JSONValue], _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError) {
        guard tokens.count <= InterchangeLimits.entries else { throw .tooLarge("more than 50,000 tokens") }
        let encrypted = tokens.indices.filter { isEncrypted(tokens[$0]) }
        var rounds: UInt64 = 0
        for index in encrypted {
            let own = Self.rounds(tokens[index])
            guard own <= Self.mostRounds, rounds + own <= Self.mostRounds else { throw .tooExpensive }
            rounds += own
        }
        var opened: [Int: LockedText] = [:]
        if !encrypted.isEmpty {
            opened = try passwords.open(AuthyReader.name) { (password: Span<UInt8>) throws(ConversionError) in
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
            try sink.item(label, at: index + 1) { () throws(ConversionError) in
                guard !isEncrypted(token) || opened[index] != nil else {
                    throw .malformed("it is encrypted with another password")
                }
                return try Entry(
                    issuer: issuer, name: account, parameters(token), checked: key(token, opened[index]))
            }
        }
    }

    private func isEncrypted(_ token: JSONValue) -> Bool {
        token[plain] == nil && token["secretSeed"] == nil && token[sealed] != nil
    }

    /// The base32 of a key; nil when the password does not open it.
    private func open(_ token: JSONValue, _ password: Span<UInt8>) throws(ConversionError) -> LockedText? {
        guard let text = try token[sealed]?.secret(), let salt = try token["salt"]?.secret(),
            let ciphertext = try ConversionError.ifWhole({ () throws(ConversionError) in try Base64.decode(text.bytes) }
            )
        else { return nil }
        let iv = try Self.iv(token)
        let rounds = Self.rounds(token)
        var plain = try ConversionError.buffer(ciphertext.count)
        var key = try ConversionError.buffer(32)
        do throws(ForeignError) {
            try key.append { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                try KeyDerivation.pbkdf2(
                    .sha1, password: password, salt: salt.bytes, rounds: rounds, count: 32, into: &output)
            }
            try plain.append { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                try Cipher.decryptCBC(ciphertext.bytes, key: key.bytes, iv: iv.bytes, into: &output)
            }
        } catch {
            guard error == .notAuthentic || error == .damaged else { throw ConversionError(error) }
            return nil
        }
        // Padding alone is right by chance one time in 256.
        let opened = LockedText(plain)
        return opened.withBytes { (try? Base32.decodedCount($0)) == nil } ? nil : opened
    }

    /// Zeros, where a token does not say it.
    private static func iv(_ token: JSONValue) throws(ConversionError) -> LockedBuffer {
        if token.has("unique_iv") { return try token.hexadecimal("unique_iv", count: 16) }
        var zeros = try ConversionError.buffer(16)
        zeros.append { output in for _ in 0..<16 { output.append(0) } }
        return zeros
    }

    private static func rounds(_ token: JSONValue) -> UInt64 {
        max(token["key_derivation_iterations"]?.unsignedText ?? usualRounds, 1)
    }

    /// Authy's own accounts have their keys in hexadecimal, and other periods.
    private func isNative(_ token: JSONValue) -> Bool {
        token[plain] == nil && token[sealed] == nil && token["secretSeed"] != nil
    }

    private func parameters(_ token: JSONValue) throws(ConversionError) -> Parameters {
        let digits = try token.number("digits") ?? (isNative(token) ? 7 : 6)
        return try Credential(kind: .totp, digits: digits, period: isNative(token) ? 10 : 30).parameters()
    }

    private func key(_ token: JSONValue, _ opened: LockedText?) throws(ConversionError) -> LockedBuffer {
        guard let opened else {
            return try isNative(token) ? token.key("secretSeed", .hexadecimal) : token.key(plain)
        }
        return try opened.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in try KeyText.decode(bytes) }
    }

    /// Issuer and account out of what Authy keeps of them, which is less and less the older a token is.
    private func names(_ token: JSONValue) -> (issuer: String, name: String) {
        let name = token["name"]?.string ?? ""
        if isNative(token) { return (name, "") }
        let original = token[originalName]?.string ?? ""
        if let issuer = token[originalIssuer]?.string, !issuer.isEmpty {
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
        let kind = token[accountType]?.string ?? ""
        guard kind != "authenticator" else { return ("", name) }
        return (kind.prefix(1).uppercased() + kind.dropFirst(), name)
    }
}
