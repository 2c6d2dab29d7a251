import OneTimePassword
import Platform
import Wire

/// Bitwarden's JSON export, of the password manager and of Bitwarden Authenticator; plain or protected by a password.
enum BitwardenReader: FormatReader {
    static var name: String { "bitwarden" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { export in
            // Other programs have a list of `entries` beside `encrypted`.
            if export["encrypted"]?.bool != nil { return export["items"]?.isArray == true || export["data"] != nil }
            // Some that write its format leave that out.
            return export["items"]?.items.prefix(64).contains { $0["login"]?.isObject == true } == true
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let export = try source.json()
        guard export["encrypted"]?.bool == true else { return try read(export, to: sink) }
        guard export["passwordProtected"]?.bool == true else {
            throw .unsupported(
                "the bitwarden file can only be opened by the Bitwarden account that it was exported from",
                remedy: "export it again and choose \"password protected\"")
        }
        let envelope = try BitwardenEnvelope(export)
        let text = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            try envelope.open(password)
        }
        try read(JSONText.parse(text), to: sink)
    }

    /// Items without a one-time password are no accounts; how many there are is told once.
    private static func read(_ export: JSONValue, to sink: any EntrySink) throws(ConversionError) {
        let groups = export.names("folders", id: "id", name: "name")
            .merging(export.names("collections", id: "id", name: "name")) { $1 }
        var others = 0
        for (index, item) in try export.list("items").enumerated() {
            // Passkeys belong to the account of the item's one-time password.
            var account = (issuer: item["name"]?.string ?? "", name: item["login"]?["username"]?.string ?? "")
            var count = 0
            for code in codes(item) {
                count += 1
                try sink.item(account.issuer, at: index + 1) { () throws(ConversionError) in
                    let entry = try entry(item, code, groups)
                    account = (entry.issuer, entry.name)
                    return entry
                }
            }
            count += try BitwardenPasskeys.read(
                item, issuer: account.issuer, name: account.name, at: index + 1, to: sink)
            if count == 0 { others += 1 }
        }
        if let warning = Source.warning(others) { try sink.warning(warning) }
    }

    /// The code of a login, and URIs in fields that the owner has added.
    private static func codes(_ item: JSONValue) -> [JSONValue] {
        let added = (item["fields"]?.items ?? []).compactMap { $0["value"] }
        return [item["login"]?["totp"]].compactMap { $0 }.filter { !$0.equals("") } + added.filter(AnyJSONReader.isURI)
    }

    private static func entry(
        _ item: JSONValue, _ code: JSONValue, _ groups: [String: String]
    ) throws(ConversionError) -> Entry {
        let (title, login) = (try item.text("name"), item["login"])
        let user = try login?.text("username") ?? ""
        guard let text = try code.secret() else { throw ConversionError.malformed("its totp is not text") }
        var entry = try TOTPField.entry(text.bytes, title: title, user: user)
        entry.note = try item.secretOrNothing("notes")
        entry.extras.isFavourite = item["favorite"]?.bool ?? false
        entry.isTrashed = item.has("deletedDate")
        for id in [item["folderId"]].compactMap({ $0 }) + (item["collectionIds"]?.items ?? []) {
            if let id = id.string, let name = groups[id] { entry.tags.append(name) }
        }
        entry.lose(title: title, user: user)
        for (member, what) in [("password", "password"), ("uris", "URL")] where login?.has(member) == true {
            entry.lost.append(what)
        }
        if item["fields"]?.items.contains(where: { !($0["value"].map(AnyJSONReader.isURI) ?? false) }) == true {
            entry.lost.append("custom fields")
        }
        if item.has("passwordHistory") { entry.lost.append("password history") }
        return entry
    }
}

extension Entry {
    /// Says what an item of a password manager was called, where the account is called otherwise.
    mutating func lose(title: String, user: String) {
        if !title.isEmpty, title != issuer, title != name { lost.append("item name (\(title))") }
        if !user.isEmpty, user != name { lost.append("user name (\(user))") }
    }
}
