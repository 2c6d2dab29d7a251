import OneTimePassword
import Platform
import Testing
import Wire

@testable import Interchange

/// What stands in front of all readers: which files belong together, how they are written, and what is none of them.
@Suite struct InputTests {
    private func file(_ name: String, _ bytes: [UInt8]) throws -> SourceFile {
        SourceFile(name: name, text: LockedText(try locked(bytes)))
    }

    private func file(_ name: String, _ text: String) throws -> SourceFile { try file(name, Array(text.utf8)) }

    @Test("Files that belong together are read together, all others each by itself") func groups() throws {
        let database = Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 512)
        let log: [UInt8] = [0x37, 0x7F, 0x06, 0x82] + [UInt8](repeating: 0, count: 28)
        let part = "otpauth-migration://offline?data=AA\n"
        let groups = InputGroups.groups([
            try file("b-wal", log), try file("a.json", "{}"), try file("a", database), try file("part1", part),
            try file("b", database), try file("./top", "x"), try file("list", "otpauth://totp/a?secret=ME\n"),
            try file("part2", "# a comment\n" + part), try file("web/Forge/alice.gpg", "x"),
        ])
        #expect(
            groups.map { $0.map(\.name) } == [
                ["a.json"], ["a"], ["part1", "part2"], ["b", "b-wal"], ["./top", "web/Forge/alice.gpg"], ["list"],
            ])
    }

    @Test("A key file goes to every KeePass database, and to nothing else") func keyFiles() throws {
        let database: [UInt8] = [0x03, 0xD9, 0xA2, 0x9A, 0x67, 0xFB, 0x4B, 0xB5]
        let key = SourceFile(name: "", text: LockedText(try locked([1])), isKey: true)
        let groups = InputGroups.groups([key, try file("x.json", "{}"), try file("a.kdbx", database)])
        #expect(groups.map { $0.map(\.isKey) } == [[false], [false, true]])
    }

    @Test("A key file stands for 32 bytes, however it is written") func keyFile() throws {
        func check(_ bytes: [UInt8], _ expected: String) throws {
            let key = try KeePassKeyFile.key(of: LockedText(locked(bytes)))
            #expect(key.withBytes { $0.hexadecimal } == expected)
        }
        func xml(_ version: String, _ data: String) -> [UInt8] {
            let head = "<KeyFile><Meta><Version>\(version)</Version></Meta><Key><Data>"
            return Array("\(head)\(data)</Data></Key></KeyFile>".utf8)
        }
        try check([UInt8](repeating: 7, count: 32), String(repeating: "07", count: 32))
        try check(Array(String(repeating: "0a", count: 32).utf8), String(repeating: "0a", count: 32))
        try check(xml("2.0", String(repeating: "0B0B 0B0B\n", count: 8)), String(repeating: "0b", count: 32))
        try check(
            xml("1.00", "DAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw="), String(repeating: "0c", count: 32))
        try check(Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("Each text comes out of its encoding as it went in") func encodings() throws {
        let text = "Héron, “Zürich” 🏔\r\n"
        var little: [UInt8] = [0xFF, 0xFE]
        var big: [UInt8] = [0xFE, 0xFF]
        for unit in text.utf16 {
            little += [UInt8(unit & 255), UInt8(unit >> 8)]
            big += [UInt8(unit >> 8), UInt8(unit & 255)]
        }
        let bare = "日本 \(String(repeating: "a", count: 60))"
        let wide = bare.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let read = try file("", wide).inUTF8()
        #expect(read.file.text.string(0..<read.file.text.count) == bare)
        // Half a unit at the end is of a program that knows nothing of it.
        for bytes in [little, big, little + [0]] {
            let read = try file("", bytes).inUTF8()
            #expect(read.file.text.string(0..<read.file.text.count) == text && read.notice == nil)
        }
        let latin = try file("", Array("a list of names, H".utf8) + [0xE9, 0x72, 0x6F, 0x6E, 0x20, 0x80]).inUTF8()
        #expect(latin.file.text.string(0..<latin.file.text.count) == "a list of names, Héron €")
        #expect(latin.notice?.contains("Latin-1") == true)
        for bytes in [[0xFF, 0xFE, 0x00, 0xD8], [0x00, 0xE9, 0x41], [0xE9, 0xE9], Array(text.utf8)] as [[UInt8]] {
            #expect(try file("", bytes).inUTF8().file.text.withBytes { $0.hexadecimal } == bytes.span.hexadecimal)
        }
    }

    /// First bytes, and a word of what helps.
    private static let foreignFiles: [(bytes: [UInt8], remedy: String)] = [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], "fob scan"), ([0xFF, 0xD8, 0xFF, 0xE1], "fob scan"),
        (Array("%PDF-1.7".utf8), "fob scan"), (Array("age-encryption.org/v1".utf8), "fob restore"),
        (Array("-----BEGIN PGP MESSAGE-----".utf8), "gpg"), ([0x1F, 0x8B, 8, 0], "gunzip"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "unpack"),
        ([0x03, 0xD9, 0xA2, 0x9A, 0x65, 0xFB, 0x4B, 0xB5], "KeePassXC"),
        (Array("\0\0\0\u{18}ftypheic".utf8), "fob scan"), (Array("\0\0\0\u{18}ftypisom".utf8), "picture"),
        (Array("RIFF____WEBPVP8 ".utf8), "fob scan"), ([0x37, 0x7F, 0x06, 0x82], "database"),
        (Array("PWS3".utf8), "KeePassXC"),
        (Array("BM____\0\0\0\0\u{36}\0\0\0".utf8), "fob scan"), (Array("P6\n1 1\n255\n".utf8), "fob scan"),
        ([0x8C, 0x0D, 0x04] + [UInt8](repeating: 9, count: 20), "gpg"),
        ([0x85, 0x01, 0x0C, 3] + [UInt8](1...20), "gpg"),
        ([0x84, 0x5E, 3] + [UInt8](1...20), "gpg"), (Array("Salted__12345678".utf8), "openssl"),
        (Array("U2FsdGVkX18=".utf8), "openssl"), (Array("{\\rtf1\\ansi".utf8), "plain text"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "CSV"),
        (Array("-----BEGIN OPENSSH PRIVATE".utf8), "fob-formats"),
    ]

    @Test(
        "What no reader knows is called by what it is",
        arguments: [
            ("name,url,username,password,note\nx,y,u,p,\n", "a list of passwords"),
            ("<!doctype html><html><body>Sign in</body></html>", "a web page"),
            ("<svg><path/></svg>", "a picture (SVG)"),
        ])
    func unknown(_ text: String, _ said: String) throws {
        let source = try Source([file("x", text)])
        guard case .unsupported(let what, _) = ForeignFile.unknown(source) else {
            Issue.record("it is of no format that is known here")
            return
        }
        #expect(what.contains(said))
        #expect(throws: ConversionError.malformed("the file is empty")) { try read([]) }
        #expect(throws: ForeignFile.unknown(source)) { _ = try Formats.reader(for: source) }
    }

    @Test("What is no export is called by its name", arguments: foreignFiles)
    func foreign(_ file: (bytes: [UInt8], remedy: String)) throws {
        guard case .unsupported(_, let told) = ForeignFile.refusal(of: file.bytes.span) else {
            Issue.record("it is read")
            return
        }
        #expect(told.contains(file.remedy))
    }

    @Test(
        "A newer version is read when every entry reads, and said; else it is refused",
        arguments: [
            ##"{"version":1,"header":{"slots":null,"params":null},"db":{"version":#,"entries":[E]}}"##,
            ##"{"schemaVersion":#,"services":[S]}"##, ##"{"version":#,"accounts":[L],"folders":[]}"##,
            ##"{"version":#,"elements":[C]}"##, ##"{"version":#,"entries":[P]}"##,
        ])
    func newer(_ form: String) throws {
        let entries = [
            "E":
                #"{"type":"totp","name":"n","issuer":"i","info":{"secret":"ME","algo":"SHA1","digits":6,"period":30}}"#,
            "S": #"{"name":"i","secret":"ME"}"#,
            "L": #"{"issuerName":"i","userName":"n","secret":"ME","timeStep":30,"digits":6,"algorithm":"SHA1"}"#,
            "C": #"{"secret":"ME","issuer":"i","label":"n","type":"TOTP"}"#,
            "P": #"{"content":{"uri":"otpauth://totp/n?secret=ME","name":"n"}}"#,
        ]
        func text(_ version: Int, _ more: String = "") -> String {
            var text = form.split(separator: "#", maxSplits: 1).joined(separator: "\(version)")
            for (mark, entry) in entries { text = text.replacing("[\(mark)]", with: "[\(entry)\(more)]") }
            return text
        }
        #expect(try read(json: text(1)).warnings.isEmpty)
        let newer = try read(json: text(99))
        #expect(newer.entries.count == 1 && newer.warnings.first?.contains("newer") == true)
        guard case .version = failure(text(99, #",{"new":1}"#)) else {
            Issue.record("an entry that cannot be read")
            return
        }
    }

    @Test("Programs whose export is JSON") func json() throws {
        let authy = try only(
            #"{"decrypted_authenticator_tokens":[{"name":"me","issuer":"A","decrypted_seed":"ME","digits":7}]}"#)
        #expect(authy?.issuer == "A" && authy?.name == "me" && authy?.parameters?.digits == 7)
        let twoFAuth = try only(
            #"{"app":"2fauth_v5","data":[{"otp_type":"hotp","service":"A","account":"b","secret":"ME","counter":4}]}"#)
        #expect(twoFAuth?.parameters?.counter == 4 && twoFAuth?.key == "61")
        let enpass = try only(
            #"{"items":[{"category":"login","title":"A","fields":[{"type":"email","value":"b"},"#
                + #"{"type":"totp","value":"ME"}]}]}"#)
        #expect(enpass?.issuer == "A" && enpass?.name == "b")
        let added = try only(
            #"{"h":{"hash":"h","index":0,"issuer":"A::a.example","account":"b","secret":"ME","type":"totp"}}"#)
        #expect(added?.issuer == "A" && added?.name == "b")
        // Costs of all tokens together are bounded before a password is asked for.
        #expect(
            failure(
                #"{"authenticator_tokens":[{"encrypted_seed":"AAAA","salt":"s","key_derivation_iterations":49000000},"#
                    + #"{"encrypted_seed":"AAAA","salt":"s","key_derivation_iterations":2000000}]}"#) == .tooExpensive)
    }

    @Test("A store's counters are those of the last code; other files say what they say") func passCounters() throws {
        let uri = "otpauth://hotp/A:b?secret=ME&counter=5\n"
        for (name, text, counter) in [
            ("A/b.gpg", uri, 6), ("A/b", uri, 5), ("b.txt", uri, 5), ("A/b", uri + "\(PassLines.lastCounter)\n", 6),
        ] as [(String, String, UInt64)] {
            let source = try Source([file(name, "pw\n" + text)])
            let found = try read(source, as: "pass").found.entries
            #expect(found.map { $0.parameters?.counter } == [counter] && found.first?.note.isEmpty == true, "\(name)")
        }
    }
}
