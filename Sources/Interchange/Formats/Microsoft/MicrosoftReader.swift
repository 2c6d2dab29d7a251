import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// Microsoft Authenticator: the database `PhoneFactor` of its Android app.
enum MicrosoftReader: DatabaseReader {
    static let name = "microsoft"

    static func columns(_ tables: DatabaseTables) -> [String]? {
        tables.accounts.contains("oath_secret_key") ? tables.accounts : nil
    }

    static func read(
        _ database: Database, _ columns: [String], to sink: any EntrySink
    ) throws(ConversionError) {
        var rows = try DatabaseFile.rows(
            database, "accounts",
            ["name", "username", "account_type", "oath_secret_key", "encrypted_oath_secret_key"], of: columns,
            order: columns.contains("ux_position") ? "ux_position, rowid" : "rowid")
        var position = 0
        while try rows.step() {
            position += 1
            let issuer = rows.text(0) ?? ""
            let name = rows.text(1) ?? ""
            try sink.item(issuer.isEmpty ? name : issuer, at: position) { () throws(ConversionError) in
                try entry(rows, issuer, name)
            }
        }
    }

    private static func entry(
        _ rows: borrowing Rows, _ issuer: String, _ name: String
    ) throws(ConversionError) -> Entry {
        switch (rows.integer(2), rows.hasOctets(3)) {
        case (0, true): return try entry(rows, issuer, name, digits: 6, .base32)
        case (1, true): return try entry(rows, issuer, name, digits: 8, .base64)
        // A work account is registered with the device; the keys of others may be encrypted by it.
        case (2, _), (1, false): return try bound(issuer, name)
        case (0, false) where rows.hasOctets(4): return try bound(issuer, name)
        case (0, false): throw ConversionError(.keyEmpty)
        default: throw .malformed("its kind is not known")
        }
    }

    private static func entry(
        _ rows: borrowing Rows, _ issuer: String, _ name: String, digits: UInt64, _ form: KeyText.Form
    ) throws(ConversionError) -> Entry {
        let parameters = try Credential(kind: .totp, digits: digits).parameters()
        return try Entry(issuer: issuer, name: name, parameters, checked: rows.key(3, form))
    }

    private static func bound(_ issuer: String, _ name: String) throws(ConversionError) -> Entry {
        var entry = try Entry(
            issuer: issuer, name: name, parameters: nil, key: ConversionError.buffer(0))
        entry.state = .needsVerification
        entry.lost.append("the credential, which stays on the old device")
        return entry
    }
}
