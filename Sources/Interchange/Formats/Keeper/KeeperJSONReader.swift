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

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        let records = try source.json().list("records")
        var position = 0
        for record in records {
            guard let field = (record["custom_fields"]?.members ?? []).first(where: { isCode($0.name) })?.value,
                !field.isNull, !field.equals("")
            else { continue }
            position += 1
            try sink.item(record.label("title", "login"), at: position) { () throws(ConversionError) in
                try entry(record, field)
            }
        }
        let others = records.count - position
        if others > 0 { try sink.warning("items without a one-time password, left out: \(others)") }
    }

    /// The name that Commander writes, which may have a label and a number behind it, and the one of the apps.
    private static func isCode(_ name: String) -> Bool {
        name == "TFC:Keeper" || name == "$oneTimeCode" || name.hasPrefix("$oneTimeCode:")
    }

    private static func entry(_ record: JSONValue, _ field: JSONValue) throws(ConversionError) -> Entry {
        let text: LockedBuffer?
        text = try field.secret()
        guard let text else { throw .malformed("its one-time password is not text") }
        let (title, user) = (try record.text("title"), try record.text("login"))
        var entry = try TOTPField.entry(text.bytes, title: title, user: user)
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
