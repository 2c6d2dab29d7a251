import OneTimePassword
import Platform
import Wire

/// The FIDO Alliance's Credential Exchange Format 1.0, in clear: its one-time passwords.
///
/// An item has credentials of many kinds; those that belong together stand beside each other.
enum CXFReader: FormatReader {
    static var name: String { "cxf" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { isAccount($0) || $0["accounts"]?.items.prefix(64).contains(where: isAccount) == true }
    }

    /// An exporter may write the accounts of a header, or one alone.
    private static func isAccount(_ account: JSONValue) -> Bool {
        account["items"]?.isArray == true && account["collections"]?.isArray == true
            && account["items"]?.items.first.map { $0["credentials"]?.isArray == true } ?? (account["email"] != nil)
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        let export = try source.json()
        if let version = export["version"]?["major"]?.unsigned, version != 1 { throw .version("\(version)") }
        let accounts = isAccount(export) ? [export] : try export.list("accounts")
        var (position, others) = (0, 0)
        for account in accounts {
            let collections = CXFCollections(account)
            for item in account["items"]?.items ?? [] {
                let codes = (item["credentials"]?.items ?? []).filter { isCredential($0, "totp") }
                if codes.isEmpty { others += 1 }
                for code in codes {
                    position += 1
                    try sink.item(item["title"]?.string ?? "", at: position) { () throws(ConversionError) in
                        try entry(item, code, collections)
                    }
                }
            }
        }
        if let warning = Source.warning(others) { try sink.warning(warning) }
    }

    private static func isCredential(_ value: JSONValue, _ type: String) -> Bool {
        value["type"]?.equals(type) == true
    }

    private static func entry(
        _ item: JSONValue, _ code: JSONValue, _ collections: CXFCollections
    ) throws(ConversionError) -> Entry {
        let credentials = item["credentials"]?.items ?? []
        let logins = credentials.filter { isCredential($0, "basic-auth") }
        let (title, issuer) = (try item.text("title"), try code.text("issuer"))
        var user = try code.text("username")
        if user.isEmpty { user = logins.lazy.compactMap { text($0["username"]) }.first { !$0.isEmpty } ?? "" }
        var entry = try Entry(
            issuer: issuer.isEmpty ? title : issuer, name: user, Credential(.totp, in: code).parameters(),
            checked: code.key("secret"))
        entry.lose(title: title, user: user)
        if let note = credentials.first(where: { isCredential($0, "note") })?["content"] {
            if let text = try (note["value"] ?? note).secret() { entry.note = text }
        }
        entry.tags = collections.names(of: item) + (item["tags"]?.items ?? []).compactMap(\.string)
        entry.extras.isFavourite = item["favorite"]?.bool ?? false
        let kept = ["totp", "note"]
        let lost = credentials.compactMap { $0["type"]?.string }.filter { !kept.contains($0) }
        for (type, what) in [("basic-auth", "password"), ("passkey", "passkeys")] where lost.contains(type) {
            entry.lost.append(what)
        }
        if lost.contains(where: { !["basic-auth", "passkey"].contains($0) }) { entry.lost.append("other credentials") }
        if item["scope"]?.has("urls") == true { entry.lost.append("web addresses") }
        return entry
    }

    /// A field is an object with its value in it.
    private static func text(_ field: JSONValue?) -> String? { field?["value"]?.string ?? field?.string }
}

/// The collections of an account: they have their items, and may be in each other.
private struct CXFCollections {
    private var names: [String: [String]] = [:]

    init(_ account: JSONValue) {
        var waiting = account["collections"]?.items ?? []
        while let collection = waiting.popLast() {
            waiting += collection["subCollections"]?.items ?? []
            guard let title = collection["title"]?.string, !title.isEmpty else { continue }
            for item in collection["items"]?.items ?? [] {
                if let id = item["item"]?.string { names[id, default: []].append(title) }
            }
        }
    }

    func names(of item: JSONValue) -> [String] { item["id"]?.string.flatMap { names[$0] } ?? [] }
}
