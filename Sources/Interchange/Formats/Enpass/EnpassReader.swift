import OneTimePassword
import Platform
import Wire

/// Enpass: its JSON export; a one-time password is a field of an item.
enum EnpassReader: FormatReader {
    static var name: String { "enpass" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { export in
            export["items"]?.items.prefix(64).contains { $0["fields"]?.isArray == true && $0["category"] != nil }
                == true
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let export = try source.json()
        let folders = export.names("folders", id: "uuid", name: "title")
        var items = ItemCounter()
        for item in try export.list("items") {
            let codes = (item["fields"]?.items ?? []).filter {
                isField($0, "totp") && $0.has("value") && $0["deleted"]?.unsigned != 1
            }
            try items.give(codes, of: item["title"]?.string ?? "", to: sink) { code throws(ConversionError) in
                try entry(item, code, folders)
            }
        }
        try items.finish(sink)
    }

    private static func isField(_ field: JSONValue, _ type: String) -> Bool { field["type"]?.equals(type) == true }

    private static func entry(
        _ item: JSONValue, _ code: JSONValue, _ folders: [String: String]
    ) throws(ConversionError) -> Entry {
        let fields = item["fields"]?.items ?? []
        func text(_ type: String) -> String {
            fields.lazy.filter { isField($0, type) }.compactMap { $0["value"]?.string }.first { !$0.isEmpty } ?? ""
        }
        guard let value = code["value"] else { throw ConversionError(.keyEmpty) }
        let (title, user) = (try item.text("title"), text("username").isEmpty ? text("email") : text("username"))
        var entry = try value.entry(title: title, user: user)
        entry.note = try item.secretOrNothing("note")
        entry.tags = (item["folders"]?.items ?? []).compactMap { $0.string.flatMap { folders[$0] } }
        entry.extras.isFavourite = item["favorite"]?.unsigned ?? 0 > 0
        entry.isTrashed = item["trashed"]?.unsigned ?? 0 > 0
        if fields.contains(where: { isField($0, "password") && $0.has("value") }) { entry.lost.append("password") }
        if fields.contains(where: { isField($0, "url") && $0.has("value") }) { entry.lost.append("web addresses") }
        if item.has("attachments") { entry.lost.append("attachments") }
        return entry
    }
}
