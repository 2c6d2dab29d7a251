import Platform
import Wire

/// Keeper's JSON export: records whose one-time password is one of their custom fields.
enum KeeperJSONReader: FormatReader {
    static var name: String { "keeper" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { export in
            guard let records = export["records"], records.isArray else { return false }
            return export["shared_folders"] != nil || records.items.prefix(64).contains { $0["custom_fields"] != nil }
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let records = try source.json().list("records")
        var items = ItemCounter()
        for record in records {
            // Of one name there may be several, in a list.
            let codes = (record["custom_fields"]?.members ?? []).filter { isCode($0.name) }.map(\.value)
                .flatMap { $0.isArray ? $0.items : [$0] }.filter { !$0.isNull && !$0.equals("") }
            try items.give(codes, of: record.label("title", "login"), to: sink) { code throws(ConversionError) in
                try entry(record, code)
            }
        }
        try items.finish(sink)
    }

    /// The name that Commander writes, which may have a label and a number behind it, and the one of the apps.
    private static func isCode(_ name: String) -> Bool {
        name == "TFC:Keeper" || name == "$oneTimeCode" || name.hasPrefix("$oneTimeCode:")
    }

    private static func entry(_ record: JSONValue, _ field: JSONValue) throws(ConversionError) -> Entry {
        let (title, user) = (try record.text("title"), try record.text("login"))
        var entry = try field.entry(title: title, user: user)
        entry.lose(title: title, user: user)
        entry.note = try record.secretOrNothing("notes")
        for folder in record["folders"]?.items ?? [] {
            let path = [folder["shared_folder"]?.string ?? "", folder["folder"]?.string ?? ""].filter { !$0.isEmpty }
            let tag = path.joined(separator: "\\").split(separator: "\\").joined(separator: "/")
            if !tag.isEmpty { entry.tags.append(tag) }
        }
        if record.has("password") { entry.lost.append("password") }
        if record.has("login_url") { entry.lost.append("URL") }
        if (record["custom_fields"]?.members ?? []).contains(where: { !isCode($0.name) }) {
            entry.lost.append("custom fields")
        }
        return entry
    }
}
