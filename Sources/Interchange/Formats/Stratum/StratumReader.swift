import OneTimePassword
import Platform
import Wire

/// Stratum, formerly Authenticator Pro: its plain backup.
enum StratumReader: FormatReader {
    static var name: String { "stratum" }

    static func recognizes(_ source: Source) -> Bool { source.isJSON { $0["Authenticators"]?.isArray == true } }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        try read(source.json(), to: sink)
    }

    /// Reads the backup, which lies in the encrypted ones too.
    static func read(_ backup: JSONValue, to sink: any EntrySink) throws(ConversionError) {
        let items = try backup.list("Authenticators")
        let categories = StratumCategories(backup)
        // In the app's order.
        let places = items.enumerated().map { index, item in
            (place: item["Ranking"]?.integer ?? .max, index: index)
        }
        for (position, (_, index)) in places.sorted(by: <).enumerated() {
            let item = items[index]
            try sink.item(item.label("Issuer", "Username"), at: position + 1) { () throws(ConversionError) in
                try entry(item, categories)
            }
        }
    }

    private static func entry(_ item: JSONValue, _ categories: StratumCategories) throws(ConversionError) -> Entry {
        guard item.isObject else { throw .malformed("it is not an account") }
        let kind = try kind(item.number("Type"))
        var entry = try Entry(
            issuer: item.text("Issuer"), name: item.text("Username"),
            credential(item, kind).parameters(),
            checked: item.key("Secret", kind == .motp ? .hexadecimal : .base32))
        entry.pin = try item.secretOrNothing("Pin")
        entry.extras.uses = item["CopyCount"]?.unsigned ?? 0
        let icon = try item.text("Icon")
        // Names of pictures that people added begin so.
        if icon.hasPrefix("@") { entry.lost.append("icon picture") } else { entry.extras.icon = icon }
        if let secret = item["Secret"] { entry.tags = categories.names(of: secret) }
        return entry
    }

    /// Kinds and hashes are numbers, in the database as well.
    static func kind(_ type: UInt64?) throws(ConversionError) -> CredentialKind {
        let kinds: [UInt64: CredentialKind] = [1: .hotp, 2: .totp, 3: .motp, 4: .steam, 5: .yandex]
        guard let type else { throw .malformed("it does not say of what kind it is") }
        guard let kind = kinds[type] else { throw .malformed("the kind \(type) is not known") }
        return kind
    }

    static func hash(_ number: UInt64) throws(ConversionError) -> String {
        guard number < 3 else { throw .malformed("the hash \(number) is not known") }
        return ["SHA1", "SHA256", "SHA512"][Int(number)]
    }

    private static func credential(_ item: JSONValue, _ kind: CredentialKind) throws(ConversionError) -> Credential {
        var credential = try Credential(
            kind, in: item, algorithm: "", digits: "Digits", period: "Period", counter: "Counter")
        if kind == .totp || kind == .hotp { credential.algorithm = try hash(item.number("Algorithm") ?? 0) }
        return credential
    }
}

/// The categories of Stratum's accounts. They are joined by the text of the key, which stays in locked memory: a hash
/// that differs from run to run finds the candidates, and the texts are compared where they lie.
private struct StratumCategories {
    private var bindings: [Int: [(secret: JSONValue, category: String)]] = [:]

    init(_ backup: JSONValue) {
        let names = backup.names("Categories", id: "Id", name: "Name")
        for binding in backup["AuthenticatorCategories"]?.items ?? [] {
            guard let secret = binding["AuthenticatorSecret"], let id = binding["CategoryId"]?.string,
                let name = names[id]
            else { continue }
            bindings[Self.hash(secret), default: []].append((secret, name))
        }
    }

    func names(of secret: JSONValue) -> [String] {
        (bindings[Self.hash(secret)] ?? []).filter { Self.isSame($0.secret, secret) }.map(\.category)
    }

    private static func hash(_ text: JSONValue) -> Int {
        text.withText { bytes in
            var hasher = Hasher()
            for index in bytes.indices { hasher.combine(bytes[index]) }
            return hasher.finalize()
        }
    }

    private static func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
        one.withText { one in other.withText { other in one.isSame(other) } }
    }
}
