import Platform
import Wire

/// Bitwarden; short variants lack folder and user name.
enum BitwardenCSVReader: CSVReader {
    static let name = "bitwarden"
    static var layout: CSVLayout {
        CSVLayout(
            marks: ["name", "login_totp"], totp: ["login_totp"], title: "name", user: ["login_username"], note: "notes",
            group: "folder", favourite: "favorite",
            lost: [("login_password", "password"), ("login_uri", "URL"), ("fields", "custom fields")])
    }
}

/// KeePassXC. The path of a group starts with the name of the root.
enum KeePassXCCSVReader: CSVReader {
    static let name = "keepassxc"
    static var layout: CSVLayout {
        CSVLayout(
            marks: ["group", "title", "username", "totp"], totp: ["totp"], title: "title", user: ["username"],
            note: "notes", group: "group", hasRoot: true, lost: [("password", "password"), ("url", "URL")])
    }
}

/// LastPass, the password manager.
enum LastPassCSVReader: CSVReader {
    static let name = "lastpass"
    static var layout: CSVLayout {
        CSVLayout(
            marks: ["name", "grouping", "extra", "totp"], totp: ["totp"], title: "name", user: ["username"],
            note: "extra", group: "grouping", separator: "\\", favourite: "fav",
            lost: [("password", "password"), ("url", "URL")])
    }
}

/// 1Password 8.
enum OnePasswordCSVReader: CSVReader {
    static let name = "1password"
    static var layout: CSVLayout {
        CSVLayout(
            marks: ["title", "otpauth", "archived"], totp: ["otpauth"], title: "title", user: ["username"],
            note: "notes", tags: "tags", favourite: "favorite", lost: [("password", "password"), ("url", "URL")])
    }
}

/// Apple's Passwords, and Safari.
enum AppleCSVReader: CSVReader {
    static let name = "apple"
    static var layout: CSVLayout {
        CSVLayout(
            marks: ["title", "username", "otpauth"], totp: ["otpauth"], title: "title", user: ["username"],
            note: "notes", lost: [("password", "password"), ("url", "URL")])
    }
}

/// Proton Pass.
enum ProtonPassCSVReader: CSVReader {
    static let name = "proton-pass"
    static var layout: CSVLayout {
        CSVLayout(
            marks: ["name", "totp", "vault"], totp: ["totp"], title: "name", user: ["username", "email"], note: "note",
            group: "vault", lost: [("password", "password"), ("url", "URL")])
    }
}

/// Dashlane's logins: a bare key, later a URI.
enum DashlaneCSVReader: CSVReader {
    static let name = "dashlane"
    static var layout: CSVLayout {
        CSVLayout(
            marks: ["title", "username2", "category"], totp: ["otpurl", "otpsecret"], title: "title",
            user: ["username", "username2", "username3"], note: "note", group: "category",
            lost: [("password", "password"), ("url", "URL")])
    }
}

/// Zoho Vault: the login is a line of a field that holds several.
enum ZohoCSVReader: CSVReader {
    static let name = "zoho"
    static var layout: CSVLayout {
        CSVLayout(
            marks: ["password name", "secretdata", "login_totp"], totp: ["login_totp"], title: "password name",
            user: [],
            note: "notes", group: "folder name", tags: "tags", favourite: "favorite", userLine: "secretdata",
            lost: [("secretdata", "password"), ("password url", "URL"), ("customdata", "custom fields")])
    }
}

/// Keeper: no line of titles. Folder, title, login, password, address, notes, shared folder, and then names and values of
/// further fields, of which one is the one-time password.
enum KeeperCSVReader: FormatReader {
    static let name = "keeper"
    private static let fixed = 7

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape,
            source.text.withBytes({ $0.firstIndex(of: "TFC:Keeper") ?? $0.firstIndex(of: "$oneTimeCode") }) != nil,
            let csv = try? CSVText.parse(source.text)
        else { return false }
        return csv.rows.indices.contains { totp(csv[$0]) != nil }
    }

    private static func totp(_ row: CSVRow) -> Int? {
        stride(from: fixed, to: row.count - 1, by: 2).first {
            row.isOne(of: ["tfc:keeper", "$onetimecode", "$onetimecode::1"], at: $0) && !row.isEmpty($0 + 1)
        }
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        let csv = try CSVText.parse(source.text)
        var position = 0
        for index in csv.rows.indices {
            let row = csv[index]
            if row.isBroken {
                position += 1
                try sink.problem("line \(row.line)", CSVParser.broken, at: position)
            }
            guard !row.isBroken, let name = totp(row) else { continue }
            position += 1
            let label = [row.string(1), row.string(2)].filter { !$0.isEmpty }.joined(separator: ": ")
            try sink.item(label.isEmpty ? "line \(row.line)" : label, at: position) { () throws(ConversionError) in
                let field: LockedBuffer
                field = try row.secret(name + 1)
                var entry = try TOTPField.entry(field.bytes, title: row.string(1), user: row.string(2))
                let folders = [row.string(0), row.string(6)].filter { !$0.isEmpty }
                entry.tags = folders.map { $0.split(separator: "\\").joined(separator: "/") }
                entry.note = try row.secret(5)
                if !row.isEmpty(3) { entry.lost.append("password") }
                if !row.isEmpty(4) { entry.lost.append("URL") }
                if row.count > fixed + 2 { entry.lost.append("custom fields") }
                return entry
            }
        }
        let others = csv.rows.count - position
        if others > 0 { try sink.warning("items without a one-time password, left out: \(others)") }
    }
}
