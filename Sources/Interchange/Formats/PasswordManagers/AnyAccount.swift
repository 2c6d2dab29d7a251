import OneTimePassword
import Platform

/// An account of a file of no program that is known here, by the names of its columns or members.
enum AnyAccount {
    /// Names of columns in lower case, the best first.
    static let code: [StaticString] = [
        "otpauth", "otpauth_uri", "otpauth uri", "otp_uri", "totp_uri", "uri", "totp", "otp", "2fa",
        "one-time password",
        "totp_secret", "totp secret", "totpsecret", "otp_secret", "otp secret", "otpsecret", "secret", "secret key",
        "secret_key", "secretkey", "seed",
    ]
    static let issuer: [StaticString] = ["issuer", "service", "provider", "title", "site", "website"]
    static let name: [StaticString] = ["account", "username", "user", "login", "email", "label", "account name"]
    /// What else an item may be called.
    static let either: [StaticString] = ["name", "url", "domain"]
    static let kind: [StaticString] = ["otp_type", "kind", "type"]
    static let algorithm: [StaticString] = ["algorithm", "algo", "hash"]
    static let digits: [StaticString] = ["digits", "length"]
    static let period: [StaticString] = ["period", "interval", "timestep", "step"]
    static let counter: [StaticString] = ["counter"]
    static let note: [StaticString] = ["note", "notes"]
    static let tag: [StaticString] = ["group", "folder", "category", "tag", "tags"]
    static let known =
        issuer + name + either + kind + algorithm + digits + period + counter + note + tag

    /// Whether a text is a URI, or a key of so many bytes.
    static func isCode(_ text: Span<UInt8>, _ least: Int) -> Bool {
        URILine.kind(text) == .account || (try? Base32.decodedCount(text)) ?? 0 >= least
    }

    /// The account of a URI or a key; `text` gives the first of these names that says something and is no URI with a key.
    static func entry(
        _ field: Span<UInt8>, _ text: ([StaticString]) -> String
    ) throws(ConversionError) -> Entry {
        func number(_ names: [StaticString], _ what: String) throws(ConversionError) -> UInt64? {
            let text = text(names)
            if text.isEmpty { return nil }
            guard let number = UInt64(text) else { throw .malformed("its \(what) is not a possible number") }
            return number
        }
        var (issuer, name) = (text(Self.issuer), text(Self.name))
        // A name beside both is what the owner calls it, as in every list.
        if issuer.isEmpty { issuer = text(either) } else if name.isEmpty { name = text(either) }
        var entry: Entry
        if URILine.kind(field) == .account {
            entry = try TOTPField.entry(field, title: issuer, user: name)
        } else {
            let kind = try? CredentialKind(named: text(Self.kind))
            let credential = Credential(
                kind: kind ?? .totp, algorithm: text(algorithm), digits: try number(digits, "number of digits"),
                period: try number(period, "period"), counter: try number(counter, "counter"))
            entry = try Entry(issuer: issuer, name: name, credential.parameters(), checked: KeyText.decode(field))
        }
        entry.tags += [text(tag)].filter { !$0.isEmpty }
        return entry
    }
}

/// JSON of no program that is known here: objects or texts somewhere in it that are URIs, or keys with the name of an account.
enum AnyJSONReader: FormatReader {
    static let name = "json"

    static func recognizes(_ source: Source) -> Bool { source.isJSON { !items($0, most: 1).isEmpty } }

    /// The accounts in the order of the text, each with what stands for its name where it has none.
    private static func items(_ root: JSONValue, most: Int = .max) -> [(name: String, code: JSONValue, item: JSONValue)]
    {
        var items: [(String, JSONValue, JSONValue)] = []
        var rest = [("", root)]
        while items.count < most, let (name, value) = rest.popLast() {
            if let code = code(value) {
                items.append((name, code, value))
            } else if value.withText({ URILine.kind($0) == .account }) {
                items.append((name, value, value))
            } else {
                rest += value.items.reversed().map { (name, $0) } + value.members.reversed().map { ($0.name, $0.value) }
            }
        }
        return items
    }

    /// The one-time password of an object that says whose it is.
    private static func code(_ value: JSONValue) -> JSONValue? {
        let members = value.members.filter { $0.value.isString && !$0.value.equals("") }
        guard
            let code = AnyAccount.code.lazy.compactMap({ name in members.first { $0.name.lowercased() == "\(name)" } })
                .first(where: { $0.value.withText { AnyAccount.isCode($0, 10) } })?.value,
            code.withText({ URILine.kind($0) == .account })
                || members.contains(where: { member in
                    (AnyAccount.issuer + AnyAccount.name + AnyAccount.either).contains {
                        member.name.lowercased() == "\($0)"
                    }
                })
        else { return nil }
        return code
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let items = items(try source.json())
        guard !items.isEmpty else { throw .malformed("nothing in it is an account") }
        for (index, (name, code, item)) in items.enumerated() {
            try sink.item(name, at: index + 1) { () throws(ConversionError) in
                guard let field = try code.secret() else { throw ConversionError(.keyEmpty) }
                let members = item.members
                func text(_ names: [StaticString]) -> String {
                    names.lazy.compactMap { name in members.first { $0.name.lowercased() == "\(name)" }?.value }
                        .filter { !$0.withText { AnyAccount.isCode($0, .max) } }
                        .map { $0.string ?? $0.unsigned.map { "\($0)" } ?? "" }.first { !$0.isEmpty } ?? ""
                }
                var entry = try AnyAccount.entry(field.bytes, text)
                if entry.issuer.isEmpty, item.isString { entry.issuer = name }
                return entry
            }
        }
        try sink.warning(
            "the file is of no program that is known here, and was read by the names in it: compare a code")
    }
}
