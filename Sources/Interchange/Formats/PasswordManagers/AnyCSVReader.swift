import OneTimePassword
import Platform

/// A CSV of no program that is known here, whose line of titles says what its columns are: made by hand, by a script, or by a
/// password manager that is not in the list.
enum AnyCSVReader: FormatReader {
    static let name = "csv"

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape, let csv = try? CSVText.parse(source.text, most: 64) else { return false }
        return code(csv) != nil
    }

    /// The column with one-time passwords: one that is called so and has nothing else in it, beside one that says whose
    /// they are.
    private static func code(_ csv: CSVText) -> Int? {
        guard csv.rows.count > 1, csv[0].count > 1,
            AnyAccount.known.contains(where: { csv[0].firstIndex(of: $0) != nil })
        else { return nil }
        return AnyAccount.code.lazy.compactMap { csv[0].firstIndex(of: $0) }.first { column in
            let filled = (1..<csv.rows.count).filter { !csv[$0].isBroken && !csv[$0].isEmpty(column) }
            // A password may be of the letters of a key, but is seldom so long.
            let least =
                csv[0].isOne(of: ["secret", "secret key", "secret_key", "secretkey", "seed"], at: column) ? 10 : 5
            // One that somebody has broken is no reason to take the others for something else.
            return !filled.isEmpty && 2 * filled.count { isCode(csv[$0], column, least) } > filled.count
        }
    }

    private static func isCode(_ row: CSVRow, _ column: Int, _ least: Int) -> Bool {
        guard let field = try? row.secret(column) else { return false }
        return AnyAccount.isCode(field.bytes, least)
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let csv = try CSVText.parse(source.text)
        guard let code = code(csv) else { throw .malformed("no column of it has one-time passwords") }
        var (position, others) = (0, 0)
        for index in 1..<csv.rows.count {
            let row = csv[index]
            if row.isEmpty(code), !row.isBroken {
                others += 1
                continue
            }
            position += 1
            try sink.item("line \(row.line)", at: position) { () throws(ConversionError) in
                guard !row.isBroken else { throw .malformed(CSVParser.broken) }
                return try entry(row, code, csv[0])
            }
        }
        if let warning = Source.warning(others) { try sink.warning(warning) }
    }

    private static func entry(_ row: CSVRow, _ code: Int, _ titles: CSVRow) throws(ConversionError) -> Entry {
        let field = try row.secret(code)
        func place(_ names: [StaticString]) -> Int? { names.lazy.compactMap { titles.firstIndex(of: $0) }.first }
        var entry = try AnyAccount.entry(field.bytes) { names in
            names.lazy.compactMap { titles.firstIndex(of: $0) }.filter { !isCode(row, $0, .max) }.map { row.string($0) }
                .first { !$0.isEmpty } ?? ""
        }
        if let note = place(AnyAccount.note), !row.isEmpty(note) { entry.note = try row.secret(note) }
        if let password = place(["password"]), !row.isEmpty(password) { entry.lost.append("password") }
        return entry
    }
}
