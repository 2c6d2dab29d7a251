import Platform
import Wire

/// 1Password's older export, `.1pif`: a JSON text on a line for each item, with a line of asterisks behind it.
enum OnePasswordInterchangeReader: FormatReader {
    static let name = "1password"
    private static let separator: StaticString = "***5642bee8-a5ff-11dc-8314-0800200c9a66***"

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape else { return false }
        return source.text.withBytes { isExport($0) }
    }

    /// Whether bytes that begin like JSON are such a file.
    static func isExport(_ bytes: Span<UInt8>) -> Bool {
        bytes.extracting(0..<min(bytes.count, 1 << 20)).firstIndex(of: separator) != nil
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        var lines = LineReader()
        var items = ItemCounter()
        while let line = lines.next(in: source.text) {
            guard source.text.withBytes({ $0.extracting(line).hasPrefix("{") }) else { continue }
            let item: JSONValue
            do throws(ConversionError) { item = try JSONText.parse(LockedText(try source.text.copy(line))) } catch {
                guard case .malformed(let reason) = error else { throw error }
                try items.problem("line \(lines.number)", reason, to: sink)
                continue
            }
            try items.give(codes(item), of: item["title"]?.string ?? "", to: sink) { code throws(ConversionError) in
                try entry(item, code)
            }
        }
        try items.finish(sink)
    }

    /// Fields of sections whose name says so, or whose value does.
    private static func codes(_ item: JSONValue) -> [JSONValue] {
        (item["secureContents"]?["sections"]?.items ?? []).flatMap { $0["fields"]?.items ?? [] }.compactMap { field in
            guard let value = field["v"], value.isString, !value.equals("") else { return nil }
            let isNamed = field["n"]?.string?.hasPrefix("TOTP_") == true
            return isNamed || value.withText { $0.hasASCIIPrefix("otpauth://") } ? value : nil
        }
    }

    private static func entry(_ item: JSONValue, _ code: JSONValue) throws(ConversionError) -> Entry {
        let contents = item["secureContents"]
        let login = contents?["fields"]?.items ?? []
        let user = login.first { $0["designation"]?.equals("username") == true }?["value"]?.string ?? ""
        var entry = try code.entry(title: item.text("title"), user: user)
        entry.tags = item["openContents"]?["tags"]?.items.compactMap(\.string) ?? []
        if let contents { entry.note = try contents.secretOrNothing("notesPlain") }
        entry.extras.isFavourite = item["openContents"]?["faveIndex"]?.unsigned ?? 0 > 0
        entry.isTrashed = item["trashed"]?.bool == true
        if login.contains(where: { $0["designation"]?.equals("password") == true && $0.has("value") }) {
            entry.lost.append("password")
        }
        if item.has("location") { entry.lost.append("web addresses") }
        return entry
    }
}
