import OneTimePassword
import Platform

/// The one-time password in an item of a password manager: a URI, or a bare key with the values that nearly everybody
/// uses.
enum LoginCode {
    /// The account; what the URI does not name has the names of the item.
    static func entry(_ text: Span<UInt8>, title: String, user: String) throws(ItemError) -> Entry {
        var entry = try credential(text)
        // A Steam URI names nobody: the issuer is made up.
        if entry.issuer.isEmpty || text.hasASCIIPrefix("steam:") { entry.issuer = title }
        if entry.name.isEmpty { entry.name = user }
        if !title.isEmpty, title != entry.issuer, title != entry.name { entry.lost.append("item name (\(title))") }
        if !user.isEmpty, user != entry.name { entry.lost.append("user name (\(user))") }
        return entry
    }

    private static func credential(_ text: Span<UInt8>) throws(ItemError) -> Entry {
        // Base32 has no colon.
        if text.firstIndex(from: 0, where: { $0 == UInt8(ascii: ":") }) != nil { return try .uri(text) }
        return try Entry(
            issuer: "", name: "", Credential(kind: .totp).parameters(), checked: KeyText.decode(text))
    }
}
