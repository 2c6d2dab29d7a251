import OneTimePassword
import Platform
import Wire

/// TOTP Authenticator: its preferences file, which holds the accounts in clear.
enum TOTPAuthenticatorReader: JSONListReader {
    static let name = "totp-authenticator"
    private static let list = "STATIC_TOTP_CODES_LIST"

    static func recognizes(_ source: Source) -> Bool { AndroidPreferences(source)?[list] != nil }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard let value = AndroidPreferences(source)?[list] else { throw .malformed("it has no list of accounts") }
        try read(AndroidPreferences.json(value), to: sink)
    }

    static var labels: (issuer: String, name: String) { ("issuer", "name") }

    static func entry(_ account: JSONValue) throws(ConversionError) -> Entry {
        let form: KeyText.Form
        switch try account.number("base") ?? 32 {
        case 16: form = .hexadecimal
        case 32: form = .base32
        case 64: form = .base64
        default: throw .malformed("the coding of its key is not known")
        }
        let credential = Credential(
            kind: .totp, digits: try account.number("digits"), period: try account.number("period"))
        var entry = try Entry(
            issuer: account.text("issuer"), name: account.text("name"), credential.parameters(),
            checked: account.key("key", form))
        entry.extras.isFavourite = account["isFavorite"]?.bool ?? false
        entry.extras.icon = try account.text("iconLabel")
        return entry
    }
}
