import ForeignLibraries
import Platform
import TestSupport
import Testing

/// Archives that Python makes; what is encrypted in them is in the tests of formats.
@Suite(.enabled(if: program("python3") != nil, "python3 is not installed"))
struct ZipTests {
    private static func archive(_ body: String) throws -> [UInt8] {
        let script = """
            import io, sys, zipfile
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
                \(body)
            sys.stdout.buffer.write(buffer.getvalue())
            """
        let result = try run("python3", ["-c", script])
        try #require(result.status == 0)
        return result.output
    }

    private func unfold(_ member: Zip.Member, _ archive: [UInt8]) throws -> [UInt8] {
        var output: [UInt8] = []
        try output.append(addingCapacity: member.size) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Zip.unfold(member, of: archive.span, into: &output)
        }
        return output
    }

    @Test("Members come out as they went in") func members() throws {
        let archive = try Self.archive(
            "archive.writestr('a/b.txt', b'otter ' * 1000); archive.writestr('ä', b''); "
                + "archive.writestr(zipfile.ZipInfo('stored'), b'fern')")
        let members = try Zip.members(of: archive.span)
        #expect(members.map(\.name) == ["a/b.txt", "ä", "stored"])
        #expect(members.map(\.size) == [6000, 0, 4])
        #expect(try unfold(members[0], archive) == Array(String(repeating: "otter ", count: 1000).utf8))
        #expect(try unfold(members[2], archive) == Array("fern".utf8))
    }

    @Test("A bomb is refused before it unfolds") func bombs() throws {
        for size in ["65 << 20", "8 << 20"] {
            let bomb = try Self.archive("archive.writestr('x', bytes(\(size))); archive.writestr('y', b'otter')")
            let members = try Zip.members(of: bomb.span)
            #expect(members.map(\.isTooLarge) == [true, false])
            #expect(throws: ForeignError.tooLarge) { try unfold(members[0], bomb) }
            #expect(try unfold(members[1], bomb) == Array("otter".utf8))
        }
        let many = try Self.archive("[archive.writestr(str(i), b'') for i in range(10_001)]")
        #expect(throws: ForeignError.tooLarge) { try Zip.members(of: many.span) }
    }

    @Test("A member that says it is smaller than it is gives nothing") func lies() throws {
        var archive = try Self.archive("archive.writestr('x', b'otter ' * 1000)")
        let directory = try #require(archive.indices.last { archive[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
        // The size in the directory: 6000 becomes 112.
        archive[directory + 24] = 112
        archive[directory + 25] = 0
        let members = try? Zip.members(of: archive.span)
        if let member = members?.first { #expect(throws: ForeignError.self) { try unfold(member, archive) } }
    }

    @Test("What is cut off or changed gives nothing") func damaged() throws {
        let archive = try Self.archive("archive.writestr('x', bytes(range(256)) * 20)")
        let member = try #require(try Zip.members(of: archive.span).first)
        for part in 1..<64 {
            let cut = Array(archive.prefix(archive.count * part / 64))
            #expect(throws: ForeignError.self) { try Zip.members(of: cut.span) }
        }
        var changed = archive
        changed[60] ^= 1
        #expect(throws: ForeignError.self) { try unfold(member, changed) }
    }
}
