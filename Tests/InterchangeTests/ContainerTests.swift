import OneTimePassword
import Platform
import TestSupport
import Testing
import Wire

@testable import Interchange

@Suite struct ContainerTests {
    /// Files whose opening is cheap enough to be tried 64 times, by the words that begin their format's name.
    private static let cheap = [
        "microsoft", "google-authenticator-sqlite", "stratum-sqlite", "1password", "authenticator-plus", "winauth",
        "raivo-zip", "totp-authenticator-encrypted", "freeotp2", "stratum-encrypted", "otpclient", "keepass-",
    ]
    static let rows = Fixtures.rows.filter { row in row.expect == "ok" && cheap.contains { row.format.hasPrefix($0) } }

    @Test(
        "A file that is cut off anywhere gives nothing",
        .enabled(if: !rows.isEmpty, "../shared/fixtures is not beside the repository"), arguments: rows)
    func cutOff(_ row: Fixtures.Row) throws {
        let whole = try Fixtures.bytes(row.file)
        // Argon2 takes its time: where it would run for each, a password is not given.
        let isSlow = ["stratum", "otpclient", "keepass-", "freeotp"].contains { row.format.hasPrefix($0) }
        for part in 1..<64 {
            #expect(throws: ConversionError.self, "\(part)/64") {
                try read(
                    Array(whole.prefix(whole.count * part / 64)), named: row.file,
                    password: isSlow && part % 16 != 0 ? "" : row.password)
            }
        }
    }

    @Test("Text is not taken for ciphertext, and neither is a table of octets") func notRandom() throws {
        let text = Array(String(repeating: "The quick brown fox jumps over the lazy dog.\n", count: 40).utf8)
        #expect(throws: ConversionError.unknownFormat) { try read(text, password: "test") }
        let table = (0..<4096).map { UInt8(truncatingIfNeeded: $0 / 64) | ($0 % 2 == 0 ? 0x80 : 0) }
        let sparse = table.map { $0 % 5 == 0 ? $0 : 0 }
        #expect(throws: ConversionError.unknownFormat) { try read(sparse, password: "test") }
    }

    @Test("Octets that look like ciphertext are tried as andOTP's, and cost nothing that is over its bound")
    func random() throws {
        var bytes: [UInt8] = []
        var state: UInt64 = 1
        for _ in 0..<300 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes.append(UInt8(truncatingIfNeeded: state >> 56))
        }
        bytes[0] = 0x7F
        #expect(throws: ConversionError.tooExpensive) { try read(bytes, password: "test") }
        bytes[0] = 0xFF
        #expect(throws: ConversionError.wrongPassword) { try read(bytes, password: "test") }
    }

    // MARK: Archives

    /// An archive of these files, as Python makes it.
    private func archive(_ files: [String: String]) throws -> [UInt8] {
        let script = """
            import io, sys, zipfile
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in zip(sys.argv[1::2], sys.argv[2::2]):
                    archive.writestr(name, text)
            sys.stdout.buffer.write(buffer.getvalue())
            """
        let result = try run(
            "python3", ["-c", script] + files.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
        try #require(result.status == 0)
        return result.output
    }

    private static let protonPass = """
        {"version":"1","vaults":{"id":{"name":"Home","items":[
        {"state":1,"pinned":true,"data":{"type":"login","metadata":{"name":"Otter","note":"n1"},
         "content":{"itemEmail":"mia@example.org","itemUsername":"","password":"x",
          "totpUri":"otpauth://totp/Otter:mia?secret=GEZDGNBVGY3TQOJQ&issuer=Otter&digits=8"},
         "extraFields":[{"fieldName":"more","type":"totp","data":{"totpUri":"JBSWY3DPEHPK3PXP"}},
          {"fieldName":"else","type":"text","data":{"content":"x"}}]}},
        {"state":2,"data":{"metadata":{"name":"old"},"content":{"totpUri":"JBSWY3DPEHPK3PXP"}}},
        {"state":1,"data":{"metadata":{"name":"none"},"content":{"totpUri":""}}}]}}}
        """

    @Test(
        "Proton Pass: codes of logins and of added fields",
        .enabled(if: program("python3") != nil, "python3 is not installed"))
    func protonPass() throws {
        let (format, found) = try read(archive(["Proton Pass/data.json": Self.protonPass]))
        #expect(format == "proton-pass")
        #expect(found.entries.map(\.issuer) == ["Otter", "Otter"])
        #expect(found.entries.map(\.name) == ["mia", "mia@example.org"])
        #expect(found.entries.map { $0.parameters?.digits } == [8, 6])
        #expect(found.entries.allSatisfy { $0.tags == ["Home"] && $0.note == "n1" && $0.extras.isFavourite })
        #expect(found.problems.isEmpty && found.trashed == ["old"] && found.warnings.count == 1)
        #expect(throws: ConversionError.self) { try read(archive(["Proton Pass/data.pgp": "x"])) }
    }

    @Test(
        "An archive of one file is read as that file",
        .enabled(if: program("python3") != nil, "python3 is not installed"))
    func archives() throws {
        let uri = "otpauth://totp/Otter:mia?secret=GEZDGNBVGY3TQOJQ\n"
        #expect(try read(archive(["dir/list.txt": uri])).found.entries.count == 1)
        #expect(try read(archive(["a.txt": uri, "b.txt": uri])).found.entries.count == 2)
        #expect(try read(archive(["backup.json": #"{"encrypted":false,"items":[]}"#])).found.entries.isEmpty)
        #expect(throws: ConversionError.self) { try read(archive(["a.json": "{}", "b.json": "{}"])) }
        #expect(throws: ConversionError.unknownFormat) { try read(archive(["a": ""])) }
        // Whatever they are called; what has no accounts is named, and what may have them is told as not read.
        let mixed = try read(
            archive(["list": uri, "b.md": uri, "photo.txt": "\u{89}PNG\r\n", "c": "-----BEGIN PGP MESSAGE-----\n\n"])
        ).found
        #expect(mixed.entries.count == 2)
        #expect(
            mixed.warnings.sorted() == [
                "c: the file is encrypted with OpenPGP",
                "files of the archive in which no accounts were found, left out: 1 (photo.txt)",
            ])
    }

    // MARK: Maps of Java's

    private static let mapStart: [UInt8] =
        [0xAC, 0xED, 0, 5, 0x73, 0x72, 0, 0x11] + Array("java.util.HashMap".utf8)
        + [5, 7, 0xDA, 0xC1, 0xC3, 0x16, 0x60, 0xD1, 3, 0, 1, 0x46, 0, 0x0A] + Array("loadFactor".utf8)
        + [0x78, 0x70, 0x3F, 0x40, 0, 0, 0x77, 8, 0, 0, 0, 0x10]

    private func map(_ count: UInt8, _ members: [UInt8]) throws -> [String: String] {
        let bytes = Self.mapStart + [0, 0, 0, count] + members + [0x78]
        let map = try JavaMap(bytes.span)
        return Dictionary(
            uniqueKeysWithValues: map.members.map { ($0.name, $0.value.string(0..<$0.value.count) ?? "") })
    }

    @Test("Texts of Java are read: its UTF-8, texts that are there twice, long ones") func javaTexts() throws {
        // "a" = U+1F600 in two halves and a NUL in two bytes; "b" = the first text again; "c" is long.
        let members: [UInt8] =
            [0x74, 0, 1, 0x61, 0x74, 0, 8, 0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80, 0xC0, 0x80]
            + [0x74, 0, 1, 0x62, 0x71, 0, 0x7E, 0, 2] + [0x74, 0, 1, 0x63, 0x7C, 0, 0, 0, 0, 0, 0, 0, 2, 0x64, 0x65]
        #expect(try map(3, members) == ["a": "😀\0", "b": "a", "c": "de"])
    }

    @Test(
        "What is no map of texts is refused",
        arguments: [
            [0x74, 0, 1, 0x61, 0x70], [0x74, 0, 1, 0x61, 0x71, 0, 0x7E, 0, 9], [0x74, 0, 9, 0x61],
            [0x74, 0, 1, 0x61, 0x7C, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x74, 0, 1, 0x61, 0x74, 0, 3, 0xED, 0xA0, 0xBD], [0x74, 0, 1, 0x61, 0x74, 0, 1, 0xFF],
        ] as [[UInt8]])
    func javaBroken(_ members: [UInt8]) {
        #expect(throws: ConversionError.self) { try map(1, members) }
    }

    // MARK: OTPClient

    @Test("Costs of OTPClient over their bounds are refused") func costs() throws {
        let costs: [UInt8] = [0, 0, 0, 3, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 4]
        let head = Array("OTPClient".utf8) + [0, 0, 0, 3] + [UInt8](repeating: 7, count: 48)
        let rest = [UInt8](repeating: 9, count: 64)
        #expect(throws: ConversionError.tooExpensive) { try read(head + costs + rest) }
    }
}
