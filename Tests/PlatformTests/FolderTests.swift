import TestSupport
import Testing

@testable import Platform

/// Directories of the user's choice, and times in names.
@Suite struct FolderTests {
    private let scratch: Scratch
    private let folder: Folder

    init() throws {
        scratch = try Scratch()
        try scratch.makeDirectory("shared", mode: 0o777)
        folder = try Folder(scratch.path("shared"))
    }

    private func put(_ name: String, _ text: String) throws {
        let file = try folder.creating(name)
        let bytes = Array(text.utf8)
        try file.writeAll(bytes.span)
    }

    private func refusal(_ body: () throws(SystemError) -> Void) -> SystemError? {
        do { try body() } catch { return error }
        return nil
    }

    @Test func `a name that is taken is not replaced, and what was not published stays`() throws {
        try put("kept", "first")
        try put("partial", "second")
        #expect(refusal { () throws(SystemError) in try folder.publish("partial", as: "kept") }?.isExisting == true)
        #expect(try folder.read("kept", limit: 100) == Array("first".utf8))
        #expect(try folder.read("partial", limit: 100) == Array("second".utf8))
        try folder.publish("partial", as: "other")
        #expect(try folder.read("other", limit: 100) == Array("second".utf8))
        #expect(try folder.read("partial", limit: 100) == nil)
        #expect(refusal { () throws(SystemError) in _ = try folder.creating("kept") }?.isExisting == true)
    }

    @Test func `regular files are listed with their sizes; links and directories are not, nor followed`() throws {
        try put("a", "12345")
        try scratch.makeDirectory("shared/d")
        try scratch.makeLink("shared/l", to: scratch.path("shared/a"))
        let found = try folder.files()
        #expect(found.map(\.name) == ["a"] && found.first?.size == 5)
        #expect(refusal { () throws(SystemError) in _ = try folder.read("l", limit: 100) } != nil)
    }

    @Test(arguments: ["", ".", "..", "a/b", "../x"])
    func `names lead nowhere else`(_ name: String) {
        #expect(refusal { () throws(SystemError) in _ = try folder.creating(name) } != nil)
        #expect(refusal { () throws(SystemError) in try folder.remove(name) } != nil)
    }

    @Test func `what is too large is refused, and so is a folder that is not there`() throws {
        try put("a", "12345")
        #expect(refusal { () throws(SystemError) in _ = try folder.read("a", limit: 4) }?.isFull == true)
        #expect(refusal { () throws(SystemError) in _ = try Folder(scratch.path("none")) }?.isMissing == true)
    }

    @Test func `times have one spelling, and come back`() {
        var utc: UInt64 = 0
        while utc <= CompactTime.latest {
            #expect(CompactTime.parse(CompactTime.text(utc)) == utc)
            utc += 98_765_432
        }
        #expect(CompactTime.text(1_893_456_000) == "20300101T000000Z")
        #expect(CompactTime.text(.max) == "99991231T235959Z")
        for wrong in [
            "20300101T000000", "20300101 000000Z", "20301301T000000Z", "20300101T000060Z", "+0300101T000000Z",
        ] {
            #expect(CompactTime.parse(wrong) == nil, "\(wrong)")
        }
    }
}
