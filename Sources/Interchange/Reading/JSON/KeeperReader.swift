import OneTimePassword
import Platform
import Wire

/// Keeper's JSON export: records whose one-time password is one of their custom fields.
enum KeeperReader: FormatReader {
    static var name: String { "keeper" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { export in
            guard let records = export["records"], records.isArray else { return false }
            return export["shared_folders"]?.isArray == true
                || records.items.prefix(64).contains { $0["custom_fields"]?.isObject == true }
        }
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        let records = try source.json().list("records")
        var others = 0
        for (index, record) in records.enumerated() {
            guard let code = code(record) else {
                others += 1
                continue
            }
            try sink.item(record.label("title", "login"), at: index + 1) { () throws(ItemError) in
                try entry(record, code)
            }
        }
        if let warning = Source.warning(others) { try sink.warning(warning) }
    }

    /// The name of the field that is a one-time password: an older one, and newer ones that may have a number behind.
    private static func code(_ record: JSONValue) -> String? {
        record["custom_fields"]?.members.first { name, value in
            let isCode = name == "TFC:Keeper" || name == "$oneTimeCode" || name.utf8.starts(with: "$oneTimeCode:".utf8)
            return isCode && value.isString && !value.equals("")
        }?.name
    }

    private static func entry(_ record: JSONValue, _ code: String) throws(ItemError) -> Entry {
        guard let fields = record["custom_fields"], let text = try fields.secretText(code) else {
            throw ItemError(.keyEmpty)
        }
        let title = try record.text("title")
        let user = try record.text("login")
        var entry = try TOTPField.entry(text.bytes, title: title, user: user)
        entry.note = try record.secretOrNothing("notes")
        for folder in record["folders"]?.items ?? [] {
            for name in ["folder", "shared_folder"] {
                guard let path = folder[name]?.string, !path.isEmpty else { continue }
                entry.tags.append(path.split(separator: "\\").joined(separator: "/"))
            }
        }
        entry.lose(title: title, user: user)
        if record.has("password") { entry.lost.append("password") }
        if record.has("login_url") { entry.lost.append("URL") }
        if fields.members.count > 1 { entry.lost.append("custom fields") }
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
