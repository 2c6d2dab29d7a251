import OneTimePassword
import Platform
import Wire

/// 2FAuth: its JSON export, of accounts or of their URIs.
enum TwoFAuthReader: FormatReader {
    static var name: String { "2fauth" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { $0["app"]?.string?.lowercased().hasPrefix("2fauth") == true && $0["data"]?.isArray == true }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        for (index, item) in try source.json().list("data").enumerated() {
            try sink.item(item.label("service", "account"), at: index + 1) { () throws(ConversionError) in
                try entry(item)
            }
        }
    }

    private static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        if item.isString { return try item.entry(title: "", user: "") }
        guard item.isObject else { throw .malformed("it is not an account") }
        // What could not be decrypted there, or was made from a URI alone.
        if !item.has("secret"), let uri = item["uri"] ?? item["legacy_uri"] {
            return try uri.entry(title: "", user: "")
        }
        let type = try item.text("otp_type")
        let kind = type.lowercased() == "steamtotp" ? CredentialKind.steam : try CredentialKind(named: type)
        var entry = try Entry(
            issuer: item.text("service"), name: item.text("account"), Credential(kind, in: item).parameters(),
            checked: item.key("secret"))
        entry.note = try item.secretOrNothing("notes")
        if let group = item["group"]?.string, !group.isEmpty { entry.tags = [group] }
        if item.has("icon") { entry.lost.append("icon picture") }
        return entry
    }
}
