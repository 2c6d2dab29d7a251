import OneTimePassword
import Platform
import Wire

/// The Credential Exchange Format of the FIDO Alliance, 1.0: what Apple, Google, 1Password and Bitwarden pass on.
enum CXFReader: FormatReader {
    static let name = "cxf"

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON {
            isAccount($0)
                || $0["accounts"]?.isArray == true && ($0["exporterRpId"] != nil || $0["version"]?["major"] != nil)
                || $0["accounts"]?.items.prefix(64).contains(where: isAccount) == true
        }
    }

    /// An exporter may write the accounts of a header, or one alone.
    private static func isAccount(_ account: JSONValue) -> Bool {
        account["items"]?.isArray == true && account["collections"]?.isArray == true
            && account["items"]?.items.first.map { $0["credentials"]?.isArray == true } ?? (account["email"] != nil)
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let file = try source.json()
        let accounts = isAccount(file) ? [file] : try file.list("accounts")
        try NewerVersion.read(file["version"]?["major"]?.unsigned ?? 1, known: 1...1, to: sink) {
            sink throws(ConversionError) in try read(accounts, to: sink)
        }
    }

    private static func read(_ accounts: [JSONValue], to sink: any EntrySink) throws(ConversionError) {
        var position = 0
        var others = 0
        for account in accounts {
            let groups = groups(account)
            for item in account["items"]?.items ?? [] {
                position += 1
                let item = CXFItem(item, groups: groups)
                if try item.read(at: position, to: sink) == 0 { others += 1 }
            }
        }
        if let warning = Source.warning(others) { try sink.warning(warning) }
    }

    /// The titles of the collections that each item is in.
    private static func groups(_ account: JSONValue) -> [String: [String]] {
        var groups: [String: [String]] = [:]
        var rest = account["collections"]?.items ?? []
        while let collection = rest.popLast() {
            let title = collection["title"]?.string ?? ""
            for link in collection["items"]?.items ?? [] where !title.isEmpty {
                if let id = link["item"]?.string { groups[id, default: []].append(title) }
            }
            rest += collection["subCollections"]?.items ?? []
        }
        return groups
    }
}

/// One item: a login with all that belongs to it.
private struct CXFItem {
    private let item: JSONValue
    private let title: String
    private let user: String
    private let tags: [String]

    init(_ item: JSONValue, groups: [String: [String]]) {
        self.item = item
        title = item["title"]?.string ?? ""
        let named = item["credentials"]?.items.lazy.compactMap { $0["username"] }.compactMap {
            $0["value"]?.string ?? $0.string
        }
        user = named?.first { !$0.isEmpty } ?? ""
        tags = (item["tags"]?.items ?? []).compactMap(\.string) + (item["id"]?.string.flatMap { groups[$0] } ?? [])
    }

    /// How many one-time passwords and passkeys it gives.
    func read(at position: Int, to sink: any EntrySink) throws(ConversionError) -> Int {
        let credentials = item["credentials"]?.items ?? []
        var account = (issuer: title, name: user)
        var count = 0
        for credential in credentials where credential["type"]?.equals("totp") == true {
            count += 1
            // Passkeys of the item belong to the account of its one-time password.
            account.issuer = credential["issuer"]?.string ?? title
            account.name = credential["username"]?.string ?? user
            try sink.item(title, at: position) { () throws(ConversionError) in try entry(credential, credentials) }
        }
        for credential in credentials where credential["type"]?.equals("passkey") == true {
            count += 1
            try sink.passkey(title, at: position) { () throws(ConversionError) in try passkey(credential, account) }
        }
        return count
    }

    private func entry(_ credential: JSONValue, _ all: [JSONValue]) throws(ConversionError) -> Entry {
        var fields = Credential(kind: .totp)
        fields.algorithm = try credential.text("algorithm")
        (fields.digits, fields.period) = (try credential.number("digits"), try credential.number("period"))
        let (issuer, name) = (try credential.text("issuer"), try credential.text("username"))
        var entry = try Entry(
            issuer: credential["issuer"] == nil ? title : issuer, name: name.isEmpty ? user : name, fields.parameters(),
            checked: credential.key("secret"))
        entry.tags = tags
        entry.extras.isFavourite = item["favorite"]?.bool ?? false
        for other in all {
            switch other["type"]?.string ?? "" {
            case "totp", "passkey": break
            case "note" where entry.note.count == 0:
                entry.note = try (other["content"] ?? other).secretOrNothing("value")
            case "basic-auth": if other["password"] != nil { entry.lost.append("password") }
            case let type: entry.lost.append(type.isEmpty ? "a credential of no type" : type)
            }
        }
        if item["scope"]?.has("urls") == true { entry.lost.append("web addresses") }
        return entry
    }

    private func passkey(
        _ credential: JSONValue, _ account: (issuer: String, name: String)
    ) throws(ConversionError) -> PasskeyItem {
        var fields = PasskeyFields()
        (fields.key.issuer, fields.key.name) = account
        fields.key.site = try credential.text("rpId")
        fields.key.credential = try PasskeyFields.credentialID(credential.text("credentialId"))
        fields.key.userHandle = PasskeyFields.bytes(credential["userHandle"]?.string) ?? []
        fields.key.userName = try credential.text("username")
        fields.key.displayName = try credential.text("userDisplayName")
        fields.key.created = try item.number("creationAt") ?? 0
        let extensions = credential["fido2Extensions"]
        fields.key.signsPayments = extensions?["payments"]?.bool ?? false
        var passkey = try fields.item(credential, "key")
        guard let extensions else { return passkey }
        if let seeds = extensions["hmacCredentials"] {
            if seeds["algorithm"]?.equals("hmac-sha256") ?? true {
                passkey.seedWithVerification = try seeds.key("credWithUV", .base64)
                passkey.seedWithout = try seeds.key("credWithoutUV", .base64)
                guard passkey.seedWithVerification.count == 32, passkey.seedWithout.count == 32 else {
                    throw .malformed("its secrets for encryption (hmac-secret) have not 32 bytes")
                }
            } else {
                passkey.lost.append("secrets for encryption of another algorithm")
            }
        }
        if extensions.has("credBlob") { passkey.blob = try extensions.key("credBlob", .base64) }
        if extensions.has("largeBlob") { passkey.lost.append("large blob") }
        return passkey
    }
}
