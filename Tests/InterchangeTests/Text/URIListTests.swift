import Interchange
import OneTimePassword
import Testing
import Wire

@Suite struct URIListTests {
    private func list(_ text: String, _ name: String = "") throws -> CollectingSink {
        try read(Array(text.utf8), named: name).found
    }

    @Test(
        "Every URI of the fixtures gives its account or its refusal",
        .enabled(if: !Fixtures.rows.isEmpty, "../shared/fixtures is not beside the repository"))
    func fixtures() throws {
        let cases = try Fixtures.json("otpauth-uris.json")
        let list = cases.members.lazy.map(\.value).first { $0.isArray }?.items ?? []
        #expect(list.count > 90)
        for item in list {
            let uri = item["uri"]?.string ?? ""
            let outcome = Result { () throws(ConversionError) in try read(Array(uri.utf8)).found }
            guard case .success(let found) = outcome, let entry = found.entries.first else {
                #expect(item["class"]?.string != "valid", "\(uri): \(outcome)")
                if case .success(let found) = outcome { #expect(found.problems.count == 1, "\(uri)") }
                continue
            }
            #expect(found.entries.count == 1 && found.problems.isEmpty)
            guard let expect = item["expect"] else {
                Issue.record("\(uri) was accepted")
                continue
            }
            let accept = item["accept"]
            func fits(_ name: String, _ found: String) -> Bool {
                let wanted = [expect[name]?.string ?? ""] + (accept?[name]?.items.compactMap(\.string) ?? [])
                return wanted.contains(found)
            }
            #expect(fits("issuer", entry.issuer), "\(uri): \(entry.issuer)")
            #expect(fits("account", entry.name), "\(uri): \(entry.name)")
            #expect(fits("type", entry.parameters.map { "\($0.kind)" } ?? ""), "\(uri)")
            #expect(entry.key == expect["secret_hex"]?.string, "\(uri)")
            let digits = [expect["digits"]?.unsigned] + (accept?["digits"]?.items.map(\.unsigned) ?? [])
            #expect(digits.contains(entry.parameters.map { UInt64($0.digits) }), "\(uri)")
            if entry.parameters?.kind == .hotp {
                #expect(entry.parameters?.counter == expect["counter"]?.unsigned, "\(uri)")
            }
        }
    }

    @Test("Comments, blank lines, a byte order mark and any ends of lines; each bad line is told by its number")
    func lines() throws {
        let found = try list(
            "\u{FEFF}# mine\r\n\r\notpauth://totp/A:a?secret=ME======\rmotp://B:b?secret=00ff\n  steam://ME \nnonsense\n"
                + "otpauth://totp/C?secret=ME&digits=12\notpauth://hotp/D?secret=ME&counter=18446744073709551615")
        #expect(found.entries.map(\.issuer) == ["A", "B", "Steam", ""])
        #expect(found.entries.map(\.key) == ["61", "00ff", "61", "61"])
        #expect(found.entries.last?.parameters?.counter == .max)
        #expect(found.problems.map(\.label) == ["line 6", "line 7"])
        #expect(found.problems.first?.reason == "this is not an otpauth URI")
        #expect(found.entries.map(\.position) == [1, 2, 3, 6] && found.problems.map(\.position) == [4, 5])
    }

    @Test("What ente adds comes along") func ente() throws {
        let display =
            "%7B%22pinned%22%3Atrue%2C%22trashed%22%3Afalse%2C%22lastUsedAt%22%3A1700000000000000%2C%22tapCount%22%3A7"
            + "%2C%22tags%22%3A%5B%22Arbeit%22%2C%22x+y%22%5D%2C%22note%22%3A%22a+b%5Cnc%22%2C%22iconID%22%3A%22gh%22%7D"
        let found = try list(
            "otpauth://totp/A:a#EXT#@b?algorithm=Algorithm.sha256&codeDisplay=\(display)&secret=ME&issuer=A\n"
                + "otpauth://totp/B:b?codeDisplay=%7B%22no&secret=ME")
        let entry = try #require(found.entries.first)
        #expect(entry.name == "a#EXT#@b" && entry.parameters?.algorithm == .sha256)
        #expect(entry.tags == ["Arbeit", "x y"] && entry.note == "a b\nc" && entry.extras.icon == "gh")
        #expect(entry.extras.isFavourite && entry.extras.uses == 7 && entry.extras.lastUsed == 1_700_000_000)
        #expect(entry.lost.isEmpty)
        #expect(found.entries.last?.lost == ["codeDisplay, which is broken"])
    }

    @Test("What lies in ente's trash is known as such, and a counter that it leaves out is 0") func enteOddities()
        throws
    {
        let found = try list(
            "otpauth://totp/A:a?secret=ME&codeDisplay=%7B%22trashed%22%3Atrue%7D\n"
                + "otpauth://hotp/B:b?secret=ME&codeDisplay=%7B%7D\notpauth://hotp/C:c?secret=ME")
        #expect(found.trashed == ["A: a"] && found.entries.map(\.name) == ["b", "c"] && found.problems.isEmpty)
        #expect(found.entries.allSatisfy { $0.parameters?.counter == 0 })
        #expect(try list("otpauth://hotp/C:c?secret=ME").problems.map(\.label) == ["line 1"])
    }

    @Test(
        "Parameters behind &amp; count, and those that look like known ones are told",
        arguments: zip(
            [
                "&amp;digits=8&amp;period=60", "&digits=8&amp;period=60", "&algo=SHA256", "&Interval=60",
                "&otpDigits=8",
                "&#38;digits=8&amp;amp;period=60", "&lock=1&color=000000&x=y",
            ],
            [
                (UInt8(8), UInt32(60), [String]()), (8, 60, []), (6, 30, ["algo"]), (6, 30, ["interval"]),
                (6, 30, ["otpdigits"]), (8, 60, []), (6, 30, []),
            ]))
    func likeness(_ parameters: String, _ expected: (digits: UInt8, period: UInt32, lost: [String])) throws {
        let entry = try #require(try list("otpauth://totp/A:a?secret=ME\(parameters)").entries.first)
        #expect(entry.parameters?.digits == expected.digits && entry.parameters?.period == expected.period)
        #expect(entry.lost == expected.lost.map { "the parameter \($0), which means nothing in a URI" })
    }

    @Test(
        "What people put around a URI is no part of it",
        arguments: [
            "- X", "* X", "\"X\"", "'X'", "<X>", "`X`,", "- \"X\"", "  X  ", "GitHub: X", "1) X",
            "| GitHub | X |",
            "GitHub\tX", "  - uri: \"X\"", "\u{A0}X\u{A0}", "\u{2022} X", "\u{201C}X\u{201D}",
            "\u{200B}X",
        ])
    func around(_ form: String) throws {
        let text = form.split(separator: "X", omittingEmptySubsequences: false)
            .joined(separator: "otpauth://totp/A:a?secret=ME&issuer=A")
        let entry = try #require(try list(text).entries.first)
        #expect(entry.issuer == "A" && entry.name == "a" && entry.key == "61")
    }

    @Test(
        "A first line that is broken, or a title, holds up no other, and is told",
        arguments: [
            "otpath://totp/B:b?secret=ME", "My codes", "http://a.example", "otpauth//totp/B?secret=ME",
            "GitHub otpauth://x",
        ])
    func firstLine(_ line: String) throws {
        let (format, found) = try read(
            Array(
                """
                \(line)
                otpauth://totp/A:a?secret=ME
                B otpauth://totp/B:b?secret=ME otpauth://totp/C:c?secret=ME
                - [D](otpauth://totp/D:d?secret=ME)
                export E='otpauth://totp/E:e?secret=ME'

                """.utf8))
        #expect(format == "otpauth" && found.entries.map(\.issuer) == ["A", "B", "C", "D", "E"])
        #expect(found.problems.map(\.label) == ["line 1"] && found.entries.allSatisfy { $0.lost.isEmpty })
    }

    @Test("In a list of ente's a counter that is left out is 0 on every line") func enteCounters() throws {
        let found = try list(
            "otpauth://totp/A:a?secret=ME&codeDisplay=%7B%7D\notpauth://hotp/B:b?secret=ME\n"
                + "otpauth://hotp/C:c?secret=ME&counter=\n")
        #expect(found.problems.isEmpty && found.entries.map { $0.parameters?.counter } == [0, 0, 0])
    }

    @Test("A long note in codeDisplay does not make the URI too long") func longNote() throws {
        let note = String(repeating: "n", count: 16_000)
        let found = try list("otpauth://totp/A:a?secret=ME&codeDisplay=%7B%22note%22%3A%22\(note)\(note)%22%7D")
        #expect(found.entries.first?.note.count == 32_000)
    }

    @Test("Icons are kept as names, images are lost, Steam Guard of WinAuth is told by its five digits")
    func extras() throws {
        let found = try list(
            "otpauth://totp/A:a?secret=ME&icon=my%20icon&image=https%3A%2F%2Fexample.com%2Fa.png\n"
                + "otpauth://totp/Steam:me?secret=ME&digits=5&issuer=Steam&deviceid=x")
        #expect(found.entries[0].extras.icon == "my icon" && found.entries[0].lost == ["image"])
        #expect(found.entries[1].parameters?.kind == .steam)
    }

    @Test(
        "Ordinary texts are no accounts",
        arguments: [
            "\n\n", "# otpauth://totp/a?secret=ME\n", "Dear all,\nsee https://example.com\n", "hunter2\n",
            "name,value\n1,2\n", "<p>x</p>",
            "Dear Bob, please find attached the list\nof things, many thanks and regards\n",
        ])
    func ordinary(_ text: String) throws {
        #expect(throws: ConversionError.unknownFormat) { try read(Array(text.utf8)) }
    }

    @Test(
        "A text with a URI in it is no list, and says how it is read as one",
        arguments: ["see otpauth://totp/a?secret=ME\n", "<p><a href='otpauth://totp/a?secret=ME'>otpauth</a></p>"])
    func inText(_ text: String) throws {
        let remedy = "give --from otpauth, which takes them and names all other lines"
        let refused = ConversionError.unsupported(
            "the file is no list of accounts, but has otpauth URIs in it", remedy: remedy)
        #expect(throws: refused) { try read(Array(text.utf8)) }
        #expect(try read(Array(text.utf8), as: "otpauth").found.entries.count == 1)
    }

    @Test(
        "What begins with a word or a box in brackets is a text", arguments: ["[totp]\nuri=", "[x] ", "[ ] ", "[a]("])
    func brackets(_ front: String) throws {
        let uri = "otpauth://totp/A:a?secret=ME"
        let found = try read(Array("\(front)\(uri)\n\(front)\(uri)\n".utf8)).found
        #expect(found.entries.count == 2)
    }

    @Test("Names that steer a terminal arrive without their controls") func names() throws {
        let found = try list("otpauth://totp/%1B%5B31mA%E2%80%AE:..%2F..%2Fetc%00?secret=ME")
        #expect(found.entries.first?.issuer == "[31mA" && found.entries.first?.name == "../../etc")
    }

    @Test("A last line without an end is told, as it may be cut off") func open() throws {
        let line = "otpauth://totp/A?secret=ME"
        #expect(try list("\(line)\n\(line)").warnings.count == 1)
        #expect(try list("\(line)\n\(line)\n").warnings.isEmpty && list(line).warnings.isEmpty)
    }

    @Test("Several lists are read one after the other") func several() throws {
        let files = try [("a.txt", "otpauth://totp/A?secret=ME"), ("b.txt", "oops\notpauth://totp/B?secret=ME")].map {
            SourceFile(name: $0.0, text: LockedText(try locked(Array($0.1.utf8))))
        }
        let (format, found) = try read(Source(files))
        #expect(format == "otpauth" && found.entries.map(\.name) == ["A", "B"])
        #expect(found.problems.first?.label == "b.txt, line 1")
    }
}

@Suite struct PassTests {
    private func tree(_ files: [(String, String)]) throws -> (format: String, found: CollectingSink) {
        try read(
            Source(files.map { SourceFile(name: $0.0, text: LockedText(try locked(Array($0.1.utf8)))) }))
    }

    @Test("Paths say what a URI does not, other lines are the note, the password is lost") func paths() throws {
        let (format, found) = try tree([
            ("Work/github.com/alice", "hunter2\nuser: alice\notpauth://totp/?secret=ME\nPIN 1\n"),
            ("gitlab.com/bob.gpg", "otpauth://totp/GitLab:robert?secret=ME\n"), ("mail/none", "hunter2\n"),
            ("mail/sealed.gpg", "\u{84}"), ("mail/armoured", "-----BEGIN PGP MESSAGE-----\n"),
        ])
        #expect(format == "pass")
        #expect(found.entries.map(\.issuer) == ["github.com", "GitLab"])
        #expect(found.entries.map(\.name) == ["alice", "robert"])
        #expect(found.entries.map(\.tags) == [["Work"], []])
        #expect(found.entries.map(\.note) == ["user: alice\nPIN 1", ""])
        #expect(found.entries.map(\.lost) == [["password"], []])
        #expect(found.warnings.count == 2)
    }

    @Test("A bad URI is told with its file and line") func bad() throws {
        let (_, found) = try tree([("a/b", "pw\notpauth://totp/x?secret=1\n")])
        #expect(found.problems.first?.label == "a/b, line 2")
    }
}
