import OneTimePassword
import Platform
import Wire

/// OTPClient's plain JSON.
enum OTPClientReader: FormatReader {
    static var name: String { "otpclient" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSONArray { $0["type"] != nil && $0["algo"] != nil && $0["secret"] != nil }
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        try read(source.json(), into: &sink)
    }

    /// Reads the array of accounts, which lies in the encrypted database too.
    static func read<Sink: EntrySink & ~Copyable>(
        _ accounts: JSONValue, into sink: inout Sink
    ) throws(ConversionError) {
        guard accounts.isArray else { throw .malformed("it is not a list of accounts") }
        for (index, item) in accounts.items.enumerated() {
            try sink.item(item.label("issuer", "label"), at: index + 1) { () throws(ConversionError) in try entry(item)
            }
        }
    }

    private static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        guard item.isObject else { throw .malformed("it is not an account") }
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
