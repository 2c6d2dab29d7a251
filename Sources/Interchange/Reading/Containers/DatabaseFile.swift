import ForeignLibraries
import OneTimePassword
import Platform

/// The names of columns in the tables that authenticators keep their accounts in.
package struct DatabaseTables: Sendable {
    /// Of `accounts`: Microsoft's and Google's.
    package let accounts: [String]
    /// Of `authenticator`: Stratum's.
    package let authenticator: [String]

    init(_ database: Database) throws(ConversionError) {
        func columns(_ table: StaticString) throws(ConversionError) -> [String] {
            try ConversionError.foreign { () throws(ForeignError) in try database.columns(of: table) }
        }
        (accounts, authenticator) = (try columns("accounts"), try columns("authenticator"))
    }
}

/// Databases that come as files.
enum DatabaseFile {
    /// Opens the first file, with what the log among the others adds to it.
    static func open(_ files: [SourceFile]) throws(ConversionError) -> Database {
        let image = try image(files)
        do throws(ForeignError) {
            return try Database(image)
        } catch {
            throw error == .damaged ? .malformed("the database is cut off or damaged") : ConversionError(error)
        }
    }

    private static func image(_ files: [SourceFile]) throws(ConversionError) -> LockedBuffer {
        try files[0].text.withBytes { (database: Span<UInt8>) throws(ConversionError) in
            guard let file = log(files) else { return try ConversionError.copy(database) }
            return try file.text.withBytes { (log: Span<UInt8>) throws(ConversionError) in
                try WriteAheadLog(log).applied(to: database, from: log)
            }
        }
    }

    private static func log(_ files: [SourceFile]) -> SourceFile? {
        files.dropFirst().first { $0.text.withBytes { WriteAheadLog.isLog($0) } }
    }

    /// Whether the program that wrote the database keeps a log, which is not there.
    static func lacksLog(_ files: [SourceFile]) -> Bool {
        log(files) == nil && files[0].text.withBytes { $0.count > 18 && $0[18] == 2 }
    }

    /// What to say where a log is missing.
    static let lackOfLog =
        "if there is a file of the same name that ends in -wal beside it, give that too: it holds the latest changes"

    /// Rows of a table with these columns, of which those that it does not have are NULL. All names are this program's
    /// own.
    static func rows(
        _ database: Database, _ table: StaticString, _ wanted: [String], of columns: [String], order: String
    ) throws(ConversionError) -> Rows {
        let list = wanted.map { columns.contains($0.lowercased()) ? "\"\($0)\"" : "NULL" }.joined(separator: ", ")
        return try select(database, "SELECT \(list) FROM \"\(table)\" ORDER BY \(order)")
    }

    /// What a query gives.
    static func select(_ database: Database, _ query: String) throws(ConversionError) -> Rows {
        try ConversionError.foreign { () throws(ForeignError) in try database.select(query) }
    }
}

/// A reader for a database of one app.
protocol DatabaseReader: FormatReader {
    /// The columns of the table with its accounts; nil when it is another app's.
    static func columns(_ tables: DatabaseTables) -> [String]?
    /// Gives the accounts in that table.
    static func read(_ database: Database, _ columns: [String], to sink: any EntrySink) throws(ConversionError)
}

extension DatabaseReader {
    static func recognizes(_ source: Source) -> Bool { columns(source) != nil }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard let columns = columns(source) else { throw .malformed("it is not a database of this app") }
        let database = try DatabaseFile.open(source.files)
        if DatabaseFile.lacksLog(source.files) { try sink.warning(DatabaseFile.lackOfLog) }
        try read(database, columns, to: sink)
    }

    private static func columns(_ source: Source) -> [String]? {
        guard case .sqlite(let tables) = source.shape else { return nil }
        return columns(tables)
    }
}

extension Rows {
    /// Goes to the next row, with the errors of a file.
    mutating func step() throws(ConversionError) -> Bool {
        do throws(ForeignError) {
            return try next()
        } catch {
            throw error == .damaged ? .malformed("the database is cut off or damaged") : ConversionError(error)
        }
    }

    /// The key that a text of this row is.
    func key(_ column: Int32, _ form: KeyText.Form = .base32) throws(ConversionError) -> LockedBuffer {
        try withOctets(column) { (bytes: Span<UInt8>) throws(ConversionError) in
            guard bytes.count > 0 else { throw ConversionError(.keyEmpty) }
            return try KeyText.decode(bytes, form)
        }
    }

    /// A whole number that is not negative; nil for NULL.
    func number(_ column: Int32) -> UInt64? { integer(column).map { UInt64(exactly: $0) ?? .max } }

    /// A text or a blob has something in it.
    func hasOctets(_ column: Int32) -> Bool { withOctets(column) { $0.count > 0 } }
}
