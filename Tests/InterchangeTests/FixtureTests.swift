import Interchange
import Testing

@Suite(.enabled(if: !Fixtures.rows.isEmpty, "../shared/fixtures is not beside the repository"))
struct FixtureTests {
    @Test("Every file gives its entries or its error", arguments: Fixtures.rows)
    func file(_ row: Fixtures.Row) throws {
        let bytes = try Fixtures.bytes(row.file)
        let outcome = Result { () throws(ConversionError) in
            try read(bytes, named: row.file.split(separator: "/").last.map(String.init) ?? "", password: row.password)
                .found
        }
        switch outcome {
        case .success(let found): try check(found, row)
        case .failure(let error): check(error, row)
        }
    }

    private func check(_ found: CollectingSink, _ row: Fixtures.Row) throws {
        switch row.expect {
        case "ok": break
        case "warn:incomplete-batch", "warn-or-error:version": #expect(!found.warnings.isEmpty)
        default:
            Issue.record("\(row.file): entries instead of \(row.expect)")
            return
        }
        let wrong = mismatches(found, try Fixtures.json(row.expected))
        #expect(wrong.isEmpty, "\(row.file):\n\(wrong.joined(separator: "\n"))")
    }

    private func check(_ error: ConversionError, _ row: Fixtures.Row) {
        let isRight =
            switch (row.expect, error) {
            case ("error:auth", .wrongPassword), ("error:version", .version), ("warn-or-error:version", .version),
                ("error:unsupported", .unsupported), ("error:kdf-limit", .tooExpensive),
                ("error:parse", .malformed), ("error:parse", .unknownFormat), ("error:parse", .tooLarge):
                true
            // Random bytes may look like ciphertext with any cost in front.
            case ("error:parse", .tooExpensive), ("error:parse", .wrongPassword): row.format == "unknown"
            default: false
            }
        #expect(isRight, "\(row.file): \(error) instead of \(row.expect)")
    }
}
