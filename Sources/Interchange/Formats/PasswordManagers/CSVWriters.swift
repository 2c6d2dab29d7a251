import OneTimePassword
import Platform
import Wire

/// The CSV of KeePassXC.
final class KeePassXCWriter: FormatWriter {
    static let format = ExportFormat.keepassxc
    /// A slash in the path of a group begins a group below it.
    static let holding = Holding(
        [.totp, .steam], tags: .one(without: "/"), hasNote: true, shownRight: KeePassXMLWriter.keePassXCPeriods)

    private let csv: CSVOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        csv = try CSVOutput(sink)
        try csv.line([
            "Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon", "Last Modified", "Created",
        ])
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        try csv.field(tags.first.map { "Root/\($0)" } ?? "Root")
        try csv.field(entry.issuer)
        try csv.field(entry.name)
        try csv.field("")
        try csv.field("")
        try csv.field(entry.note.bytes)
        let uri = try entry.uri()
        try csv.field(uri.bytes)
        try csv.line(["0", "", ""])
        return nil
    }

    func finish() throws(ConversionError) { try csv.finish() }
}

/// The CSV of 1Password 8.
final class OnePasswordWriter: FormatWriter {
    static let format = ExportFormat.onePassword
    static let holding = Holding([.totp], tags: .many(without: ",;"), hasNote: true, hasFavourite: true)

    private let csv: CSVOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        csv = try CSVOutput(sink)
        try csv.line([
            "Title", "Url", "Username", "Password", "OTPAuth", "Favorite", "Archived", "Tags", "Notes",
        ])
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        try csv.field(entry.title)
        try csv.field("")
        try csv.field(entry.name)
        try csv.field("")
        let uri = try entry.uri()
        try csv.field(uri.bytes)
        try csv.field(entry.extras.isFavourite ? "true" : "false")
        try csv.field("false")
        try csv.field(tags.joined(separator: ";"))
        try csv.field(entry.note.bytes)
        try csv.endLine()
        return nil
    }

    func finish() throws(ConversionError) { try csv.finish() }
}

/// The CSV of Keeper, which has no line of titles: folder, title, login, password, address, notes, shared folder, and then
/// names and values of further fields.
final class KeeperCSVWriter: FormatWriter {
    static let format = ExportFormat.keeperCSV
    /// A backslash in a folder begins one below it.
    static let holding = Holding([.totp], tags: .one(without: "\\"), hasNote: true)

    private let csv: CSVOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        csv = try CSVOutput(sink)
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        try csv.field(tags.first ?? "")
        try csv.field(entry.title)
        try csv.field(entry.name)
        try csv.field("")
        try csv.field("")
        try csv.field(entry.note.bytes)
        try csv.field("")
        try csv.field("TFC:Keeper")
        let uri = try entry.uri()
        try csv.field(uri.bytes)
        try csv.endLine()
        return nil
    }

    func finish() throws(ConversionError) { try csv.finish() }
}

/// The JSON of Keeper.
final class KeeperJSONWriter: FormatWriter {
    static let format = ExportFormat.keeperJSON
    static let holding = Holding([.totp], tags: .many(without: "\\"), hasNote: true)

    private let json: JSONOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        json = JSONOutput(try TextOutput(sink))
        try json.beginObject()
        try json.name("shared_folders")
        try json.beginArray()
        try json.endArray()
        try json.name("records")
        try json.beginArray()
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        try json.beginObject()
        try json.member("title", entry.title)
        try json.member("login", entry.name)
        try json.member("password", "")
        try json.member("login_url", "")
        try json.name("notes")
        try json.string(entry.note.bytes)
        try json.name("custom_fields")
        try json.beginObject()
        let uri = try entry.uri()
        try json.optional("$oneTimeCode", uri.bytes)
        try json.endObject()
        if !tags.isEmpty {
            try json.name("folders")
            try json.beginArray()
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

/// The CSV of LastPass; its one-time passwords are bare secrets.
final class LastPassWriter: FormatWriter {
    static let format = ExportFormat.lastpass
    static let holding = Holding(
        [.totp], algorithms: [.sha1], digits: [6], periods: 30...30, tags: .one(without: "\\"), hasNote: true,
        hasFavourite: true, untoldIssuer: [.totp])

    private let csv: CSVOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        csv = try CSVOutput(sink)
        try csv.line(["url", "username", "password", "totp", "extra", "name", "grouping", "fav"])
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        try csv.field("")
        try csv.field(entry.name)
        try csv.field("")
        try csv.field { (output) throws(ConversionError) in try output.putBase32(entry.key.bytes) }
        try csv.field(entry.note.bytes)
        try csv.field(entry.title)
        try csv.field(tags.first ?? "")
        try csv.field(entry.extras.isFavourite ? "1" : "0")
        try csv.endLine()
        return nil
    }

    func finish() throws(ConversionError) { try csv.finish() }
}
