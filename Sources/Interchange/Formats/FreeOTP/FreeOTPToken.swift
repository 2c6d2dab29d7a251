import OneTimePassword
import Platform

/// A token as FreeOTP and FreeOTP+ write it in JSON.
enum FreeOTPToken {
    /// The account of a token with its key: an array of bytes as Java has them.
    static func entry(_ token: JSONValue) throws(ConversionError) -> Entry {
        guard let key = try token["secret"]?.bytes() else { throw .malformed("it has no key, or a broken one") }
        return try entry(token, key: key)
    }

    /// The account of a token whose key lies elsewhere: FreeOTP 2.
    ///
    /// The counter is kept as it is stored: there it is the one of the next code.
    static func entry(_ token: JSONValue, key: consuming LockedBuffer) throws(ConversionError) -> Entry {
        let (issuer, name) = names(token)
        let type = try token.text("type")
        var credential = Credential(kind: try CredentialKind(named: type.isEmpty ? "totp" : type))
        credential.algorithm = try token.text("algo")
        credential.digits = try token.number("digits")
        credential.period = try token.number("period")
        credential.counter = try token.number("counter") ?? 0
        // The app itself shows Steam Guard's letters for such tokens.
        if credential.kind == .totp, credential.digits == 5, issuer == "Steam" { credential.kind = .steam }
        var entry = try Entry(issuer: issuer, name: name, credential.parameters(), checked: key)
        if token.has("image") || token.has("imageAlt") { entry.lost.append("image") }
        if token.has("color") { entry.lost.append("colour") }
        return entry
    }

    /// How a token is called where something is said about it.
    static func label(_ token: JSONValue) -> String {
        let (issuer, name) = names(token)
        return [issuer, name].filter { !$0.isEmpty }.joined(separator: ": ")
    }

    /// What the owner changed comes first, then what the issuer said.
    private static func names(_ token: JSONValue) -> (issuer: String, name: String) {
        func first(_ names: String...) -> String {
            names.lazy.compactMap { token[$0]?.string }.first { !$0.isEmpty } ?? ""
        }
        return (first("issuerAlt", "issuerExt", "issuerInt"), first("labelAlt", "label"))
    }
}

/// The preferences file of FreeOTP 1 and FreeOTP+: each token under its name, and the order of the names.
enum FreeOTPXMLReader: FormatReader {
    static let name = "freeotp"

    static func recognizes(_ source: Source) -> Bool {
        guard let preferences = AndroidPreferences(source) else { return false }
        return preferences["tokenOrder"] != nil
            || preferences.strings.contains { isToken($0.value) }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard let preferences = AndroidPreferences(source) else { throw .malformed("it is not a preferences file") }
        var tokens: [String: XMLElement] = [:]
        var names: [String] = []
        for (name, value) in preferences.strings where name != "tokenOrder" && isToken(value) {
            if tokens.updateValue(value, forKey: name) == nil { names.append(name) }
        }
        var position = 0
        for name in try order(preferences) + names {
            guard let value = tokens.removeValue(forKey: name) else { continue }
            position += 1
            try sink.item(name, at: position) { () throws(ConversionError) in
                try FreeOTPToken.entry(AndroidPreferences.json(value))
            }
        }
    }

    /// Names of tokens, as the app shows them; nothing when there is no order, or it is broken.
    private static func order(_ preferences: AndroidPreferences) throws(ConversionError) -> [String] {
        guard let value = preferences["tokenOrder"] else { return [] }
        return try ConversionError.ifWhole { () throws(ConversionError) in
            try AndroidPreferences.json(value).items.compactMap { $0.string }
        } ?? []
    }

    private static func isToken(_ value: XMLElement) -> Bool {
        (try? AndroidPreferences.contains("\"secret\"", in: value)) == true
    }
}
