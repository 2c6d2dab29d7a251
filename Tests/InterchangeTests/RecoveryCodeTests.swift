import Foundation
import Interchange
import Testing

/// What a text gives: the codes as they stand in it, those that are used, the service.
struct ReadCodes: Equatable {
    var codes: [String] = []
    var used: [String] = []
    var service: String?
    var isInOrder = false

    init(_ codes: [String] = [], used: [String] = [], service: String? = nil, isInOrder: Bool = false) {
        (self.codes, self.used, self.service, self.isInOrder) = (codes, used, service, isInOrder)
    }

    /// Reads a text; nil when it is not taken for codes.
    init?(_ text: [UInt8], name: String = "", hint: String? = nil) {
        guard let read = try? RecoveryCodeText.read(text.span, name: name, hint: hint) else { return nil }
        for code in read.codes {
            let text = String(decoding: text[code.text], as: UTF8.self)
            codes.append(text)
            if code.isUsed { used.append(text) }
        }
        service = read.service
        isInOrder = read.isInOrder
    }

    init?(_ text: String, name: String = "", hint: String? = nil) {
        self.init(Array(text.utf8), name: name, hint: hint)
    }
}

/// A file of the fixtures, with what must come out.
struct RecoveryCodeFixture: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let original_name: String
    let service: String?
    let codes: [String]
    let used: [String]

    var testDescription: String { file }

    /// In this repository's parent, or in a parent of that for a work tree.
    static let directory: URL = {
        var directory = URL(filePath: #filePath)
        while directory.pathComponents.count > 1 {
            directory = directory.deletingLastPathComponent()
            let found = directory.appending(path: "shared/fixtures/recovery-codes")
            if FileManager.default.fileExists(atPath: found.path) { return found }
        }
        return directory
    }()

    static let all: [RecoveryCodeFixture] = {
        guard let index = try? Data(contentsOf: directory.appending(path: "index.json")) else { return [] }
        return (try? JSONDecoder().decode([RecoveryCodeFixture].self, from: index)) ?? []
    }()
}

@Suite struct RecoveryCodeTests {
    // MARK: The fixtures

    @Test(
        .enabled(if: !RecoveryCodeFixture.all.isEmpty, "../shared/fixtures is not beside the repository"),
        arguments: RecoveryCodeFixture.all)
    func `a download gives exactly its codes, whatever its line ends and with or without a byte order mark`(
        fixture: RecoveryCodeFixture
    ) throws {
        let bytes = [UInt8](try Data(contentsOf: RecoveryCodeFixture.directory.appending(path: fixture.file)))
        let wanted =
            fixture.codes.isEmpty
            ? nil
            : ReadCodes(
                fixture.codes, used: fixture.used, service: fixture.service, isInOrder: fixture.service == "keycloak")
        #expect(ReadCodes(bytes, name: fixture.original_name) == wanted)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let lines = String(decoding: bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes, as: UTF8.self)
            .replacing("\r\n", with: "\n")
        for end in ["\n", "\r\n", "\r"] {
            let text = Array(lines.replacing("\n", with: end).utf8)
            #expect(ReadCodes(text, name: fixture.original_name) == wanted)
            #expect(ReadCodes(mark + text, name: fixture.original_name) == wanted)
            #expect(ReadCodes(text + Array(end.utf8), name: fixture.original_name) == wanted)
        }
    }

    // MARK: Layouts

    private let codes = ["3ia8-6k5z", "d8gf-i3mn", "lgyi-kdfl"]

    @Test(arguments: [
        "3ia8-6k5z\nd8gf-i3mn\nlgyi-kdfl", "\n\n  3ia8-6k5z\t\n\n\nd8gf-i3mn\n lgyi-kdfl   \n",
        "- 3ia8-6k5z\n- d8gf-i3mn\n- lgyi-kdfl\n", "\u{2022} 3ia8-6k5z\n\u{2022} d8gf-i3mn\n\u{2022} lgyi-kdfl\n",
        "1) 3ia8-6k5z\n2) d8gf-i3mn\n3) lgyi-kdfl\n", "1.  3ia8-6k5z\n2.  d8gf-i3mn\n3.  lgyi-kdfl\n",
        "2. d8gf-i3mn  1. 3ia8-6k5z\n3. lgyi-kdfl\n", "3ia8-6k5z  d8gf-i3mn\nlgyi-kdfl\n",
        "3ia8-6k5z\td8gf-i3mn\t\tlgyi-kdfl\n", "3ia8-6k5z d8gf-i3mn lgyi-kdfl\n",
        "Keep these safe!\n3ia8-6k5z\nd8gf-i3mn\nlgyi-kdfl\nOnly once each.\n",
    ]) func `codes stand in lines, lists and columns`(text: String) {
        #expect(ReadCodes(text) == ReadCodes(codes))
    }

    @Test(arguments: [
        "(used)", "(benutzt)", "(\u{3A7}\u{3C1}\u{3B7})", "\u{FF08}\u{4F7F}\u{7528}\u{6E08}\u{FF09}", "()",
    ])
    func `something in parentheses behind a code means used, in any language`(mark: String) {
        #expect(
            ReadCodes("3ia8-6k5z \(mark)\nd8gf-i3mn\nlgyi-kdfl \(mark)\n")
                == ReadCodes(codes, used: [codes[0], codes[2]]))
    }

    @Test func `codes of Keycloak keep their order, and their shape tells whose they are`() {
        let codes = (0..<12).map { number in
            "A\(number % 9 + 1)BC-\(9 - number % 7)QRS-T\(number % 5 + 1)\(number % 8 + 1)V"
        }
        let text = codes.enumerated().map { "\($0 + 1): \($1)\r\n" }.joined()
        #expect(ReadCodes(text) == ReadCodes(codes, service: "keycloak", isInOrder: true))
        #expect(ReadCodes(codes.joined(separator: "\n")) == ReadCodes(codes))
    }

    @Test(arguments: [
        ("github-recovery-codes.txt", "github"), ("GitHub-Recovery-Codes (12).txt", "github"),
        ("/home/a/Downloads/github-recovery-codes-1.txt", "github"), ("gitlab-recovery-codes.txt", "gitlab"),
        ("PyPI-Recovery-Codes-a-b-1-2026-11-21T05_00_00.123456.txt", "pypi"),
        ("discord_backup_codes(2).txt", "discord"), ("kc-download-recovery-codes.txt", "keycloak"),
        ("Nextcloud-backup-codes.txt", "nextcloud"), ("codes.txt", nil), ("github.txt", nil), ("", nil),
    ]) func `a name tells the service, whatever its path, its case and the number of the copy`(
        name: String, service: String?
    ) {
        #expect(ReadCodes(codes.joined(separator: "\n"), name: name)?.service == service)
    }

    @Test func `the text around the codes tells the service, unless it speaks of several`() {
        let list = codes.joined(separator: "\n")
        #expect(ReadCodes("Your Discord backup codes\n" + list)?.service == "discord")
        #expect(ReadCodes("Your Discord backup codes\nfor GitLab\n" + list)?.service == nil)
        #expect(ReadCodes("Use Google Authenticator first\n" + list)?.service == nil)
    }

    @Test func `Google and Nextcloud name their files after the user and the server`() {
        let digits = "22584826\n34774654\n43695779\n"
        #expect(ReadCodes(digits, name: "Backup-codes-me-12.txt")?.service == "google")
        #expect(ReadCodes(codes.joined(separator: "\n"), name: "Backup-codes-me.txt")?.service == nil)
        let mixed = "XswZMqcHWn6XzSWG\n9x785SEdgFMqZ8Z6\nP4TZt7aRRaNAbsH2\n"
        #expect(ReadCodes(mixed, name: "Our Cloud-backup-codes.txt")?.service == "nextcloud")
        #expect(ReadCodes(mixed)?.service == nil)
    }

    @Test(arguments: [
        ("ZM4M5-NQLUB-UKAT2-YK6TR-FDFOP", "microsoft"), ("ZM4M5 NQLUB UKAT2 YK6TR FDFOP", "microsoft"),
        ("zm4m5-nqlub-ukat2-yk6tr-fdfop", "microsoft"),
        ("Recovery Key\nTNQ7-5BXP-T4E2-4YXH-5QZT-UKEL-Q7HT\n", "apple"),
        ("ed3g e45o dkjf fqah jkwp xfog nhgj gyi6", "bitwarden"),
        ("ED3G E45O DKJF FQAH JKWP XFOG NHGJ GYI6", "bitwarden"),
        ("bcjtufbk-vrfkdjlk-tukbijvh-nkueelce-htruifuk-cbkchrgj-hnvctrii-udukfkbj", "systemd"),
        ("Secret Key: keep it\nA3-ABC123-DEF456-GHJ78-KLM90-NPQ12-RST34", "1password"),
    ]) func `a single code is taken where its shape is one that is known`(text: String, service: String) {
        #expect(ReadCodes(text)?.service == service)
        #expect(ReadCodes(text)?.codes.count == 1)
    }

    @Test func `two codes that are left are taken under a name that is known, or if the owner says whose they are`() {
        let two = "ca75c-98c07\n0e44a-58131\n"
        #expect(ReadCodes(two) == nil)
        #expect(ReadCodes(two, name: "github-recovery-codes.txt")?.codes.count == 2)
        #expect(ReadCodes(two, hint: "example") == ReadCodes(["ca75c-98c07", "0e44a-58131"], service: "example"))
        #expect(ReadCodes("271828\n314159\n141421\n173205\n") == nil)
        #expect(ReadCodes("271828\n314159\n141421\n173205\n", hint: "example")?.codes.count == 4)
        #expect(ReadCodes("1234567890123456", hint: "dropbox")?.codes == ["1234567890123456"])
        #expect(ReadCodes("XswZMqcHWnXzSWGe", name: "Nextcloud-backup-codes.txt")?.codes == ["XswZMqcHWnXzSWGe"])
        #expect(ReadCodes("E1YB-1NYF-AFC2", hint: "Keycloak")?.isInOrder == true)
    }

    @Test func `the canonical form has neither case nor separators`() throws {
        let code = Array("TNQ7-5b xP".utf8)
        let canonical = [UInt8](capacity: 16) { output in
            RecoveryCodeText.canonical(code.span, into: &output)
        }
        #expect(canonical == Array("tnq75bxp".utf8))
    }

    // MARK: What is refused

    private func refusal(_ text: [UInt8]) -> RecoveryCodeText.Refusal? {
        do throws(RecoveryCodeText.Refusal) {
            _ = try RecoveryCodeText.read(text.span, name: "")
            return nil
        } catch {
            return error
        }
    }

    @Test func `each refusal says why`() {
        #expect(refusal([]) == .empty)
        #expect(refusal(Array("\r\n \t\n".utf8)) == .empty)
        #expect(refusal(Array("3ia8-6k5z\n\0d8gf-i3mn".utf8)) == .binary)
        #expect(refusal([UInt8](repeating: 0x61, count: RecoveryCodeText.most + 1)) == .tooLarge)
        #expect(refusal([UInt8](repeating: 0x0A, count: RecoveryCodeText.mostLines + 1)) == .tooLarge)
        #expect(refusal(Array("3ia8-6k5z\nd8gf-i3mn\nSome words.\n".utf8)) == .unlike(candidates: 2, lines: 3))
        #expect(refusal(Array("3ia8-6k5z\nd8gf-i3mn\n3IA8 6K5Z\n3IA8-6K5Z\n".utf8)) == .twice)
    }

    @Test(arguments: [
        "Call 5551 2345 about invoice 20261121.\nMilk, eggs\n", "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP\n",
        "20261121\n20260314\n19991231\n20010911\n", "21112026\n14032026\n31121999\n11092001\n",
        "2026-11-21\n2026-03-14\n1999-12-31\n2001-09-11\n", "10000000\n20000000\n40000000\n30000000\n",
        "5551 2345\n5559 1122\n5557 9876\n5550 1234\n", "555-123-4567\n212-555-0188\n415-555-2671\n",
        "+49 171 5551234\n+49 160 5559876\n+44 20 79460018\n",
        "1024 2048\n2048 4096\n4096 8192\n5000 9999\n7000 9999\n8000 9999\n",
        "d41d8cd98f00b204e9800998ecf8427e\n0cc175b9c0f1b6a831c399e269772661\n900150983cd24fb0d6963f7d28e17f72\n",
        "d41d8cd98f00b204e9800998ecf8427e  a.txt\n0cc175b9c0f1b6a831c399e269772661  b.txt\n92eb5ffee6ae2fec3ad71c777531578f  c.txt\n",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709\n86f7e437faa5a7fce15d1ddcb9eaeaea377667b8\ne9d71f5ee7c92d6dc9e92ffdad17b8bd49418f98\n",
        "e3b0c442 9afbf4c8 996fb924\n27ae41e4 649b934c a495991b\n7852b855 ca978112 ca1bbdca\n",
        "550e8400-e29b-41d4-a716-446655440000\n6ba7b810-9dad-11d1-80b4-00c04fd430c8\n6ba7b811-9dad-11d1-80b4-00c04fd430c8\n",
        "192.168.1.10\n10.0.0.12\n172.16.254.1\n", "00:1b:44:11:3a:b7\n00:1b:44:11:3a:b8\n00:1b:44:11:3a:b9\n",
        "track01a\ntrack02b\ntrack03c\n", "password\nsunshine\nprincess\nfootball\n", "libfoo12\nlibbar34\nmodule56\n",
        "January2026\nOctober2025\nAugusts2024\n", "well-kept\nhard-bits\nlong-term\nfour-fold\n",
        "0000000 6c65 6f6c 7720 726f 646c 210a 1234 5678\n0000020 3039 4142 4344 4546 4748 494a 4b4c 4d4e\n",
        " 6c65 6f6c 7720 726f 646c 210a 1234 5678\n", "12.50\n13.75\n9.99\n100.00\n", "-----\n=====\n-----\n",
        "aaaa-aaaa\nbbbb-bbbb\ncccc-1111\n", "504a 4c20 454e\n4745 3d50 434c\n6232 421b 2a6f\n",
    ]) func `what only looks a little like codes is not taken`(text: String) {
        #expect(ReadCodes(text) == nil)
    }

    @Test func `texts that are cut or changed anywhere never crash the reader`() {
        let text = Array(
            "\u{2022} 1) 3ia8-6k5z (x)\u{FF08}\u{FF09}\r\n2258 4826\t\t 6. 3808 8471\rA3-ABC123-\n- *".utf8)
        var state: UInt64 = 1
        for round in 0..<20_000 {
            var changed = text
            for _ in 0...(round % 4) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let index = Int(state >> 33) % changed.count
                changed[index] = text[Int(state >> 40) % text.count]
            }
            let kept = Array(changed.prefix(round % (text.count + 1)))
            if let read = ReadCodes(kept, hint: round % 2 == 0 ? "x" : nil) { #expect(!read.codes.isEmpty) }
        }
    }
}
