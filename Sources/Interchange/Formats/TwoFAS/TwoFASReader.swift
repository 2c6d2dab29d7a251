import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// 2FAS: its backup (.2fas) of schema 1 to 4, plain or encrypted.
enum TwoFASReader: FormatReader {
    static var name: String { "2fas" }

    /// Rounds of PBKDF2 that every version uses; the file does not say them.
    private static let rounds: UInt64 = 10_000
    private static let newestSchema: UInt64 = 4

    static func recognizes(_ source: Source) -> Bool { source.isJSON { $0["schemaVersion"] != nil } }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let backup = try source.json()
        let version = try backup.required("schemaVersion")
        let groups = backup.names("groups", id: "id", name: "name")
        guard let encrypted = backup["servicesEncrypted"], encrypted.isString, !encrypted.equals("") else {
            return try read(try backup.list("services"), groups, version, to: sink)
        }
        let colon = UInt8(ascii: ":")
        let sealed = try encrypted.base64(part: 0, of: 3, separator: colon)
        let salt = try encrypted.base64(part: 1, of: 3, separator: colon)
        let nonce = try encrypted.base64(part: 2, of: 3, separator: colon)
        guard sealed.count >= 16, salt.count > 0, nonce.count == 12 else {
            throw .malformed("its servicesEncrypted is too short")
        }
        let text = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            let key = try Decryption.pbkdf2(.sha256, password, salt: salt.bytes, rounds: rounds)
            return LockedText(try Decryption.gcm(sealed.bytes, key: key.bytes, nonce: nonce.bytes))
        }
        let services = try JSONText.parse(text)
        guard services.isArray else { throw .malformed("its services are no list") }
        try read(services.items, groups, version, to: sink)
    }

    private static func read(
        _ services: [JSONValue], _ groups: [String: String], _ version: UInt64, to sink: any EntrySink
    ) throws(ConversionError) {
        try NewerVersion.read(version, known: 1...newestSchema, to: sink) { sink throws(ConversionError) in
            try read(services, groups, to: sink)
        }
    }

    /// In the order of the app's list: `order.position`, and where that is missing or the same, that of the file.
    private static func read(_ services: [JSONValue], _ groups: [String: String], to sink: any EntrySink)
        throws(ConversionError)
    {
        let places = services.enumerated().map { index, service in
            (place: service["order"]?["position"]?.integer ?? .max, index: index)
        }
        for (position, (_, index)) in places.sorted(by: <).enumerated() {
            let service = services[index]
            try sink.item(service["name"]?.string ?? "", at: position + 1) { () throws(ConversionError) in
                try entry(service, groups)
            }
        }
    }

    private static func entry(_ service: JSONValue, _ groups: [String: String]) throws(ConversionError) -> Entry {
        guard service.isObject else { throw .malformed("it is not a service") }
        // A service without `otp` has the values that the first version of the app knew.
        let otp = service["otp"]
        let shown = try service.text("name")
        let named = try otp?.text("issuer") ?? ""
        let issuer = named.isEmpty ? shown : named
        var entry = try Entry(
            issuer: issuer, name: account(otp, issuer),
            credential(otp).parameters(),
            checked: service.key("secret"))
        // Where a service has only one name, it is the account's.
        if named.isEmpty, entry.name == shown { entry.issuer = "" }
        if let id = service["groupId"]?.string, let name = groups[id] { entry.tags = [name] }
        if !shown.isEmpty, shown != entry.issuer, shown != entry.name {
            if entry.name.isEmpty { entry.name = shown } else { entry.lost.append("name of the service (\(shown))") }
        }
        icon(service["icon"], &entry)
        if let colour = service["badge"]?["color"]?.string, colour.lowercased() != "default", !colour.isEmpty {
            entry.lost.append("badge colour")
        }
        return entry
    }

    /// The first versions said nothing of the kind, and a counter that is missing is 0 in the app.
    private static func credential(_ otp: JSONValue?) throws(ConversionError) -> Credential {
        guard let otp else { return Credential(kind: .totp) }
        let type = try otp.text("tokenType")
        var credential = try Credential(type.isEmpty ? .totp : CredentialKind(named: type), in: otp)
        credential.counter = credential.counter ?? 0
        return credential
    }

    /// The account: what it says itself, else what the label says behind the issuer.
    private static func account(_ otp: JSONValue?, _ issuer: String) throws(ConversionError) -> String {
        guard let otp else { return "" }
        let account = try otp.text("account")
        return account.isEmpty ? AccountLabel.parts(issuer: issuer, label: try otp.text("label")).name : account
    }

    private static func icon(_ icon: JSONValue?, _ entry: inout Entry) {
        guard let icon else { return }
        if icon["selected"]?.equals("IconCollection") == true {
            entry.extras.icon = icon["iconCollection"]?["id"]?.string ?? ""
        } else if let label = icon["label"] {
            entry.extras.icon = label["text"]?.string ?? ""
            if label.has("backgroundColor") { entry.lost.append("icon colour") }
        }
    }
}
