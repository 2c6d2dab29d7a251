import OneTimePassword
import Platform
import Wire

/// OTPClient's plain JSON.
enum OTPClientReader: JSONListReader {
    static var name: String { "otpclient" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSONArray { $0["type"] != nil && $0["algo"] != nil && $0["secret"] != nil }
    }

    static var labels: (issuer: String, name: String) { ("issuer", "label") }

    static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        let issuer = try item.text("issuer")
        var kind = try CredentialKind(named: item.text("type"))
        // It has no type for Steam Guard, and knows it by the issuer.
        if kind == .totp, item["digits"]?.unsigned == 5, issuer.lowercased() == "steam" { kind = .steam }
        var entry = try Entry(
            issuer: issuer, name: item.text("label"),
            Credential(kind, in: item, algorithm: "algo").parameters(),
            checked: item.key("secret"))
        let group = try item.text("group")
        if !group.isEmpty { entry.tags = [group] }
        return entry
    }
}
