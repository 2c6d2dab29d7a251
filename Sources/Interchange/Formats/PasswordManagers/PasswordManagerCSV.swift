import Platform
import Wire

/// Bitwarden; short variants lack folder and user name.
enum BitwardenCSVReader: CSVReader {
    static let name = "bitwarden"
    static let layout = CSVLayout(
        marks: ["name", "login_totp"], totp: ["login_totp"], title: "name", user: ["login_username"], note: "notes",
        group: "folder", favourite: "favorite",
        lost: [("login_password", "password"), ("login_uri", "URL"), ("fields", "custom fields")])
}

/// KeePassXC. The path of a group starts with the name of the root.
enum KeePassXCCSVReader: CSVReader {
    static let name = "keepassxc"
    static let layout = CSVLayout(
        marks: ["group", "title", "username", "totp"], totp: ["totp"], title: "title", user: ["username"],
        note: "notes", group: "group", hasRoot: true, lost: [("password", "password"), ("url", "URL")])
}

/// LastPass, the password manager.
enum LastPassCSVReader: CSVReader {
    static let name = "lastpass"
    static let layout = CSVLayout(
        marks: ["name", "grouping", "extra", "totp"], totp: ["totp"], title: "name", user: ["username"],
        note: "extra", group: "grouping", separator: "\\", favourite: "fav",
        lost: [("password", "password"), ("url", "URL")])
}

/// 1Password 8.
enum OnePasswordCSVReader: CSVReader {
    static let name = "1password"
    static let layout = CSVLayout(
        marks: ["title", "otpauth", "archived"], totp: ["otpauth"], title: "title", user: ["username"],
        note: "notes", tags: "tags", favourite: "favorite", lost: [("password", "password"), ("url", "URL")])
}

/// Apple's Passwords, and Safari.
enum AppleCSVReader: CSVReader {
    static let name = "apple"
    static let layout = CSVLayout(
        marks: ["title", "username", "otpauth"], totp: ["otpauth"], title: "title", user: ["username"],
        note: "notes", lost: [("password", "password"), ("url", "URL")])
}

/// Proton Pass.
enum ProtonPassCSVReader: CSVReader {
    static let name = "proton-pass"
    static let layout = CSVLayout(
        marks: ["name", "totp", "vault"], totp: ["totp"], title: "name", user: ["username", "email"], note: "note",
        group: "vault", lost: [("password", "password"), ("url", "URL")])
}

/// Dashlane's logins: a bare key, later a URI.
enum DashlaneCSVReader: CSVReader {
    static let name = "dashlane"
    static let layout = CSVLayout(
        marks: ["title", "username2", "category"], totp: ["otpurl", "otpsecret"], title: "title",
        user: ["username", "username2", "username3"], note: "note", group: "category",
        lost: [("password", "password"), ("url", "URL")])
}

/// Zoho Vault: the login is a line of a field that holds several.
enum ZohoCSVReader: CSVReader {
    static let name = "zoho"
    static let layout = CSVLayout(
        marks: ["password name", "secretdata", "login_totp"], totp: ["login_totp"], title: "password name",
        user: [],
        note: "notes", group: "folder name", tags: "tags", favourite: "favorite", userLine: "secretdata",
        lost: [("secretdata", "password"), ("password url", "URL"), ("customdata", "custom fields")])
}
