import OneTimePassword
import Platform

/// A CSV of no program that is known here, whose line of titles says what its columns are: made by hand, by a script, or by a
/// password manager that is not in the list. Without titles, two or three columns are names and a key or a URI.
enum AnyCSVReader: FormatReader {
    static let name = "csv"

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape, let csv = try? CSVText.parse(source.text, most: 64) else { return false }
        return Layout(csv) != nil
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let csv = try CSVText.parse(source.text)
        guard let layout = Layout(csv) else { throw .malformed("no column of it has one-time passwords") }
        var items = ItemCounter()
        for index in layout.first..<csv.rows.count {
            let row = csv[index]
            let codes = row.isBroken ? layout.codes : layout.codes.filter { !row.isEmpty($0) }
            try items.give(Array(codes.prefix(1)), of: "line \(row.line)", to: sink) { code throws(ConversionError) in
                guard !row.isBroken else { throw .malformed(CSVParser.broken) }
                return try entry(row, code, layout.fields)
            }
        }
        try items.finish(sink)
    }

    private static func entry(_ row: CSVRow, _ code: Int, _ fields: AnyAccount<Int>) throws(ConversionError) -> Entry {
        let field = try row.secret(code)
        var link: LockedBuffer?
        if let place = fields.link, !row.isEmpty(place) { link = try row.secret(place) }
        var entry = try fields.entry(field.bytes, link: link) { row.isCode($0) ? "" : row.string($0) }
        if let note = fields[.note].first { entry.note = try row.secret(note) }
        if fields[.password].contains(where: { !row.isEmpty($0) }) { entry.lost.append("password") }
        return entry
    }

    /// Which columns mean what.
    private struct Layout {
        /// The columns with one-time passwords, which have nothing else in them, the best first.
        let codes: [Int]
        var fields = AnyAccount<Int>()
        /// The first row behind the titles.
        let first: Int

        init?(_ csv: CSVText) {
            guard let titles = csv.rows.isEmpty ? nil : csv[0], titles.count > 1, !titles.isBroken else { return nil }
            if let code = (0..<titles.count).first(where: { titles.isCode($0, 10) && titles.isKeyLike($0) }) {
                // In a line with more than names and a code nobody knows what the rest means.
                let others = (0..<titles.count).filter { $0 != code && !titles.isEmpty($0) }
                guard others.count <= 2, titles.count <= 3, !others.contains(where: titles.isTitleOfCodes) else {
                    return nil
                }
                (codes, first) = ([code], 0)
                for (column, name) in zip(others, others.count == 2 ? ["issuer", "account"] : ["name"]) {
                    fields.add(name.utf8.span, column)
                }
                guard Self.hasOnlyCodes(csv, code, 10, from: 0, where: { $0.isKeyLike(code) }) else { return nil }
                return
            }
            for column in 0..<titles.count {
                guard let title = try? titles.secret(column) else { return nil }
                fields.add(title.bytes, column)
            }
            let links = (0..<titles.count).filter { Self.hasOnlyCodes(csv, $0, .max, from: 1) }
            if links.count == 1 { fields.add(link: links[0]) }
            let named = fields.codes.filter { Self.hasOnlyCodes(csv, $0.place, $0.least, from: 1) }
            codes = named.map(\.place) + links
            first = 1
            guard fields.isNamed, !codes.isEmpty else { return nil }
        }

        /// One that somebody has broken is no reason to take the others for something else.
        private static func hasOnlyCodes(
            _ csv: CSVText, _ column: Int, _ least: Int, from first: Int,
            where isRight: (CSVRow) -> Bool = { _ in true }
        ) -> Bool {
            let filled = (first..<csv.rows.count).map { csv[$0] }.filter { !$0.isBroken && !$0.isEmpty(column) }
            return 2 * filled.count { $0.isCode(column, least) && isRight($0) } > filled.count
        }
    }
}

extension CSVRow {
    /// Whether a field is the URI of an account, or a key of so many bytes.
    fileprivate func isCode(_ column: Int, _ least: Int = .max) -> Bool {
        guard let field = try? secret(column) else { return false }
        return URILine.isCode(field.bytes, least)
    }

    /// Whether a field is called as one-time passwords are.
    fileprivate func isTitleOfCodes(_ column: Int) -> Bool {
        guard let field = try? secret(column) else { return false }
        return AnyField.named(field.bytes)?.field == .code
    }

    /// Whether a field is a URI, or is written as keys are, which words seldom are: in one case, with digits, in groups of one length.
    fileprivate func isKeyLike(_ column: Int) -> Bool {
        guard let field = try? secret(column), URILine.kind(field.bytes) != .account else { return true }
        var (upper, lower, digits, length, group) = (0, 0, 0, 0, 0)
        for index in field.bytes.indices {
            switch field.bytes[index] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"): lower += 1
            case UInt8(ascii: "2")...UInt8(ascii: "7"): digits += 1
            default:
                // Spaces around it, and padding.
                if length > 0, group > 0, group != length { return false }
                (length, group) = (max(length, group), 0)
                continue
            }
            group += 1
        }
        return min(upper, lower) == 0 && digits > 0 && (length == 0 || group <= length)
    }
}
