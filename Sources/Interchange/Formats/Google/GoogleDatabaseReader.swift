import ForeignLibraries
import OneTimePassword
import Platform

/// Google Authenticator: the database of its Android app. All its codes have 6 digits, SHA-1 and 30 seconds.
enum GoogleDatabaseReader: FormatReader {
    static let name = "google"

    static func recognizes(_ source: Source) -> Bool {
        guard case .sqlite(let tables) = source.shape else { return false }
        return tables.accounts.contains("email") && tables.accounts.contains("secret")
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        guard case .sqlite(let tables) = source.shape, recognizes(source) else {
            throw .malformed("it is not a database of this app")
        }
        let database = try DatabaseFile.open(source.files)
        if DatabaseFile.lacksLog(source.files) { try sink.warning(DatabaseFile.lackOfLog) }
        var rows = try DatabaseFile.rows(
            database, "accounts", ["email", "issuer", "secret", "type", "counter", "isencrypted"],
            of: tables.accounts, order: "rowid")
        var position = 0
        while try rows.step() {
            position += 1
            let email = rows.text(0) ?? ""
            try sink.item(email, at: position) { () throws(ConversionError) in
                let (issuer, name) = AccountLabel.parts(issuer: rows.text(1) ?? "", label: email)
                guard rows.integer(5) ?? 0 == 0 else { throw .malformed("its key is encrypted by the old device") }
                let parameters: Parameters
                switch rows.integer(3) ?? 0 {
                case 0: parameters = try Credential(kind: .totp).parameters()
                case 1: parameters = try Credential(kind: .hotp, counter: rows.number(4)).parameters()
                default: throw .malformed("its kind is not known")
                }
                return try Entry(issuer: issuer, name: name, parameters, checked: rows.key(2))
            }
        }
    }
}
