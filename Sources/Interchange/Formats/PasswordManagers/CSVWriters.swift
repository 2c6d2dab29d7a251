import OneTimePassword
import Platform
import Wire

/// What stands in a column of a password manager's CSV.
enum CSVColumn {
    /// Always the same text.
    case text(String)
    /// The issuer, or what stands for it where there is none.
    case issuer, title
    case name, note, uri
    /// The key in base32.
    case key
    /// One tag, behind what all groups are in.
    case folder(root: String)
    case tags
    case favourite(yes: String, no: String)
}

/// A writer of such a CSV.
class CSVWriter {
    private let csv: CSVOutput
    private let columns: [CSVColumn]

    /// Writes the line of titles, if there is one.
    init(_ sink: any FileSink, titles: [String], _ columns: [CSVColumn]) throws(ConversionError) {
        csv = try CSVOutput(sink)
        self.columns = columns
        if !titles.isEmpty { try csv.line(titles) }
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        for column in columns {
            switch column {
            case .text(let text): try csv.field(text)
            case .issuer: try csv.field(entry.issuer)
            case .title: try csv.field(entry.title)
            case .name: try csv.field(entry.name)
            case .note: try csv.field(entry.note.bytes)
            case .uri:
                let uri = try entry.uri()
                try csv.field(uri.bytes)
            case .key:
                let key = try ConversionError.copy(entry.key.bytes)
                try csv.field { (output) throws(ConversionError) in try output.putBase32(key.bytes) }
            case .folder(let root):
                try csv.field(([root] + tags.prefix(1)).filter { !$0.isEmpty }.joined(separator: "/"))
            case .tags: try csv.field(tags.joined(separator: ";"))
            case .favourite(let yes, let no): try csv.field(entry.extras.isFavourite ? yes : no)
            }
        }
        try csv.endLine()
        return nil
    }

    func finish() throws(ConversionError) { try csv.finish() }
}

/// The CSV of KeePassXC.
final class KeePassXCWriter: CSVWriter, FormatWriter {
    static let format = ExportFormat.keepassxc
    /// A slash in the path of a group begins a group below it.
    static let holding = Holding(
        [.totp, .steam], tags: .one(without: "/"), hasNote: true, shownRight: KeePassXMLWriter.keePassXCPeriods)

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        try super.init(
            sink,
            titles: [
                "Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon", "Last Modified", "Created",
            ],
            [
                .folder(root: "Root"), .issuer, .name, .text(""), .text(""), .note, .uri, .text("0"), .text(""),
                .text(""),
            ])
    }
}

/// The CSV of 1Password 8.
final class OnePasswordWriter: CSVWriter, FormatWriter {
    static let format = ExportFormat.onePassword
    static let holding = Holding([.totp], tags: .many(without: ",;"), hasNote: true, hasFavourite: true)

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        try super.init(
            sink,
            titles: ["Title", "Url", "Username", "Password", "OTPAuth", "Favorite", "Archived", "Tags", "Notes"],
            [
                .title, .text(""), .name, .text(""), .uri, .favourite(yes: "true", no: "false"), .text("false"), .tags,
                .note,
            ])
    }
}

/// The CSV of Keeper, which has no line of titles: folder, title, login, password, address, notes, shared folder, and then
/// names and values of further fields.
final class KeeperCSVWriter: CSVWriter, FormatWriter {
    static let format = ExportFormat.keeperCSV
    /// A backslash in a folder begins one below it.
    static let holding = Holding([.totp], tags: .one(without: "\\"), hasNote: true)

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        try super.init(
            sink, titles: [],
            [
                .folder(root: ""), .title, .name, .text(""), .text(""), .note, .text(""), .text("TFC:Keeper"), .uri,
            ])
    }
}

/// The CSV of LastPass; its one-time passwords are bare secrets.
final class LastPassWriter: CSVWriter, FormatWriter {
    static let format = ExportFormat.lastpass
    static let holding = Holding(
        [.totp], algorithms: [.sha1], digits: [6], periods: 30...30, tags: .one(without: "\\"), hasNote: true,
        hasFavourite: true, untoldIssuer: [.totp])

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        try super.init(
            sink, titles: ["url", "username", "password", "totp", "extra", "name", "grouping", "fav"],
            [
                .text(""), .name, .text(""), .key, .note, .title, .folder(root: ""), .favourite(yes: "1", no: "0"),
            ])
    }
}

/// The JSON of Keeper.
final class KeeperJSONWriter: FormatWriter {
    static let format = ExportFormat.keeperJSON
    static let holding = Holding([.totp], tags: .many(without: "\\"), hasNote: true)

    private let json: JSONOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        json = JSONOutput(try TextOutput(sink))
        try json.beginObject()
        try json.member("shared_folders", [String]())
        try json.beginArray("records")
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        try json.beginObject()
        try json.member("title", entry.title)
        try json.member("login", entry.name)
        try json.member("password", "")
        try json.member("login_url", "")
        try json.name("notes")
        try json.string(entry.note.bytes)
        try json.beginObject("custom_fields")
        let uri = try entry.uri()
        try json.optional("$oneTimeCode", uri.bytes)
        try json.endObject()
        if !tags.isEmpty {
            try json.beginArray("folders")
            for tag in tags {
                try json.beginObject()
                try json.member("folder", tag)
                try json.endObject()
            }
            try json.endArray()
        }
        try json.endObject()
        return nil
    }

    func finish() throws(ConversionError) {
        try json.endArray()
        try json.endObject()
        try json.output.put("\n")
        try json.output.finish()
    }
}
