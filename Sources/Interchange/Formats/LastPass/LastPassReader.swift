import OneTimePassword
import Platform
import Wire

/// LastPass Authenticator: its JSON export.
enum LastPassReader: FormatReader {
    static var name: String { "lastpass" }

    private static let newestVersion: UInt64 = 3

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { export in
            guard let accounts = export["accounts"], accounts.isArray else { return false }
            return export["folders"]?.isArray == true
                || accounts.items.prefix(64).contains { $0["issuerName"] != nil && $0["secret"] != nil }
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let export = try source.json()
        guard let version = export["version"].map(\.unsignedText) ?? 0 else { throw .version("") }
        try NewerVersion.read(version, known: 0...newestVersion, to: sink) { sink throws(ConversionError) in
            try read(export, to: sink)
        }
    }

    private static func read(_ export: JSONValue, to sink: any EntrySink) throws(ConversionError) {
        var folders: [UInt64: String] = [:]
        for folder in export["folders"]?.items ?? [] {
            // Folder 0 is that of all accounts in no folder.
            if let id = folder["id"]?.unsignedText, id != 0 { folders[id] = folder["name"]?.string }
        }
        try sink.items(export.list("accounts"), "issuerName", "userName") { item throws(ConversionError) in
            try entry(item, folders)
        }
    }

    private static func entry(_ item: JSONValue, _ folders: [UInt64: String]) throws(ConversionError) -> Entry {
        let issuer = try item.text("issuerName")
        let name = try item.text("userName")
        var entry = try Entry(
            issuer: issuer.isEmpty ? item.text("originalIssuerName") : issuer,
            name: name.isEmpty ? item.text("originalUserName") : name,
            Credential(.totp, in: item, period: "timeStep").parameters(),
            checked: item.key("secret"))
        entry.extras.isFavourite = item["isFavorite"]?.bool ?? false
        if let folder = item["folderData"]?["folderId"]?.unsignedText, let name = folders[folder] {
            entry.tags = [name]
        }
        if item["pushNotification"]?.bool == true { entry.lost.append("push notifications") }
        return entry
    }
}
