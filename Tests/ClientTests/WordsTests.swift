import Glibc
import Platform
import Testing

@testable import Client

@Suite struct `Words for shells and people` {
    /// What a shell makes of a word, as C's wordexp(3) would: here, by sh(1) itself.
    private func words(_ line: String) throws -> String {
        let child = try Child.start("/bin/sh", ["-c", "printf '%s' " + line], environment: [], output: .connected)
        var bytes: [UInt8] = []
        var taken = 1
        while taken > 0 {
            try bytes.append(addingCapacity: 4096) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                taken = try child.read(into: &output)
            }
        }
        _ = child.wait()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a quoted word is one word, whatever is in it`() throws {
        let parts = [
            "a", "'", "\"", "$(echo x)", "`echo y`", " ", ";", "\\", "*", "~", "#", "é", "\n.", "|", "&", "!", "-",
        ]
        var seed: UInt64 = 1
        for _ in 0..<60 {
            var word = ""
            for _ in 0..<6 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                word += parts[Int(seed >> 33) % parts.count]
            }
            #expect(try words(Shell.quoted(word)) == word)
        }
        #expect(Shell.quoted("GitHub/octocat") == "GitHub/octocat")
        #expect(Shell.quoted("") == "''")
    }

    @Test func `what is a few keystrokes away is near, and nothing else`() {
        let names = ["GitHub/octocat", "GitLab/alice", "AWS/root", "x"]
        #expect(Nearest.names(to: "gihtub", among: names) == ["GitHub/octocat"])
        #expect(Nearest.names(to: "gitlab/alcie", among: names) == ["GitLab/alice"])
        #expect(Nearest.names(to: "nothing", among: names) == [])
        #expect(Nearest.names(to: "", among: names) == [])
        #expect(Nearest.names(to: String(repeating: "a", count: 10_000), among: names) == [])
    }

    @Test func `a distance is that of the fewest changes`() {
        func distance(_ a: String, _ b: String) -> Int { Nearest.distance(Array(a.utf8), Array(b.utf8), most: 9) }
        #expect(distance("", "") == 0)
        #expect(distance("abc", "") == 3)
        #expect(distance("abcd", "abdc") == 1)
        #expect(distance("kitten", "sitting") == 3)
        for (a, b) in [("code", "cdoe"), ("watch", "wtach"), ("list", "lits"), ("unlock", "ulock")] {
            #expect(distance(a, b) == distance(b, a))
            #expect(distance(a, b) == 1)
        }
    }

    @Test(arguments: [(0, "0 accounts"), (1, "1 account"), (2, "2 accounts"), (10_000, "10000 accounts")])
    func `numbers of things`(count: Int, text: String) {
        #expect(Count.text(count, "account") == text)
        #expect(Count.text(1, "entry", "entries") == "1 entry" && Count.text(3, "entry", "entries") == "3 entries")
    }

    @Test func `colours are for terminals that have some, unless nobody wants them`() {
        #expect(Style.hasColours(isTerminal: true, canMove: true, noColour: nil))
        #expect(Style.hasColours(isTerminal: true, canMove: true, noColour: ""))
        #expect(!Style.hasColours(isTerminal: true, canMove: true, noColour: "1"))
        #expect(!Style.hasColours(isTerminal: true, canMove: false, noColour: nil))
        #expect(!Style.hasColours(isTerminal: false, canMove: true, noColour: nil))
    }
}
