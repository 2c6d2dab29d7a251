import OneTimePassword
import Platform
import Wire

/// andOTP's plain backup, which GNOME Authenticator writes as well.
enum AndOTPReader: JSONListReader {
    static var name: String { "andotp" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSONArray { $0["type"] != nil && $0["label"] != nil && $0["secret"] != nil }
            // A backup without accounts.
            || source.isJSON { $0.isArray && $0.items.isEmpty }
    }

    static var labels: (issuer: String, name: String) { ("issuer", "label") }

    static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        let kind = try CredentialKind(named: item.text("type"))
        let (issuer, name) = try names(item)
        var entry = try Entry(
            issuer: issuer, name: name,
            Credential(kind, in: item).parameters(),
            checked: key(item, kind))
        entry.tags = (item["tags"]?.items ?? []).compactMap { $0.string }.filter { !$0.isEmpty }
        let thumbnail = try item.text("thumbnail")
        entry.extras.icon = thumbnail == "Default" ? "" : thumbnail
        entry.extras.uses = item["used_frequency"]?.unsigned ?? 0
        // Milliseconds.
        entry.extras.lastUsed = (item["last_used"]?.unsigned ?? 0) / 1000
        return entry
    }

    /// mOTP keys are the base32 of their hexadecimal digits.
    private static func key(_ item: JSONValue, _ kind: CredentialKind) throws(ConversionError) -> LockedBuffer {
        guard kind == .motp else { return try item.key("secret") }
        let digits = try item.key("secret")
        return try KeyText.decode(digits.bytes, .hexadecimal)
    }

    /// Old versions wrote "issuer:account" into the label, beside the issuer. Older ones had no issuer, and
    /// wrote "issuer - account".
    private static func names(_ item: JSONValue) throws(ConversionError) -> (issuer: String, name: String) {
        let (issuer, label) = (try item.text("issuer"), try item.text("label"))
        if !issuer.isEmpty { return (issuer, AccountLabel.parts(issuer: issuer, label: label).name) }
        // With a colon behind the dash nobody can tell which of them ends the issuer.
        guard item["issuer"] == nil, let dash = label.firstRange(of: " - "),
            !label[dash.upperBound...].utf8.contains(UInt8(ascii: ":"))
        else { return ("", label) }
        return (AccountLabel.trimmed(label[..<dash.lowerBound]), AccountLabel.trimmed(label[dash.upperBound...]))
    }
}
