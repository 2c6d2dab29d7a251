import OneTimePassword
import Platform

/// The field for a one-time password in a password manager's item: a URI, or nothing but a key.
enum TOTPField {
    /// The account of such a field; the item's title and user name stand in for what a URI does not say.
    static func entry(_ given: Span<UInt8>, title: String, user: String) throws(ConversionError) -> Entry {
        var lines = LineReader()
        // Spaces and the end of a line around it mean nothing.
        let field = given.extracting(lines.next(given) ?? 0..<0)
        var entry: Entry
        switch URILine.kind(field) {
        case .account: entry = try URILine.entry(field)
        case .blank: throw ConversionError(OneTimePasswordError.keyEmpty)
        case .migration: throw ConversionError(OneTimePasswordError.migrationURI)
        case .comment, .other: entry = try bare(field)
        }
        // A steam:// URI names nobody; what the reader of URIs puts there is its kind.
        if field.hasASCIIPrefix("steam://"), !title.isEmpty { entry.issuer = "" }
        // KeePassXC's word for an empty user name.
        if entry.name.isEmpty || entry.name == "none" { entry.name = user }
        // Where an item has only one name, it is the account's. The item's own spelling keeps its spaces.
        if AccountLabel.trimmed(title[...]) == entry.issuer || entry.issuer.isEmpty && title != entry.name {
            entry.issuer = title
        }
        return entry
    }

    /// A key in base32, for codes of 6 digits every 30 seconds.
    private static func bare(_ field: Span<UInt8>) throws(ConversionError) -> Entry {
        let key = try KeyText.decode(field)
        return try Entry(issuer: "", name: "", Credential(kind: .totp).parameters(), checked: key)
    }
}
