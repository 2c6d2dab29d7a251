import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// Stratum (Authenticator Pro): its own database, unencrypted.
enum StratumDatabaseReader: DatabaseReader {
    static let name = "stratum"

    static func columns(_ tables: DatabaseTables) -> [String]? {
        tables.authenticator.contains("secret") ? tables.authenticator : nil
    }

    static func read(
        _ database: Database, _ columns: [String], to sink: any EntrySink
    ) throws(ConversionError) {
        let categories = try categories(database)
        var rows = try DatabaseFile.rows(
            database, "authenticator",
            [
                "issuer", "username", "secret", "type", "algorithm", "digits", "period", "counter", "pin", "icon",
                "rowid",
            ],
            of: columns + ["rowid"], order: columns.contains("ranking") ? "ranking, rowid" : "rowid")
        var position = 0
        while try rows.step() {
            position += 1
            let issuer = rows.text(0) ?? ""
            let name = rows.text(1) ?? ""
            try sink.item(issuer.isEmpty ? name : issuer, at: position) { () throws(ConversionError) in
                var entry = try entry(rows, issuer, name)
                entry.tags = categories[rows.integer(10) ?? 0] ?? []
                return entry
            }
        }
    }

    /// The categories of each row, in the app's order. A database of an old version has none.
    private static func categories(_ database: Database) throws(ConversionError) -> [Int64: [String]] {
        let columns = try ConversionError.foreign { () throws(ForeignError) in
            [try database.columns(of: "category"), try database.columns(of: "authenticatorcategory")]
        }
        guard !columns.contains([]) else { return [:] }
        var rows = try DatabaseFile.select(
            database,
            "SELECT a.rowid, c.name FROM authenticator a "
                + "JOIN authenticatorcategory ac ON ac.authenticatorSecret = a.secret "
                + "JOIN category c ON c.id = ac.categoryId ORDER BY c.ranking, c.rowid")
        var names: [Int64: [String]] = [:]
        while try rows.step() {
            if let row = rows.integer(0), let name = rows.text(1) { names[row, default: []].append(name) }
        }
        return names
    }

    private static func entry(_ rows: borrowing Rows, _ issuer: String, _ name: String) throws(ConversionError) -> Entry
    {
        var credential = Credential(
            kind: try StratumReader.kind(rows.number(3)), algorithm: try StratumReader.hash(rows.number(4) ?? 0),
            digits: rows.number(5), period: rows.number(6))
        if credential.kind == .hotp { credential.counter = rows.number(7) ?? 0 }
        let form: KeyText.Form = credential.kind == .motp ? .hexadecimal : .base32
        var entry = try Entry(issuer: issuer, name: name, credential.parameters(), checked: rows.key(2, form))
        if entry.parameters?.needsPIN == true {
            entry.pin = try rows.withOctets(8) { (bytes: Span<UInt8>) throws(ConversionError) in
                try ConversionError.copy(bytes)
            }
        }
        let icon = rows.text(9) ?? ""
        // A name with @ in front is that of a picture of the owner's own.
        if icon.hasPrefix("@") { entry.lost.append("custom icon") } else { entry.extras.icon = icon }
        return entry
    }
}
