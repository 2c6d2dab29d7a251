import Platform
import TestSupport
import Testing
import Wire

@testable import Interchange

/// Databases in write-ahead mode, as Python's sqlite3 makes them: the newest account is in the log only.
@Suite(.enabled(if: program("python3") != nil, "python3 is not installed"))
struct DatabaseTests {
    private static let script = """
        import shutil, sqlite3, sys
        path = sys.argv[1] + "/PhoneFactor"
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA page_size=512")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA wal_autocheckpoint=0")
        database.execute("CREATE TABLE accounts (_id INTEGER PRIMARY KEY, name TEXT, username TEXT, account_type INTEGER,"
                         " oath_secret_key TEXT, encrypted_oath_secret_key TEXT)")
        add = "INSERT INTO accounts (name, username, account_type, oath_secret_key) VALUES (?, ?, ?, ?)"
        database.execute(add, ("Otter", "mia", 0, "gezdgnbvgy3tqojq"))
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(20):
            database.execute(add, ("Fern", str(number), 0, "gezdgnbvgy3tqojq"))
        database.execute(add, ("Contoso", "work", 2, ""))
        database.execute("BEGIN")
        database.execute(add, ("never", "committed", 0, "gezdgnbvgy3tqojq"))
        for name in ("", "-wal"):
            shutil.copy(path + name, sys.argv[1] + "/copy" + name)
        """

    private let database: [UInt8]
    private let log: [UInt8]

    init() throws {
        let scratch = try Scratch()
        let result = try run("python3", ["-c", Self.script, scratch.path])
        try #require(result.status == 0)
        database = try Fixtures.bytes(at: scratch.path("copy"))
        log = try Fixtures.bytes(at: scratch.path("copy-wal"))
    }

    private func read(_ files: [[UInt8]]) throws -> CollectingSink {
        let source = try Source(files.map { SourceFile(name: "", text: LockedText(try locked($0))) })
        return try InterchangeTests.read(source).found
    }

    @Test("The accounts in the log come along, and what was not committed does not") func withLog() throws {
        let found = try read([database, log])
        #expect(found.entries.count == 22)
        #expect(found.entries.first?.issuer == "Otter" && found.entries[20].name == "19")
        #expect(found.entries.last?.state == .needsVerification && found.entries.last?.parameters == nil)
        #expect(found.warnings.isEmpty && found.problems.isEmpty)
    }

    @Test("Without the log there is a warning") func withoutLog() throws {
        let found = try read([database])
        #expect(found.entries.map(\.issuer) == ["Otter"] && found.warnings.count == 1)
    }

    @Test("A log that is cut off inside a frame, or changed, is refused") func brokenLog() throws {
        #expect(throws: ConversionError.self) { try read([database, Array(log.dropLast(10))]) }
        for place in [12, 24, 40, 60, 32 + 24 + 100, log.count - 1] {
            var changed = log
            changed[place] ^= 1
            // What begins with other salts is the rest of an earlier log: nothing of it counts.
            let found = try? read([database, changed])
            #expect(found == nil || found?.entries.count == 1, "octet \(place)")
        }
    }

    @Test("A database whose tables are not those of an authenticator is of no known format") func otherTables() throws {
        let scratch = try Scratch()
        let made = try run(
            "python3",
            [
                "-c",
                "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute('CREATE TABLE other (a)');"
                    + "d.execute('CREATE VIEW accounts AS SELECT 1 AS email, 2 AS secret'); d.commit()",
                scratch.path("x"),
            ])
        try #require(made.status == 0)
        let bytes = try Fixtures.bytes(at: scratch.path("x"))
        let told = "the file is a database of a program that is not known here"
        #expect(throws: ConversionError.unsupported(told, remedy: "see the list in fob-formats(7)")) {
            try read([bytes])
        }
    }
}
