import CSQLite
package import Platform

/// A SQLite database in memory, to be read only. It opens no file, runs nothing that the schema names, and gives up
/// what takes too long: the file comes from a stranger.
@safe package final class Database {
    /// Bytes of one value.
    package static let mostOctets = 1 << 20
    /// Rows of one table that are read.
    package static let mostRows = 100_000
    /// Steps of SQLite's machine for one connection: some seconds.
    private static let mostSteps = 500_000_000
    private static let stepsPerCall: Int32 = 10_000

    // Invariant: an open connection that nobody else has, whose database is the buffer's bytes. Their place does not
    // change while the buffer lives.
    fileprivate let connection: OpaquePointer
    private let calls: UnsafeMutablePointer<Int>
    private let image: LockedBuffer

    /// Opens the bytes of a database file.
    package init(_ image: consuming LockedBuffer) throws(ForeignError) {
        try Self.check(image.bytes)
        // A database with a log of its own (WAL) is one without it for whoever only reads the file.
        image.withMutableBytes { bytes in (bytes[18], bytes[19]) = (1, 1) }
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(
            ":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let connection = unsafe opened else {
            unsafe sqlite3_close_v2(opened)
            throw .outOfMemory
        }
        unsafe self.connection = connection
        unsafe calls = .allocate(capacity: 1)
        unsafe calls.initialize(to: 0)
        let count = image.count
        let attached = image.withMutableBytes { bytes in
            unsafe bytes.withUnsafeMutableBufferPointer { bytes in
                unsafe sqlite3_deserialize(
                    connection, "main", bytes.baseAddress, Int64(count), Int64(count),
                    UInt32(SQLITE_DESERIALIZE_READONLY))
            }
        }
        self.image = image
        guard attached == SQLITE_OK, unsafe fob_sqlite_distrust(connection) == 0 else { throw .unsupported }
        limit()
    }

    deinit {
        unsafe sqlite3_close_v2(connection)
        unsafe calls.deallocate()
    }

    /// The header says how long the file is: one that was cut off is not read at all, even where what is asked for is
    /// still there.
    private static func check(_ image: Span<UInt8>) throws(ForeignError) {
        guard image.count >= 512 else { throw .damaged }
        let stored = Int(image[16]) << 8 | Int(image[17])
        let page = stored == 1 ? 65536 : stored
        guard (512...65536).contains(page), page & (page - 1) == 0 else { throw .damaged }
        var pages = 0
        for index in 28..<32 { pages = pages << 8 | Int(image[index]) }
        // Programs older than 3.7.0 leave the count of pages out, and the two versions differ.
        var isCounted = true
        for index in 0..<4 where image[24 + index] != image[92 + index] { isCounted = false }
        guard image.count % page == 0, !isCounted || pages * page <= image.count else { throw .damaged }
    }

    private func limit() {
        for (what, most) in [
            (SQLITE_LIMIT_LENGTH, Int32(Self.mostOctets)), (SQLITE_LIMIT_SQL_LENGTH, 100_000),
            (SQLITE_LIMIT_COLUMN, 500), (SQLITE_LIMIT_EXPR_DEPTH, 50), (SQLITE_LIMIT_COMPOUND_SELECT, 3),
            (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_TRIGGER_DEPTH, 1), (SQLITE_LIMIT_WORKER_THREADS, 0),
        ] { unsafe sqlite3_limit(connection, what, most) }
        unsafe sqlite3_progress_handler(
            connection, Self.stepsPerCall,
            { calls in
                guard let calls = unsafe calls?.assumingMemoryBound(to: Int.self) else { return 1 }
                unsafe calls.pointee += 1
                return unsafe calls.pointee > Database.mostSteps / Int(Database.stepsPerCall) ? 1 : 0
            }, calls)
    }

    /// The names of a table's columns, in lower case; empty when there is no such table. Views are none.
    package func columns(of table: StaticString) throws(ForeignError) -> [String] {
        guard let statement = unsafe try prepare("SELECT * FROM \"\(table)\" LIMIT 0") else { return [] }
        defer { unsafe sqlite3_finalize(statement) }
        let count = unsafe sqlite3_column_count(statement)
        return (0..<count).map { column in
            unsafe sqlite3_column_name(statement, column).flatMap { unsafe String(validatingCString: $0) }?
                .lowercased() ?? ""
        }
    }

    /// The rows that a SELECT gives.
    package func select(_ query: String) throws(ForeignError) -> Rows {
        guard let statement = unsafe try prepare(query) else { throw .unsupported }
        return unsafe Rows(self, statement)
    }

    /// Nil when the schema does not have what it names.
    private func prepare(_ query: String) throws(ForeignError) -> OpaquePointer? {
        var statement: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(connection, query, -1, &statement, nil)
        if code == SQLITE_ERROR { return nil }
        guard code == SQLITE_OK else { throw Self.error(code) }
        return unsafe statement
    }

    fileprivate static func error(_ code: Int32) -> ForeignError {
        switch code & 0xFF {
        case SQLITE_NOMEM: .outOfMemory
        case SQLITE_TOOBIG: .tooLarge
        case SQLITE_INTERRUPT: .tooExpensive
        default: .damaged
        }
    }
}

/// Rows of a database, one after the other. A column that is not of the type asked for is as one that is NULL.
@safe package struct Rows: ~Copyable {
    private let database: Database
    // Invariant: a prepared statement of that connection, which lives as long as this value holds the database.
    private let statement: OpaquePointer
    private var count = 0

    fileprivate init(_ database: Database, _ statement: OpaquePointer) {
        self.database = database
        unsafe self.statement = statement
    }

    deinit { unsafe sqlite3_finalize(statement) }

    /// Goes to the next row, at first to the first one; false at the end.
    package mutating func next() throws(ForeignError) -> Bool {
        let code = unsafe sqlite3_step(statement)
        guard code == SQLITE_ROW else {
            guard code == SQLITE_DONE else { throw Database.error(code) }
            return false
        }
        count += 1
        guard count <= Database.mostRows else { throw .tooLarge }
        return true
    }

    /// A whole number.
    package func integer(_ column: Int32) -> Int64? {
        unsafe sqlite3_column_type(statement, column) == SQLITE_INTEGER
            ? sqlite3_column_int64(statement, column) : nil
    }

    /// A text that is not secret; nil as well when it is not UTF-8.
    package func text(_ column: Int32) -> String? {
        guard unsafe sqlite3_column_type(statement, column) == SQLITE_TEXT else { return nil }
        return withOctets(column) { bytes in
            guard let text = try? UTF8Span(validating: bytes) else { return nil }
            return String(copying: text)
        }
    }

    /// Lends the bytes of a text or a blob, which may be secret; nothing for any other type.
    package func withOctets<R: ~Copyable, E: Error>(
        _ column: Int32, _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let type = unsafe sqlite3_column_type(statement, column)
        guard type == SQLITE_TEXT || type == SQLITE_BLOB, let start = unsafe sqlite3_column_blob(statement, column)
        else { return try body(Span()) }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        let bytes = unsafe Span<UInt8>(
            _unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: count)
        return try body(bytes)
    }
}
