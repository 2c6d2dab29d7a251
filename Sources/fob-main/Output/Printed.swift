import Client

/// What verbs print on standard output.
extension Output {
    /// Cells that are wider do not make the other lines long.
    private static let widestCell = 48

    /// One JSON object, on a line.
    static func json(_ members: [(String, JSON)]) { line(JSON.object(members).text) }

    /// Rows of as many cells each, in columns; the last cell is not padded, and a terminal's width cuts it.
    static func table(_ rows: [[String]]) {
        let widths = (rows.first ?? []).indices.dropLast().map { column in
            rows.map { Label.width($0[column]) }.filter { $0 <= widestCell }.max() ?? 0
        }
        for row in rows {
            let cells = zip(row, widths).map { Label.padded($0, to: $1) } + row.suffix(1)
            line(Wrapped.row(cells.joined(separator: "  ")))
        }
    }
}
