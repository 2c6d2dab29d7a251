import Platform
import Wire

/// 1Password's older export, `.1pif`: a JSON text on a line for each item, with a line of asterisks behind it.
enum OnePasswordInterchangeReader: FormatReader {
    static let name = "1password"

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { isItem($0) || $0.items.contains(where: isItem) }
    }

    private static func isItem(_ value: JSONValue) -> Bool {
        value["typeName"]?.isString == true && value["secureContents"]?.isObject == true
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let json = try source.json()
        var items = ItemCounter()
        for item in json.isArray ? json.items : [json] {
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
