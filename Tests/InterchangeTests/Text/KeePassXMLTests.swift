import OneTimePassword
import Platform
import Testing
import Wire

@testable import Interchange

@Suite struct KeePassXMLTests {
    private func value(_ key: String, _ value: String, _ attributes: String = "") -> String {
        "<String><Key>\(key)</Key><Value\(attributes)>\(value)</Value></String>"
    }

    private func entry(_ strings: [(String, String)], _ more: String = "") -> String {
        "<Entry>\(strings.map { value($0.0, $0.1) }.joined())\(more)</Entry>"
    }

    private func file(_ entries: String, groups: String = "") -> String {
        """
        <?xml version="1.0" encoding="utf-8" standalone="yes"?>
        <KeePassFile><Meta><RecycleBinEnabled>True</RecycleBinEnabled><RecycleBinUUID>BIN=</RecycleBinUUID></Meta>
        <Root><Group><UUID>ROOT</UUID><Name>Database</Name>\(entries)\(groups)</Group></Root></KeePassFile>
        """
    }

    private func found(_ text: String) throws -> CollectingSink {
        let (format, found) = try read(Array(text.utf8))
        #expect(format == "keepass")
        return found
    }

    @Test(
        "All attribute styles",
        arguments: [
            (
                ["otp": "otpauth://totp/x:y?secret=ME&amp;period=60"], CredentialKind.totp, HashAlgorithm.sha1, 6, 60,
                "61"
            ),
            (["otp": "otpauth://totp/x:none?secret=ME&amp;encoder=steam&amp;digits=5"], .steam, .sha1, 5, 30, "61"),
            (["otp": "key=ME&amp;size=8&amp;step=45&amp;otpHashMode=Sha256"], .totp, .sha256, 8, 45, "61"),
            (["otp": "key=ME%3D%3D&amp;type=Hotp&amp;counter=7"], .hotp, .sha1, 6, 30, "61"),
            (["otp": "key=6162&amp;encoding=Hex"], .totp, .sha1, 6, 30, "6162"),
            (["otp": "me me"], .totp, .sha1, 6, 30, "6118"),
            (["TOTP Seed": "M E=", "TOTP Settings": "60;8"], .totp, .sha1, 8, 60, "61"),
            (["TOTP Seed": "ME", "TOTP Settings": "30;S"], .steam, .sha1, 5, 30, "61"),
            (["TOTP Seed": "ME", "TOTP Settings": "30;6;https://example.com"], .totp, .sha1, 6, 30, "61"),
            (["TOTP Seed": "ME"], .totp, .sha1, 6, 30, "61"),
            (["TimeOtp-Secret": "a"], .totp, .sha1, 6, 30, "61"),
            (
                [
                    "TimeOtp-Secret-Base32": "ME", "TimeOtp-Algorithm": "HMAC-SHA-512", "TimeOtp-Length": "8",
                    "TimeOtp-Period": "15",
                ],
                .totp, .sha512, 8, 15, "61"
            ),
            (["TimeOtp-Secret-Hex": "0a FF", "TimeOtp-Algorithm": "HMAC-SHA-256"], .totp, .sha256, 6, 30, "0aff"),
            (["TimeOtp-Secret-Base64": "YQ=="], .totp, .sha1, 6, 30, "61"),
            (["HmacOtp-Secret-Base32": "ME", "HmacOtp-Counter": "42"], .hotp, .sha1, 6, 30, "61"),
        ] as [([String: String], CredentialKind, HashAlgorithm, UInt8, UInt32, String)])
    func styles(
        _ strings: [String: String], _ kind: CredentialKind, _ algorithm: HashAlgorithm, _ digits: UInt8,
        _ period: UInt32,
        _ key: String
    ) throws {
        let pairs = strings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let sink = try found(file(entry([("Title", "T"), ("UserName", "")] + pairs)))
        let entry = try #require(sink.entries.first)
        #expect(sink.problems.isEmpty && entry.lost.isEmpty)
        let parameters = try #require(entry.parameters)
        #expect(parameters.kind == kind && parameters.algorithm == algorithm && parameters.digits == digits)
        #expect(parameters.period == period && entry.key == key)
        #expect(entry.issuer == (strings["otp"]?.contains("x:") == true ? "x" : "T"))
        #expect(entry.name == (strings["otp"]?.contains("x:y") == true ? "y" : ""))
        if kind == .hotp { #expect([7, 42].contains(parameters.counter)) }
    }

    @Test("Both a time based and a counter based credential; of two time based ones the URI") func several() throws {
        let sink = try found(
            file(
                entry([
                    ("Title", "T"), ("HmacOtp-Secret", "b"), ("TOTP Seed", "ME"),
                    ("otp", "otpauth://totp/T:a?secret=ME"),
                ])))
        #expect(sink.entries.map { $0.parameters?.kind } == [.totp, .hotp])
        #expect(sink.entries.map(\.position) == [1, 2])
    }

    @Test("An empty attribute stands for none; of several codes all come in, each key once") func attributes() throws {
        let uri = "otpauth://totp/Two:b?secret=MZXW6YTBOJSXEZLT&amp;issuer=Two"
        let found = try found(
            file(
                entry([("Title", "One"), ("otp", ""), ("TOTP Seed", "ME"), ("TOTP Settings", "30;6")])
                    + entry([
                        ("Title", "Two"), ("otp", "otpauth://totp/Two:a?secret=ME&amp;issuer=Two"), ("otp2", uri),
                        ("copy", "otpauth://totp/Other:x?secret=ME"),
                    ])))
        #expect(found.entries.map(\.name) == ["", "a", "b"] && found.problems.isEmpty)
        #expect(found.entries.map(\.issuer) == ["One", "Two", "Two"])
    }

    @Test("Groups and tags, notes, what is lost, and no recycle bin, no history") func surroundings() throws {
        let otp = ("otp", "otpauth://totp/T:a?secret=ME")
        let full = entry(
            [
                ("Title", "T"), ("UserName", "a"), ("Password", "p"), ("URL", "u"), ("Notes", "l1\nl2"), ("Extra", "x"),
                otp,
            ],
            "<Tags>one;two, three</Tags><Times><UsageCount>9</UsageCount></Times><Binary><Key>f</Key></Binary>"
                + "<History>\(entry([otp]))</History>")
        let groups =
            "<Group><Name>A</Name><Group><Name>B</Name>\(full)</Group></Group><Group><UUID>BIN=</UUID>\(entry([otp]))</Group>"
        let sink = try found(file(entry([("Title", "none")]), groups: groups))
        #expect(sink.entries.count == 1 && sink.warnings == ["1 entries in the recycle bin were left out"])
        let found = try #require(sink.entries.first)
        #expect(found.tags == ["B", "one", "two", "three"] && found.note == "l1\nl2" && found.extras.uses == 9)
        #expect(found.lost == ["password", "URL", "attribute Extra", "attachments"])
    }

    @Test("Protected values come from the caller") func protected() throws {
        let xml = file(
            "<Entry>\(value("Title", "T"))\(value("Password", "x", " Protected=\"True\""))"
                + "\(value("otp", "QUJD", " Protected=\"True\""))</Entry>")
        let root = try XMLText.parse(LockedText(locked(Array(xml.utf8))))
        let values = root.all.filter { $0.attribute("Protected") == "True" }
        #expect(values.map(\.text) == ["x", "QUJD"])
        let sink = CollectingSink()
        try KeePassXML.read(root, to: sink) { element throws(ConversionError) in
            LockedText(try locked(Array((element.index == values[1].index ? "otpauth://totp/T:a?secret=ME" : "").utf8)))
        }
        #expect(sink.entries.first?.key == "61")
        let plain = try found(xml)
        #expect(plain.problems.first?.reason == "its otp is protected and cannot be read")
    }

    @Test(
        "Bad values are problems",
        arguments: [
            ("TOTP Settings", "0;6"), ("TOTP Settings", "30;x"), ("TOTP Settings", "30;11"),
            ("TOTP Settings", "86401;6"),
        ])
    func bad(_ name: String, _ value: String) throws {
        let sink = try found(file(entry([("Title", "T"), ("TOTP Seed", "ME"), (name, value)])))
        #expect(sink.entries.isEmpty && sink.problems.first?.label == "T")
    }

    @Test("XML that is something else is of no known format") func other() throws {
        #expect(throws: ConversionError.unknownFormat) { try read(Array("<a/>".utf8)) }
        #expect(throws: ConversionError.self) { try read(Array("<KeePassFile/>".utf8)) }
    }
}
