import Testing

@testable import Interchange

@Suite(.enabled(if: !Fixtures.rows.isEmpty, "../shared/fixtures is not beside the repository"))
struct HostileJSONTests {
    /// The files of the fixtures that are JSON texts.
    private static let rows = Fixtures.rows.filter { row in
        guard row.expect == "ok", let bytes = try? Fixtures.bytes(row.file) else { return false }
        return bytes.first == UInt8(ascii: "{") || bytes.first == UInt8(ascii: "[")
    }

    @Test("Cut off anywhere, a file is an error", arguments: HostileJSONTests.rows)
    func truncated(_ row: Fixtures.Row) throws {
        let bytes = try Fixtures.bytes(row.file)
        for part in 0..<64 {
            #expect(throws: ConversionError.self) {
                try read(Array(bytes.prefix(bytes.count * part / 64)), password: row.password)
            }
        }
    }

    @Test(
        "Another password is told as such",
        arguments: HostileJSONTests.rows.filter { row in
            // What takes a second and more is tried by the other tests with the right password.
            !row.password.isEmpty && row.format != "ente-encrypted"
        })
    func password(_ row: Fixtures.Row) throws {
        let bytes = try Fixtures.bytes(row.file)
        #expect(throws: ConversionError.wrongPassword) { try read(bytes, password: row.password + "x") }
        #expect(throws: ConversionError.passwordNeeded) { try read(bytes) }
    }

    @Test("Ciphertext may begin with a brace, a broken text may not", arguments: ["{", "["])
    func brace(_ first: String) throws {
        let cipher = Array(first.utf8) + [UInt8](repeating: 0xFF, count: 80)
        let source = try Source([SourceFile(name: "", text: LockedText(locked(cipher)))])
        guard case .other = source.shape else {
            Issue.record("it was taken for a text")
            return
        }
        #expect(throws: ConversionError.self) { try read(json: first + "é") }
    }

    @Test("A BOM, white space and CRLF do not matter", arguments: HostileJSONTests.rows.filter { $0.password.isEmpty })
    func spaces(_ row: Fixtures.Row) throws {
        let bytes = try Fixtures.bytes(row.file)
        var wide: [UInt8] = [0xEF, 0xBB, 0xBF, 0x0D, 0x0A]
        for byte in bytes { wide += byte == 0x0A ? [0x0D, 0x0A] : [byte] }
        wide.append(0x20)
        #expect(try read(wide).found.entries.map(\.key) == read(bytes).found.entries.map(\.key))
    }

    @Test("Every reader gives nothing of a JSON text of another format", arguments: Formats.jsonReaders.indices)
    func forced(_ index: Int) throws {
        let reader = Formats.jsonReaders[index]
        func found(_ text: String) throws(ConversionError) -> [FoundEntry] {
            let source = try Source([SourceFile(name: "", text: LockedText(locked(Array(text.utf8))))])
            let sink = CollectingSink()
            let passwords = FixedPasswords()
            try reader.read(source, passwords, to: sink)
            return sink.entries
        }
        for text in ["{}", "[]", #"{"version":1}"#, #"{"encrypted":false}"#, "[1]", #"{"accounts":7}"#] {
            // An empty list is one of no accounts; anything else has none either.
            let entries = try? found(text)
            #expect(entries?.isEmpty ?? true)
        }
        #expect(throws: ConversionError.malformed("it is not JSON")) { try found("x") }
    }
}
