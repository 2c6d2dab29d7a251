import OneTimePassword
import Platform
import Wire

/// Steam Guard: the file of the old app, the accounts of newer ones, and the maFile of Steam Desktop Authenticator.
enum SteamReader: FormatReader {
    static var name: String { "steam" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { file in
            isAccount(file) || file.items.contains(where: isAccount) || isManifest(file)
                || file["accounts"]?.members.contains { isAccount($0.value) } == true
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let file = try source.json()
        if isManifest(file) {
            if file["encrypted"]?.bool == false {
                return try sink.warning(
                    "the list of Steam Desktop Authenticator holds no accounts: give the maFiles beside it")
            }
            throw .unsupported(
                "this is the list of Steam Desktop Authenticator, not an account",
                remedy: "give the maFiles beside it; when they are encrypted, first turn the encryption off there")
        }
        var accounts = file["accounts"]?.members.map(\.value) ?? file.items
        if accounts.isEmpty { accounts = [file] }
        // The maFiles of several accounts may be given together.
        for other in source.files.dropFirst() where file["accounts"] == nil {
            accounts.append(try JSONText.parse(other.text))
        }
        for (index, item) in accounts.enumerated() {
            try sink.item(item["account_name"]?.string ?? "", at: index + 1) { () throws(ConversionError) in
                try entry(item)
            }
        }
    }

    private static func isAccount(_ value: JSONValue) -> Bool { value["shared_secret"]?.isString == true }

    /// It lists the maFiles beside it, and holds the salts of those that are encrypted.
    private static func isManifest(_ file: JSONValue) -> Bool {
        file["entries"]?.items.first.map { $0["encryption_iv"] != nil || $0["filename"] != nil } ?? false
    }

    private static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        guard item.isObject else { throw .malformed("it is not an account") }
        var entry = try Entry(
            issuer: "Steam", name: item.text("account_name"), Credential(kind: .steam).parameters(),
            checked: item.key("shared_secret", .base64))
        if entry.name.isEmpty { entry.name = try item.text("steamid") }
        if entry.name.isEmpty, let session = item["Session"] { entry.name = try session.text("SteamID") }
        // It turns Steam Guard off when the device is lost: nobody should have to look for it elsewhere.
        if let code = try item.secretText("revocation_code"), code.count > 0 {
            let heading = Array("Steam revocation code: ".utf8)
            entry.note = try ConversionError.buffer(heading.count + code.count)
            entry.note.append(copying: heading.span)
            entry.note.append(copying: code.bytes)
        }
        if item.has("identity_secret") { entry.lost.append("confirmations of trades (identity_secret)") }
        if item.has("Session") { entry.lost.append("session") }
        return entry
    }
}
