import OneTimePassword
import Platform
import Wire

/// TOTP Authenticator: its preferences file, which holds the accounts in clear.
enum TOTPAuthenticatorReader: FormatReader {
    static let name = "totp-authenticator"
    private static let list = "STATIC_TOTP_CODES_LIST"

    static func recognizes(_ source: Source) -> Bool { AndroidPreferences(source)?[list] != nil }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        guard let value = AndroidPreferences(source)?[list] else { throw .malformed("it has no list of accounts") }
        try read(accounts: AndroidPreferences.json(value), into: &sink)
    }

    /// Reads the array of accounts, which is in encrypted backups as well.
    static func read<Sink: EntrySink & ~Copyable>(
        accounts: JSONValue, into sink: inout Sink
    ) throws(ConversionError) {
        guard accounts.isArray else { throw .malformed("its accounts are no list") }
        for (index, account) in accounts.items.enumerated() {
            let label = [account["issuer"]?.string, account["name"]?.string].compactMap { $0 }.filter { !$0.isEmpty }
            try sink.item(label.joined(separator: ": "), at: index + 1) { () throws(ItemError) in
                try entry(account)
            }
        }
    }

    private static func entry(_ account: JSONValue) throws(ItemError) -> Entry {
        let form: KeyText.Form
        switch account["base"]?.unsignedText ?? 32 {
        case 16: form = .hexadecimal
        case 32: form = .base32
        case 64: form = .base64
        default: throw .problem("the coding of its key is not known")
        }
        guard let text = try secret(account, "key") else { throw .problem("it has no key") }
        let key = try KeyText.decode(text.bytes, form)
        let parameters: Parameters
        do throws(OneTimePasswordError) {
            parameters = try Parameters(
                kind: .totp, digits: UInt8(clamping: number(account, "digits", or: 6)),
                period: UInt32(clamping: number(account, "period", or: 30)))
        } catch {
            throw ItemError(error)
        }
        var entry = try Entry(
            issuer: account["issuer"]?.string ?? "", name: account["name"]?.string ?? "", parameters, checked: key)
        entry.extras.isFavourite = account["isFavorite"]?.bool ?? false
        entry.extras.icon = account["iconLabel"]?.string ?? ""
        return entry
    }

    /// A number, also as text; 0, which is out of all bounds, for what is none.
    private static func number(_ account: JSONValue, _ name: String, or usual: UInt64) -> UInt64 {
        guard let value = account[name], value.string != "" else { return usual }
        return value.unsignedText ?? 0
    }

    private static func secret(_ account: JSONValue, _ name: String) throws(ItemError) -> LockedBuffer? {
        do throws(ConversionError) { return try account[name]?.secret() } catch { throw ItemError(error) }
    }
}
