import ForeignLibraries
import OneTimePassword
import Platform

/// Google Authenticator: the database of its Android app. All its codes have 6 digits, SHA-1 and 30 seconds.
enum GoogleDatabaseReader: DatabaseReader {
    static let name = "google"

    static func columns(_ tables: DatabaseTables) -> [String]? {
        tables.accounts.contains("email") && tables.accounts.contains("secret") ? tables.accounts : nil
    }

    /// Reads the table `accounts`, which Authenticator Plus has too, with a kind for Blizzard's keys and with categories.
    static func read(
        _ database: Database, _ columns: [String], to sink: any EntrySink
    ) throws(ConversionError) {
        var rows = try DatabaseFile.rows(
            database, "accounts", ["email", "issuer", "secret", "type", "counter", "isencrypted", "category"],
            of: columns,
            order: "rowid")
        var position = 0
        while try rows.step() {
            position += 1
            let email = rows.text(0) ?? ""
            try sink.item(email, at: position) { () throws(ConversionError) in
                let (issuer, name) = AccountLabel.parts(issuer: rows.text(1) ?? "", label: email)
                guard rows.integer(5) ?? 0 == 0 else { throw .malformed("its key is encrypted by the old device") }
                var credential = Credential(kind: .totp)
                var form = KeyText.Form.base32
                switch rows.integer(3) ?? 0 {
                case 0: break
                case 1: credential = Credential(kind: .hotp, counter: rows.number(4) ?? 0)
                case 2: (credential.digits, form) = (8, .hexadecimal)
                default: throw .malformed("its kind is not known")
                }
                var entry = try Entry(issuer: issuer, name: name, credential.parameters(), checked: rows.key(2, form))
                if let category = rows.text(6), !category.isEmpty { entry.tags = [category] }
                return entry
            }
        }
    }
}
