import Platform
import TestSupport
import Testing

/// Files and directories that appear whole or not at all.
struct NewFileTests {
    @Test func `a file appears when it is kept, and only then`() throws {
        let place = try Scratch()
        let directory = try Directory.open(place.path, create: false)
        let path = "\(place.path)/new"
        let file = try NewFile(path)
        try file.file.writeAll(Array("whole".utf8).span)
        #expect(try directory.names().isEmpty)
        try file.keep()
        #expect(try directory.names() == ["new"])
        #expect(try directory.read("new", limit: 100) == Array("whole".utf8))
        #expect(try directory.status(of: "new")?.mode == 0o600)
    }

    @Test func `a file that is not kept leaves nothing`() throws {
        let place = try Scratch()
        let directory = try Directory.open(place.path, create: false)
        do {
            let file = try NewFile("\(place.path)/new")
            try file.file.writeAll(Array("half".utf8).span)
        }
        #expect(try directory.names().isEmpty)
    }

    @Test func `what took the name meanwhile stays`() throws {
        let place = try Scratch()
        let directory = try Directory.open(place.path, create: false)
        let path = "\(place.path)/new"
        let file = try NewFile(path)
        try directory.openFile("new", for: .creatingNew).writeAll(Array("other".utf8).span)
        #expect(NewFile.isTaken(path))
        #expect(throws: SystemError.self) { try file.keep() }
        #expect(try directory.read("new", limit: 100) == Array("other".utf8))
    }

    @Test func `a directory appears with all its files, or not at all`() throws {
        let place = try Scratch()
        let directory = try Directory.open(place.path, create: false)
        for isKept in [false, true] {
            let tree = try NewDirectory("\(place.path)/tree/")
            try tree.file("a/b.txt").writeAll(Array("one".utf8).span)
            try tree.file("a/c/d.txt").writeAll(Array("two".utf8).span)
            try tree.file("e.txt").writeAll(Array("three".utf8).span)
            #expect(!NewFile.isTaken("\(place.path)/tree"))
            if isKept { try tree.keep() }
        }
        #expect(try directory.names() == ["tree"])
        let tree = try Directory.open("\(place.path)/tree", create: false)
        #expect(try tree.names().sorted() == ["a", "e.txt"])
        #expect(try tree.subdirectory("a").read("b.txt", limit: 10) == Array("one".utf8))
        let other = try NewDirectory("\(place.path)/tree")
        #expect(throws: SystemError.self) { try other.keep() }
    }

    @Test(arguments: ["..", "../x", "a/../../x", "/x", "a//b", "", "./x", "x\0y"])
    func `no file of a directory lies outside of it`(_ name: String) throws {
        let place = try Scratch()
        let tree = try NewDirectory("\(place.path)/tree")
        #expect(throws: SystemError.self) { _ = try tree.file(name).number }
    }
}
