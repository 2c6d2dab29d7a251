import OneTimePassword
import Platform

/// What a row of a `FieldListReader` says besides its one-time password.
struct FieldListItem {
    var title = ""
    var user = ""
    /// Where free text is.
    var note = Int.max
    var tags: [String] = []
    var lost: [String] = []
}

/// A reader for a CSV whose items have fields of their own behind the ones that all have: no title says what these are.
protocol FieldListReader: FormatReader {
    /// What the whole text has somewhere.
    static var marks: [StaticString] { get }
    /// The one-time password of an item: where its field is, and how many commas of the field stand in front of it.
    static func code(_ row: CSVRow) -> (column: Int, commas: Int)?
    /// The others.
    static func item(_ row: CSVRow) -> FieldListItem
}

extension FieldListReader {
    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape,
            source.text.withBytes({ bytes in marks.contains { bytes.firstIndex(of: $0) != nil } }),
            let csv = try? CSVText.parse(source.text)
        else { return false }
        return csv.rows.indices.contains { code(csv[$0]) != nil }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let csv = try CSVText.parse(source.text)
        var items = ItemCounter()
        for index in csv.rows.indices {
            let row = csv[index]
            let code = row.isBroken ? nil : code(row)
            let item = item(row)
            let label = [item.title, item.user].filter { !$0.isEmpty }.joined(separator: ": ")
            let codes = row.isBroken ? [nil] : code.map { [$0] } ?? []
            try items.give(codes, of: label.isEmpty ? "line \(row.line)" : label, to: sink) {
                code throws(ConversionError) in
                guard let code else { throw .malformed(CSVParser.broken) }
                let field = try row.secret(code.column)
                var (start, commas) = (0, 0)
                while commas < code.commas, start < field.count {
                    if field.bytes[start] == UInt8(ascii: ",") { commas += 1 }
                    start += 1
                }
                var entry = try TOTPField.entry(field.bytes.extracting(start...), title: item.title, user: item.user)
                entry.tags = item.tags
                entry.note = try row.secret(item.note)
                entry.lost += item.lost
                return entry
            }
        }
        try items.finish(sink)
    }

    /// What of these fields an account here cannot hold.
    static func lost(_ row: CSVRow, _ columns: [(Int, String)]) -> [String] {
        columns.filter { !row.isEmpty($0.0) }.map(\.1)
    }
}

/// Keeper: no line of titles. Folder, title, login, password, address, notes, shared folder, and then names and values of
/// further fields, of which one is the one-time password.
enum KeeperCSVReader: FieldListReader {
    static let name = "keeper"
    static var marks: [StaticString] { ["TFC:Keeper", "$oneTimeCode"] }
    private static let fixed = 7

    static func code(_ row: CSVRow) -> (column: Int, commas: Int)? {
        stride(from: fixed, to: row.count - 1, by: 2).first {
            (row.isOne(of: ["tfc:keeper"], at: $0) || row.starts(with: "$onetimecode", at: $0)) && !row.isEmpty($0 + 1)
        }.map { ($0 + 1, 0) }
    }

    static func item(_ row: CSVRow) -> FieldListItem {
        let folders = [row.string(0), row.string(6)].filter { !$0.isEmpty }
        return FieldListItem(
            title: row.string(1), user: row.string(2), note: 5,
            tags: folders.map { $0.split(separator: "\\").joined(separator: "/") },
            lost: lost(row, [(3, "password"), (4, "URL"), (fixed + 2, "custom fields")]))
    }
}

/// Enpass: a title, names and values of all fields, and a note if one is left.
enum EnpassCSVReader: FieldListReader {
    static let name = "enpass"
    static var marks: [StaticString] { ["TOTP", "totp"] }

    private static func value(_ row: CSVRow, _ names: StaticString...) -> Int? {
        stride(from: 1, to: row.count - 1, by: 2).first { row.isOne(of: names, at: $0) && !row.isEmpty($0 + 1) }
            .map { $0 + 1 }
    }

    static func code(_ row: CSVRow) -> (column: Int, commas: Int)? {
        guard let column = value(row, "totp", "*totp"), let field = try? row.secret(column),
            URILine.kind(field.bytes) == .account || (try? Base32.decodedCount(field.bytes)) ?? 0 >= 10
        else { return nil }
        return (column, 0)
    }

    static func item(_ row: CSVRow) -> FieldListItem {
        let user = value(row, "username") ?? value(row, "email", "e-mail")
        return FieldListItem(
            title: row.string(0), user: user.map { row.string($0) } ?? "",
            note: row.count % 2 == 0 ? row.count - 1 : .max,
            lost: lost(
                row,
                [
                    (value(row, "password", "*password") ?? .max, "password"),
                    (value(row, "website", "url") ?? .max, "URL"),
                ]))
    }
}

/// RoboForm: behind seven fields those of the form, each in one field: name, three more, kind and value between commas.
enum RoboFormCSVReader: FieldListReader {
    static let name = "roboform"
    static var marks: [StaticString] { ["TOTP KEY$"] }

    static func code(_ row: CSVRow) -> (column: Int, commas: Int)? {
        (min(7, row.count)..<row.count).first { row.starts(with: "totp key$", at: $0) }.map { ($0, 4) }
    }

    static func item(_ row: CSVRow) -> FieldListItem {
        let folder = row.string(6).split(separator: "/").joined(separator: "/")
        return FieldListItem(
            title: row.string(0), user: unguarded(row.string(3)), note: 5, tags: folder.isEmpty ? [] : [folder],
            lost: lost(row, [(4, "password"), (1, "URL")]))
    }

    /// Without the apostrophe that keeps a spreadsheet from taking a text for a formula.
    private static func unguarded(_ text: String) -> String {
        text.first == "'" && "=+-@".contains(text.dropFirst().first ?? " ") ? String(text.dropFirst()) : text
    }
}
