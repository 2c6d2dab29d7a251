import OneTimePassword
import Platform

/// SafeInCloud: its XML export; a one-time password is a field of a card.
enum SafeInCloudReader: FormatReader {
    static let name = "safeincloud"

    static func recognizes(_ source: Source) -> Bool { source.xml("database")?.child("card") != nil }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard let root = source.xml("database") else { throw .malformed("it is no such file") }
        var labels: [String: String] = [:]
        for label in root.children("label") { labels[label.attribute("id") ?? ""] = label.attribute("name") }
        var items = ItemCounter()
        for card in root.children("card") where card.attribute("template") != "true" {
            let codes = card.children("field").filter { $0.attribute("type") == "one_time_password" && $0.hasText }
            try items.give(codes, of: card.attribute("title") ?? "", to: sink) { code throws(ConversionError) in
                try entry(card, code, labels)
            }
        }
        try items.finish(sink)
    }

    private static func entry(
        _ card: XMLElement, _ code: XMLElement, _ labels: [String: String]
    ) throws(ConversionError) -> Entry {
        func has(_ type: String) -> XMLElement? {
            card.children("field").first { $0.attribute("type") == type && $0.hasText }
        }
        let text = try code.secret()
        let user = has("login") ?? has("email")
        var entry = try TOTPField.entry(text.bytes, title: card.attribute("title") ?? "", user: user?.text ?? "")
        if let notes = card.child("notes") { entry.note = try notes.secret() }
        entry.tags += card.children("label_id").compactMap { labels[$0.text ?? ""] }
        entry.extras.isFavourite = card.attribute("star") == "true"
        entry.isTrashed = card.attribute("deleted") == "true"
        if has("password") != nil { entry.lost.append("password") }
        if has("website") != nil { entry.lost.append("web addresses") }
        return entry
    }
}
