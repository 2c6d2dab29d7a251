import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// Proton Authenticator: its export, plain or encrypted.
enum ProtonReader: FormatReader {
    static var name: String { "proton" }

    /// Costs of Argon2id that every version uses, memory in KiB; the file does not say them.
    private static let (passes, memory, lanes): (UInt64, UInt64, UInt64) = (2, 19456, 1)
    private static let additional = Array("proton.authenticator.export.v1".utf8)

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { export in
            guard export["version"] != nil else { return false }
            if export["salt"]?.isString == true, export["content"]?.isString == true { return true }
            guard let entries = export["entries"], entries.isArray else { return false }
            return entries.items.isEmpty || entries.items.prefix(64).contains { $0["content"]?.isObject == true }
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let export = try source.json()
        guard export["content"] != nil else { return try read(export, to: sink) }
        let version = try export.required("version")
        guard version == 1 else { throw .version("\(version)") }
        let salt = try export.base64("salt")
        let sealed = try export.base64("content")
        guard salt.count >= 8, sealed.count >= 12 + 16 else { throw .malformed("its salt or content is cut off") }
        let text = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            let key = try Decryption.argon2(
                .id, password, salt: salt.bytes, passes: passes, memory: memory, lanes: lanes)
            return LockedText(
                try Decryption.gcm(
                    sealed.bytes.extracting(12...), key: key.bytes, nonce: sealed.bytes.extracting(..<12),
                    additional: additional.span))
        }
        try read(JSONText.parse(text), to: sink)
    }

    private static func read(_ export: JSONValue, to sink: any EntrySink) throws(ConversionError) {
        try NewerVersion.read(export.required("version"), known: 1...1, to: sink) { sink throws(ConversionError) in
            try entries(export, to: sink)
        }
    }

    private static func entries(_ export: JSONValue, to sink: any EntrySink) throws(ConversionError) {
        for (index, item) in try export.list("entries").enumerated() {
            let label = item["content"]?["name"]?.string ?? ""
            try sink.item(label, at: index + 1) { () throws(ConversionError) in try entry(item) }
        }
    }

    private static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        guard let content = item["content"], let uri = try content.secretText("uri") else {
            throw .malformed("it has no URI")
        }
        let name = try content.text("name")
        var entry = try uri.bytes.hasASCIIPrefix("steam:") ? steam(uri.bytes) : .uri(uri.bytes)
        // The URI of Steam Guard names nobody, and the label of others only the account.
        if entry.name.isEmpty, name != entry.issuer {
            entry.name = name
        } else if !name.isEmpty, name != entry.name, name != entry.issuer {
            entry.lost.append("name of the entry (\(name))")
        }
        entry.note = try item.secretOrNothing("note")
        return entry
    }

    /// The key of Steam Guard: base32, else base64.
    private static func steam(_ uri: Span<UInt8>) throws(ConversionError) -> Entry {
        do throws(ConversionError) {
            return try .uri(uri)
        } catch {
            guard error.scope == .item, uri.count > 8 else { throw error }
            return try Entry(
                issuer: "Steam", name: "", Credential(kind: .steam).parameters(),
                checked: KeyText.decode(uri.extracting(8...), .base64))
        }
    }
}
