import OneTimePassword
import Platform
import Testing
import Wire

@testable import Interchange

@Suite struct BoundedEntryTests {
    private func entry(_ issuer: String = "Otter", _ name: String = "mia", key: Int = 20) throws -> Entry {
        try Entry(
            issuer: issuer, name: name, parameters: Parameters(kind: .totp),
            key: locked([UInt8](repeating: 7, count: key)))
    }

    @Test("What moves a cursor, reorders a line or hides is taken away, and told") func controls() throws {
        var entry = try entry("O\u{1B}[31mtter\u{202E}", "mi\u{0}a\r\nberg\u{200B}")
        entry.tags = ["wo\u{2066}rk", "work", "\u{7}"]
        let bounded = try BoundedEntry(entry, at: 1)
        #expect(bounded.account.issuer == "O[31mtter" && bounded.account.name == "mia  berg")
        #expect(bounded.account.tags == ["work"])
        #expect(bounded.lost.sorted() == ["issuer", "name", "tag"].map { "control characters in the \($0)" })
    }

    @Test("Joiners inside of emoji stay") func joiners() throws {
        let bounded = try BoundedEntry(entry("👩‍💻 Łódź", "ok"), at: 1)
        #expect(bounded.account.issuer == "👩‍💻 Łódź" && bounded.lost.isEmpty)
    }

    @Test("Texts are cut at the end of a character, and that is told") func cut() throws {
        let bounded = try BoundedEntry(
            entry(String(repeating: "ä", count: 300), String(repeating: "👩‍💻", count: 60)), at: 1)
        #expect(bounded.account.issuer == String(repeating: "ä", count: 256))
        #expect(bounded.account.name == String(repeating: "👩‍💻", count: 46))
        #expect(bounded.lost == ["the end of the issuer", "the end of the name"])
    }

    @Test("An account without any name gets one") func nameless() throws {
        #expect(try BoundedEntry(entry("", "\u{202E}"), at: 7).account.name == "account 7")
    }

    @Test("Tags and notes within their bounds") func tagsAndNotes() throws {
        var entry = try entry()
        entry.tags = (0..<40).map { "tag \($0)" }
        entry.note = try locked(Array(String(repeating: "ä", count: 10_000).utf8) + [])
        let bounded = try BoundedEntry(entry, at: 1)
        #expect(bounded.account.tags.count == 32 && bounded.note.count == 16_384)
        #expect(bounded.lost == ["8 tags", "the end of the note"])
        var other = try self.entry()
        other.note = try locked([0x61, 0, 0x62])
        let withoutNUL = try BoundedEntry(other, at: 1)
        let text = withoutNUL.note.bytes.text
        #expect(text == "ab")
        var third = try self.entry()
        third.note = try locked([0x61, 0xFF])
        let withoutNote = try BoundedEntry(third, at: 1)
        let count = withoutNote.note.count
        #expect(count == 0)
    }

    @Test("What cannot be kept is refused with its reason") func refused() throws {
        func refusal(_ entry: consuming Entry) -> String? { BoundedEntry.refusal(of: entry) }
        #expect(try refusal(entry(key: 1024)) == nil)
        #expect(try refusal(entry(key: 1025)) == "its key is over 1024 bytes long")
        #expect(try refusal(entry(key: 0)) == "the key is empty")
        let without = try Entry(issuer: "x", name: "", parameters: nil, key: locked([1]))
        #expect(refusal(without) == "it does not say how its codes are computed")
        let bound = try Entry(issuer: "x", name: "", parameters: nil, key: locked([]))
        #expect(refusal(bound) == nil)
    }
}
