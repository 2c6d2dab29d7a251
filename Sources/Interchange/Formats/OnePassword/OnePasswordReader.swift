import ForeignLibraries
import Platform
import Wire

/// 1Password's export, `.1pux`: an archive with a JSON text in it.
enum OnePasswordReader: FormatReader {
    static let name = "1password"
    private static let member = "export.data"

    static func recognizes(_ source: Source) -> Bool {
        source.member(member) != nil || source.isJSON { $0["accounts"]?.items.first?["vaults"]?.isArray == true }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let export = try source.json(in: member, name, passwords)
        guard let accounts = export["accounts"], accounts.isArray else {
            throw .malformed("it has no list of accounts")
        }
        var items = ItemCounter()
        for vault in accounts.items.flatMap({ $0["vaults"]?.items ?? [] }) {
            let group = vault["attrs"]?["name"]?.string ?? ""
            for item in vault["items"]?.items ?? [] {
                try items.give(codes(item), of: item["overview"]?["title"]?.string ?? "", to: sink) {
                    code throws(ConversionError) in try entry(item, code, group)
                }
            }
        }
        try items.finish(sink)
    }

    /// All one-time passwords of an item; there may be several.
    private static func codes(_ item: JSONValue) -> [JSONValue] {
        (item["details"]?["sections"]?.items ?? []).flatMap { $0["fields"]?.items ?? [] }.compactMap {
            guard let code = $0["value"]?["totp"], !code.equals("") else { return nil }
            return code
        }
    }

    private static func entry(_ item: JSONValue, _ code: JSONValue, _ group: String) throws(ConversionError) -> Entry {
        let details = item["details"]
        let overview = item["overview"]
        let login = details?["loginFields"]?.items ?? []
        let user = login.first { $0["designation"]?.equals("username") == true }?["value"]?.string ?? ""
        var entry = try code.entry(title: overview?["title"]?.string ?? "", user: user)
        entry.tags = [group].filter { !$0.isEmpty } + (overview?["tags"]?.items.compactMap(\.string) ?? [])
        entry.extras.isFavourite = item["favIndex"]?.unsigned ?? 0 > 0
        if let details { entry.note = try details.secretOrNothing("notesPlain") }
        if login.contains(where: { $0["designation"]?.equals("password") == true && $0.has("value") }) {
            entry.lost.append("password")
        }
        if overview?.has("url") == true || overview?.has("urls") == true { entry.lost.append("web addresses") }
        return entry
    }
}

extension JSONValue {
    /// The account of a one-time password in an item.
    func entry(title: String, user: String) throws(ConversionError) -> Entry {
        guard let text = try secret() else { throw .malformed("its one-time password is not text") }
        return try TOTPField.entry(text.bytes, title: title, user: user)
    }
}

extension Source {
    /// The member of that name in an archive, in whatever folder.
    func member(_ name: String) -> Zip.Member? {
        guard case .zip(let members) = shape else { return nil }
        return members.first { $0.name == name || $0.name.hasSuffix("/\(name)") }
    }

    /// The JSON text that a member of that name is, or the file itself, where somebody has unpacked it.
    func json(in name: String, _ format: String, _ passwords: any PasswordSource) throws(ConversionError) -> JSONValue {
        guard let member = member(name) else { return try json() }
        return try JSONText.parse(Archive.unfold(member, of: text, format, passwords))
    }

    /// What to say of the items without a one-time password: nothing when there is none.
    static func warning(_ others: Int) -> String? {
        switch others {
        case 0: nil
        case 1: "one item has no one-time password and was left out"
        default: "\(others) items have no one-time password and were left out"
        }
    }
}
