import OneTimePassword
import Platform
import Wire

/// Pages made to be printed: of Stratum and of this program, with a URI for each account, and of Aegis, with its parts.
enum HTMLReader: FormatReader {
    static let name = "html"

    static func recognizes(_ source: Source) -> Bool {
        guard HTMLTable.isPage(source.text), let table = try? HTMLTable(source.text) else { return false }
        return table.rows.contains {
            isTitles($0) || cell(.account, in: $0) != nil || cell(.migration, in: $0) != nil
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard HTMLTable.isClosed(source.text) else { throw .malformed("the page is cut off") }
        let table = try HTMLTable(source.text)
        var position = 0
        var columns: AegisColumns?
        var migration = Migration()
        for row in table.rows {
            if let found = AegisColumns(row) {
                columns = found
                try sink.warning("pages of Aegis do not tell the period of an account: 30 seconds is taken for all")
            } else if let columns {
                position += 1
                let label = [columns[.issuer, row], columns[.name, row]].filter { !$0.isEmpty }.joined(separator: ": ")
                try sink.item(label, at: position) { () throws(ConversionError) in try columns.entry(row) }
            } else if let cell = cell(.migration, in: row) {
                let text = LockedText(try row[cell].secret())
                try migration.add(text, 0..<text.count, label: row[0].string())
            } else if let cell = cell(.account, in: row) {
                position += 1
                let label = row.prefix(min(cell, 2)).map { $0.string() }.filter { !$0.isEmpty }.joined(separator: ": ")
                try sink.item(label, at: position) { () throws(ConversionError) in
                    let uri = try row[cell].secret()
                    return try URILine.entry(uri.bytes)
                }
            }
        }
        try migration.finish(after: position, to: sink)
    }

    /// Whether a row is that of the titles, as it is in a page without accounts too.
    private static func isTitles(_ row: [HTMLTable.Cell]) -> Bool {
        guard row.count >= 3, row[0].string().lowercased() == "issuer" else { return false }
        return row[1].string().lowercased().hasSuffix("name")
    }

    /// The first cell that is a URI of that kind.
    private static func cell(_ kind: URILine.Kind, in row: [HTMLTable.Cell]) -> Int? {
        row.firstIndex { cell in
            guard let text = try? cell.secret() else { return false }
            return URILine.kind(text.bytes) == kind
        }
    }
}

/// Where the parts of an account are in a row of Aegis's page.
private struct AegisColumns {
    enum Column: String, CaseIterable {
        case issuer, name, type, note, favorite, algo, digits, secret, counter, pin
    }

    private var places: [Column: Int] = [:]

    /// Nil when the row is not that of the titles.
    init?(_ row: [HTMLTable.Cell]) {
        // A row of titles and nothing else: the other rows have secrets.
        guard row.count >= Column.allCases.count, row[0].string().lowercased() == Column.issuer.rawValue
        else { return nil }
        for (index, cell) in row.enumerated() {
            if let column = Column(rawValue: cell.string().lowercased()) { places[column] = index }
        }
        guard places.count == Column.allCases.count else { return nil }
    }

    /// What stands there; empty for the dash that means nothing.
    subscript(_ column: Column, _ row: [HTMLTable.Cell]) -> String {
        guard let place = places[column], place < row.count else { return "" }
        let text = row[place].string()
        return text == "-" ? "" : text
    }

    private func secret(_ column: Column, _ row: [HTMLTable.Cell]) throws(ConversionError) -> LockedBuffer {
        guard let place = places[column], place < row.count else { return try ConversionError.buffer(0) }
        return try row[place].secret()
    }

    func entry(_ row: [HTMLTable.Cell]) throws(ConversionError) -> Entry {
        var credential = Credential(kind: try CredentialKind(named: self[.type, row]), algorithm: self[.algo, row])
        guard let digits = UInt64(self[.digits, row]) else { throw .malformed("its number of digits is not a number") }
        credential.digits = digits
        credential.counter = UInt64(self[.counter, row])
        let text = try secret(.secret, row)
        let key = try KeyText.decode(text.bytes, credential.kind == .motp ? .hexadecimal : .base32)
        var entry = try Entry(
            issuer: self[.issuer, row], name: self[.name, row], credential.parameters(), checked: key)
        if credential.kind == .motp || credential.kind == .yandex {
            let pin = try secret(.pin, row)
            if !(pin.count == 1 && pin.bytes[0] == UInt8(ascii: "-")) {
                entry.pin = try ConversionError.copy(pin.bytes)
            }
        }
        entry.note = try secret(.note, row)
        entry.extras.isFavourite = self[.favorite, row].lowercased() == "true"
        return entry
    }
}
