import OneTimePassword
import Platform
import Wire

/// Aegis: its JSON vault, plain or encrypted.
enum AegisReader: FormatReader {
    static var name: String { "aegis" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { $0["header"]?.isObject == true && $0["db"] != nil }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let vault = try source.json()
        let version = try vault.required("version")
        guard let contents = vault["db"] else { throw .malformed("it has no db") }
        if contents.isObject { return try read(contents, version, to: sink) }
        guard version == 1 else { throw .version("\(version)") }
        let envelope = try AegisEnvelope(vault)
        let text = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            try envelope.open(password)
        }
        try read(JSONText.parse(text), version, to: sink)
    }

    private static func read(_ contents: JSONValue, _ version: UInt64, to sink: any EntrySink) throws(ConversionError) {
        func read(_ sink: any EntrySink) throws(ConversionError) { try entries(contents, to: sink) }
        try NewerVersion.check(version, known: 1...1, warn: sink, read)
        try NewerVersion.check(contents.required("version"), known: 1...3, " of its contents", warn: sink, read)
        try read(sink)
    }

    private static func entries(_ contents: JSONValue, to sink: any EntrySink) throws(ConversionError) {
        let groups = contents.names("groups", id: "uuid", name: "name")
        try sink.items(contents.list("entries"), "issuer", "name") { item throws(ConversionError) in
            try entry(item, groups)
        }
    }

    private static func entry(_ item: JSONValue, _ groups: [String: String]) throws(ConversionError) -> Entry {
        guard let info = item["info"] else { throw .malformed("it has no info") }
        let kind = try CredentialKind(named: item.text("type"))
        var credential = try Credential(kind, in: info, algorithm: "algo")
        // Aegis once wrote MD5 where it computed with SHA-1.
        if credential.algorithm.uppercased() == "MD5" { credential.algorithm = "" }
        var entry = try Entry(
            issuer: item.text("issuer"), name: item.text("name"), credential.parameters(),
            checked: info.key("secret"))
        entry.pin = try info.secretOrNothing("pin")
        entry.note = try item.secretOrNothing("note")
        entry.extras.isFavourite = item["favorite"]?.bool ?? false
        if item.has("icon") { entry.lost.append("icon picture") }
        if let group = item["group"]?.string, !group.isEmpty { entry.tags = [group] }
        for group in item["groups"]?.items ?? [] {
            if let id = group.string, let name = groups[id] { entry.tags.append(name) }
        }
        return entry
    }
}
