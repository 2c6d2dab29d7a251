import OneTimePassword
import Platform
import Wire

/// Raivo OTP: the JSON of its export, in which every value is a text.
enum RaivoReader: JSONListReader {
    static var name: String { "raivo" }

    static func recognizes(_ source: Source) -> Bool { source.isJSONArray { $0["kind"] != nil && $0["timer"] != nil } }

    static var labels: (issuer: String, name: String) { ("issuer", "account") }

    static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        var entry = try Entry(
            issuer: item.text("issuer"), name: item.text("account"),
            Credential(CredentialKind(named: item.text("kind")), in: item, period: "timer").parameters(),
            checked: item.key("secret"))
        entry.extras.isFavourite = item["pinned"]?.bool ?? (item["pinned"]?.string?.lowercased() == "true")
        entry.extras.icon = try item.text("iconValue")
        return entry
    }
}
