import Interchange
import Testing

@Suite struct HostileTextTests {
    private static let texts = Fixtures.rows.filter { row in
        [".txt", ".xml", ".csv"].contains { row.file.hasSuffix($0) } && row.expect == "ok"
            && !["freeotp2", "ente-encrypted"].contains(row.format)
    }

    @Test(
        "Cut off anywhere, a file is an error or what is left is told",
        .enabled(if: !Fixtures.rows.isEmpty, "../shared/fixtures is not beside the repository"), arguments: texts)
    func truncation(_ row: Fixtures.Row) throws {
        let bytes = try Fixtures.bytes(row.file)
        let whole = try read(bytes, password: row.password).found.entries
        for part in 0..<64 {
            let length = bytes.count * part / 64
            let cut = Array(bytes[..<length])
            let outcome = Result { () throws(ConversionError) in try read(cut, password: row.password).found }
            guard case .success(let found) = outcome else { continue }
            // Lists of lines have no end that could be missing.
            #expect(found.entries.count <= whole.count)
            for entry in found.entries.dropLast() { #expect(whole.contains { $0.key == entry.key }) }
        }
    }

    @Test(
        "Elements 10,000 deep, entities that blow up, and files from elsewhere are refused",
        arguments: [
            "<map>" + String(repeating: "<a>", count: 10_000),
            "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><map>&b;</map>",
            "<?xml version='1.0'?><!DOCTYPE map SYSTEM 'file:///etc/passwd'><map/>",
            "<KeePassFile><Root><Group>" + String(repeating: "<Group>", count: 10_000),
        ])
    func bombs(_ text: String) throws { #expect(throws: ConversionError.self) { try read(Array(text.utf8)) } }

    @Test("Octets that are no text are of no known format", arguments: [0, 1, 7, 64, 4096]) func noise(_ count: Int)
        throws
    {
        var state: UInt64 = 1
        let bytes: [UInt8] = (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56) | 0x80
        }
        let names = ["otpauth", "keepassxc", "keeper", "pass", "html", "authy", "pskc"]
        let text = LockedText(try locked(bytes))
        let source = try Source([SourceFile(name: "", text: text)])
        let reader = try? Formats.reader(for: source)
        #expect(!names.contains(reader?.name ?? ""))
    }

    @Test("10,000 lines are read") func many() throws {
        let line = "otpauth://totp/Issuer:name?secret=JBSWY3DPEHPK3PXP&issuer=Issuer\n"
        let found = try read(Array(String(repeating: line, count: 10_000).utf8)).found
        #expect(found.entries.count == 10_000 && found.entries.last?.position == 10_000)
    }
}
