import Platform
import Wire

/// Which columns of a password manager's CSV mean what. Names of columns are in lower case.
struct CSVLayout: Sendable {
    /// The columns that make it this format, and nothing else's.
    let marks: [StaticString]
    /// Where the one-time password is; the first one that is not empty.
    let totp: [StaticString]
    /// What the item is called.
    let title: StaticString
    /// Whose login it is; the first one that is not empty.
    let user: [StaticString]
    /// Free text.
    let note: StaticString
    /// A folder or group, with its path.
    var group: StaticString = ""
    /// Between the parts of that path.
    var separator: Character = "/"
    /// The path starts with the name of the whole vault; only the last group is a tag, as in the vault itself.
    var hasRoot = false
    /// Tags, between commas or semicolons.
    var tags: StaticString = ""
    /// `1` or `true` for a favourite.
    var favourite: StaticString = ""
    /// A field of several lines, of which one is `User Name:` and the login; the others may be secret.
    var userLine: StaticString = ""
    /// What cannot come along, and how it is called.
    var lost: [(column: StaticString, what: String)] = []
}

/// A reader for a CSV with a line of titles.
protocol CSVReader: FormatReader {
    static var layout: CSVLayout { get }
}

extension CSVReader {
    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape, let first = try? CSVText.parse(source.text, most: 1), !first.rows.isEmpty
        else { return false }
        return isTitles(first[0])
    }

    private static func isTitles(_ row: CSVRow) -> Bool {
        layout.marks.allSatisfy { row.firstIndex(of: $0) != nil }
            && layout.totp.contains { row.firstIndex(of: $0) != nil }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let csv = try CSVText.parse(source.text)
        guard !csv.rows.isEmpty, isTitles(csv[0]) else { throw .malformed("its first line has other titles") }
        let columns = CSVColumns(csv[0], layout)
        var position = 0
        for index in 1..<max(csv.rows.count, 1) {
            let row = csv[index]
            let totp = columns.totp.first { !row.isEmpty($0) }
            // Some programs leave out empty fields at the end.
            guard !row.isBroken, totp != nil || row.count >= csv[0].count else {
                position += 1
                let reason = row.isBroken ? CSVParser.broken : "it has fewer fields than there are titles"
                try sink.problem("line \(row.line)", reason, at: position)
                continue
            }
            // An item without a one-time password is none for an authenticator.
            guard let totp else { continue }
            position += 1
            try columns.give(row, totp, at: position, to: sink)
        }
        let others = csv.rows.count - 1 - position
        if others > 0 { try sink.warning("items without a one-time password, left out: \(others)") }
        if csv.isOpen {
            try sink.warning("the last line has no end; if the file was cut off, its account gives wrong codes")
        }
    }
}

/// Where the columns of a layout are in one file.
private struct CSVColumns {
    private let titles: CSVRow
    private let layout: CSVLayout
    let totp: [Int]

    init(_ titles: CSVRow, _ layout: CSVLayout) {
        (self.titles, self.layout) = (titles, layout)
        totp = layout.totp.compactMap(titles.firstIndex)
    }

    private func string(_ row: CSVRow, _ column: StaticString) -> String {
        titles.firstIndex(of: column).map { row.string($0) } ?? ""
    }

    func give(_ row: CSVRow, _ totp: Int, at position: Int, to sink: any EntrySink) throws(ConversionError) {
        let title = string(row, layout.title)
        var user = layout.user.lazy.map { string(row, $0) }.first { !$0.isEmpty } ?? ""
        if user.isEmpty { user = try userLine(row) }
        let label = [title, user].filter { !$0.isEmpty }.joined(separator: ": ")
        try sink.item(label.isEmpty ? "line \(row.line)" : label, at: position) { () throws(ConversionError) in
            let field = try row.secret(totp)
            var entry = try TOTPField.entry(field.bytes, title: title, user: user)
            entry.tags += tags(row)
            let mark = string(row, layout.favourite).lowercased()
            entry.extras.isFavourite = entry.extras.isFavourite || ["1", "true", "yes"].contains(mark)
            if let column = titles.firstIndex(of: layout.note), !row.isEmpty(column) {
                entry.note = try row.secret(column)
            }
            for (column, what) in layout.lost {
                if let index = titles.firstIndex(of: column), !row.isEmpty(index) { entry.lost.append(what) }
            }
            return entry
        }
    }

    private func userLine(_ row: CSVRow) throws(ConversionError) -> String {
        guard let column = titles.firstIndex(of: layout.userLine) else { return "" }
        let text = LockedText(try row.secret(column))
        let mark: StaticString = "user name:"
        var lines = LineReader()
        while let line = lines.next(in: text) {
            guard text.withBytes({ $0.extracting(line).hasASCIIPrefix(mark) }) else { continue }
            let name = text.string(line.lowerBound + mark.utf8CodeUnitCount..<line.upperBound) ?? ""
            return AccountLabel.trimmed(name[...])
        }
        return ""
    }

    private func tags(_ row: CSVRow) -> [String] {
        var path = string(row, layout.group).split(separator: layout.separator).map(String.init)
        if layout.hasRoot { path = Array(path.dropFirst().suffix(1)) }
        let tags = string(row, layout.tags).split { $0 == "," || $0 == ";" }.map { AccountLabel.trimmed($0) }
        return (path.isEmpty ? [] : [path.joined(separator: "/")]) + tags.filter { !$0.isEmpty }
    }
}
