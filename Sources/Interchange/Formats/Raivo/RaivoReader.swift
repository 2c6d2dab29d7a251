import OneTimePassword
import Platform
import Wire

/// Raivo OTP: the JSON of its export, in which every value is a text.
enum RaivoReader: FormatReader {
    static var name: String { "raivo" }

    static func recognizes(_ source: Source) -> Bool { source.isJSONArray { $0["kind"] != nil && $0["timer"] != nil } }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        try read(source.json(), into: &sink)
    }

    /// Reads the array of accounts, which lies in the encrypted archive too.
    static func read<Sink: EntrySink & ~Copyable>(
        _ accounts: JSONValue, into sink: inout Sink
    ) throws(ConversionError) {
        guard accounts.isArray else { throw .malformed("it is not a list of accounts") }
        for (index, item) in accounts.items.enumerated() {
            try sink.item(item.label("issuer", "account"), at: index + 1) { () throws(ConversionError) in
                try entry(item)
            }
        }
    }

    private static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        guard item.isObject else { throw .malformed("it is not an account") }
        var entry = try Entry(
            issuer: item.text("issuer"), name: item.text("account"),
            Credential(CredentialKind(named: item.text("kind")), in: item, period: "timer").parameters(),
            checked: item.key("secret"))
        entry.extras.isFavourite = item["pinned"]?.bool ?? (item["pinned"]?.string?.lowercased() == "true")
        entry.extras.icon = try item.text("iconValue")
        return entry
    }
}
