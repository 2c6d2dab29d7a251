import Glibc
import Model
import TestSupport
import Testing

@testable import Platform

@Suite struct DirectoryTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func failure(_ body: () throws -> Void) -> DirectoryError? {
        do {
            try body()
            return nil
        } catch { return error as? DirectoryError }
    }

    // MARK: - Opening

    @Test func `missing directories are made, each for this user alone`() throws {
        let directory = try Directory.open(scratch.path("a/b//c/"), create: true)
        #expect(directory.path == scratch.path("a/b//c"))
        for name in ["a", "a/b", "a/b/c"] { #expect(try scratch.mode(name) == 0o700) }
        _ = try Directory.open(scratch.path("a/b/c"), create: true)
    }

    @Test func `a missing directory is not made unasked`() throws {
        let error = failure { _ = try Directory.open(scratch.path("none"), create: false) }
        #expect(error == .system(SystemError("open", code: ENOENT, on: scratch.path("none"))))
        #expect(error?.fault == .absent)
        #expect(failure { _ = try Directory.open("", create: true) } != nil)
    }

    @Test(arguments: [0o710, 0o701, 0o750, 0o777, 0o720] as [mode_t])
    func `a directory that others have access to is refused`(mode: mode_t) throws {
        try scratch.makeDirectory("open", mode: mode)
        let path = scratch.path("open")
        #expect(failure { _ = try Directory.open(path, create: true) } == .tooOpen(path: path, mode: mode))
    }

    @Test func `a symbolic link as the last part is refused, with a slash behind it too`() throws {
        try scratch.makeDirectory("real")
        try scratch.makeLink("link", to: "real")
        try scratch.makeLink("nowhere", to: "missing")
        let link = DirectoryError.symbolicLink(path: scratch.path("link"))
        #expect(failure { _ = try Directory.open(scratch.path("link"), create: true) } == link)
        #expect(failure { _ = try Directory.open(scratch.path("link/"), create: false) } == link)
        let nowhere = DirectoryError.symbolicLink(path: scratch.path("nowhere"))
        #expect(failure { _ = try Directory.open(scratch.path("nowhere"), create: true) } == nowhere)
    }

    @Test func `a file is no directory`() throws {
        try scratch.write("file", "")
        let path = scratch.path("file")
        #expect(failure { _ = try Directory.open(path, create: true) } == .notADirectory(path: path))
    }

    @Test(.enabled(if: Scratch.isRoot, "only root can give files away"))
    func `what belongs to another user is refused`() throws {
        try scratch.makeDirectory("theirs")
        try scratch.give("theirs", to: 4242)
        let path = scratch.path("theirs")
        #expect(failure { _ = try Directory.open(path, create: true) } == .foreignOwner(path: path, user: 4242))

        let directory = try Directory.open(scratch.path, create: false)
        try scratch.write("file", "x")
        try scratch.give("file", to: 4242)
        let foreign = DirectoryError.foreignOwner(path: scratch.path("file"), user: 4242)
        #expect(failure { _ = try directory.openFile("file", for: .reading) } == foreign)
        #expect(failure { _ = try directory.openFile("file", for: .appending) } == foreign)
        #expect(failure { _ = try directory.read("file", limit: 10) } == foreign)
        #expect(failure { _ = try directory.status(of: "file") } == foreign)
        #expect(failure { _ = try directory.lock("file") } == foreign)
        #expect(failure { _ = try directory.subdirectory("theirs") } == .foreignOwner(path: path, user: 4242))
    }

    // MARK: - Files

    @Test func `new files are for this user alone, appended to and read back`() throws {
        let directory = try Directory.open(scratch.path, create: false)
        #expect(try directory.read("log", limit: 10) == nil)
        #expect(try directory.size(of: "log") == nil)
        for text in ["ab", "cde"] {
            let file = try directory.openFile("log", for: .appending)
            try file.writeAll(text.utf8Span.span)
            try file.sync()
        }
        #expect(try scratch.mode("log") == 0o600)
        #expect(try directory.read("log", limit: 5) == Array("abcde".utf8))
        #expect(try directory.size(of: "log") == 5)
        #expect(
            failure { _ = try directory.read("log", limit: 4) } == .tooLarge(path: scratch.path("log"), limit: 4))
        #expect(failure { _ = try directory.openFile("log", for: .creatingNew) }?.fault == .exists)
    }

    @Test func `a file longer than one read comes back whole`() throws {
        let directory = try Directory.open(scratch.path, create: false)
        let bytes = (0..<300_001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let file = try directory.openFile("long", for: .creatingNew)
        try file.writeAll(bytes.span)
        #expect(try directory.read("long", limit: 300_001) == bytes)
        #expect(try directory.read("long", limit: .max - 1) == bytes)
        #expect(try directory.holds(bytes.span, as: "long"))
        for count in [0, 1, 65_536, 299_999] {
            #expect(try !directory.holds(bytes.span.extracting(0..<count), as: "long"))
            var other = bytes
            other[count] ^= 1
            #expect(try !directory.holds(other.span, as: "long"))
        }
        #expect(try !directory.holds((bytes + [0]).span, as: "long"))
        #expect(try !directory.holds(bytes.span, as: "none"))
    }

    @Test func `a file has a size, an end and a time`() throws {
        let directory = try Directory.open(scratch.path, create: false)
        let file = try directory.openFile("file", for: .creatingNew)
        try file.writeAll("12345".utf8Span.span)
        #expect(try file.size == 5)
        try file.truncate(to: 2)
        #expect(try file.seekToEnd() == 2)
        try file.writeAll("x".utf8Span.span)
        try file.setModified(1_700_000_000)
        file.dropCache()
        #expect(try directory.read("file", limit: 9) == Array("12x".utf8))
        #expect(try directory.status(of: "file")?.modified == 1_700_000_000)
        #expect(try file.status().kind == .file)
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o666] as [mode_t])
    func `a file that others have access to is refused`(mode: mode_t) throws {
        let directory = try Directory.open(scratch.path, create: false)
        try scratch.write("file", "x", mode: mode)
        let error = DirectoryError.tooOpen(path: scratch.path("file"), mode: mode)
        #expect(failure { _ = try directory.openFile("file", for: .reading) } == error)
        #expect(failure { _ = try directory.openFile("file", for: .appending) } == error)
        #expect(failure { _ = try directory.status(of: "file") } == error)
        #expect(error.isPermission)
    }

    @Test func `symbolic links, pipes and directories are not files`() throws {
        let directory = try Directory.open(scratch.path, create: false)
        try scratch.write("real", "x")
        try scratch.makeLink("link", to: "real")
        try scratch.makeLink("nowhere", to: "made")
        try scratch.makePipe("pipe")
        try scratch.makeDirectory("inner")
        for name in ["link", "nowhere"] {
            let error = DirectoryError.symbolicLink(path: scratch.path(name))
            #expect(failure { _ = try directory.openFile(name, for: .reading) } == error)
            #expect(failure { _ = try directory.openFile(name, for: .appending) } == error)
            #expect(failure { _ = try directory.openFile(name, for: .creatingNew) }?.fault == .exists)
            #expect(failure { _ = try directory.status(of: name) } == error)
            #expect(failure { _ = try directory.lock(name) } == error)
            #expect(failure { _ = try directory.subdirectory(name) } == error)
        }
        #expect(try !directory.names().contains("made"))
        for name in ["pipe", "inner"] {
            let error = DirectoryError.notAFile(path: scratch.path(name))
            #expect(failure { _ = try directory.openFile(name, for: .reading) } == error)
            #expect(failure { _ = try directory.openFile(name, for: .appending) } == error)
            #expect(failure { _ = try directory.read(name, limit: 1) } == error)
        }
    }

    @Test func `only a socket is removed as one`() throws {
        let directory = try Directory.open(scratch.path, create: false)
        try directory.removeSocket("nothing")
        do { _ = try Socket.listen(at: scratch.path("socket")) }
        try directory.removeSocket("socket")
        #expect(try directory.names().isEmpty)
        try scratch.write("file", "precious")
        try scratch.makePipe("pipe")
        try scratch.makeDirectory("inner")
        try scratch.makeLink("link", to: "file")
        for name in ["file", "pipe", "inner"] {
            let refused = failure { try directory.removeSocket(name) }
            #expect(refused == .notASocket(path: scratch.path(name)) && refused?.isPermission == true)
        }
        #expect(failure { try directory.removeSocket("link") } == .symbolicLink(path: scratch.path("link")))
        #expect(try directory.names().count == 4)
    }

    @Test(arguments: ["", ".", "..", "a/b", "/etc/passwd", "a\0b"])
    func `names are single parts of a path`(name: String) throws {
        let directory = try Directory.open(scratch.path, create: false)
        try scratch.write("a", "x")
        let attempts: [() throws -> Void] = [
            { _ = try directory.openFile(name, for: .appending) }, { _ = try directory.read(name, limit: 1) },
            { _ = try directory.status(of: name) }, { try directory.rename("a", to: name) },
            { try directory.rename(name, to: "b") }, { try directory.link("a", to: name) },
            { try directory.link(name, to: "b") }, { try directory.remove(name) }, { try directory.removeSocket(name) },
            { _ = try directory.subdirectory(name) }, { _ = try directory.lock(name) },
        ]
        for attempt in attempts {
            guard case .system(let error)? = failure(attempt) else {
                Issue.record("not refused")
                continue
            }
            #expect(error.code == EINVAL)
        }
        #expect(try directory.names() == ["a"])
    }

    @Test func `names are given, doubled, changed and removed`() throws {
        let directory = try Directory.open(scratch.path, create: false)
        let inner = try directory.subdirectory("inner")
        #expect(try scratch.mode("inner") == 0o700)
        try scratch.write("one", "1")
        try scratch.write("two", "2")
        try directory.link("one", to: "copy", in: inner)
        #expect(failure { try directory.link("one", to: "copy", in: inner) }?.fault == .exists)
        try directory.rename("two", to: "one")
        try directory.sync()
        #expect(try directory.read("one", limit: 9) == Array("2".utf8))
        #expect(try inner.read("copy", limit: 9) == Array("1".utf8))
        #expect(try directory.names().sorted() == ["inner", "one"])
        #expect(try directory.names().sorted() == ["inner", "one"])
        try directory.remove("one")
        #expect(failure { try directory.remove("one") }?.fault == .absent)
        #expect(try directory.subdirectory("inner").names() == ["copy"])
        try scratch.chmod("inner", 0o755)
        #expect(
            failure { _ = try directory.subdirectory("inner") } == .tooOpen(path: scratch.path("inner"), mode: 0o755))
    }

    @Test func `a directory is still the same one after its name has gone to another`() throws {
        let directory = try Directory.open(scratch.path, create: false)
        try scratch.makeDirectory("here")
        let here = try Directory.open(scratch.path("here"), create: false)
        try directory.rename("here", to: "moved")
        try scratch.makeDirectory("here")
        _ = try here.openFile("file", for: .creatingNew)
        #expect(try directory.subdirectory("moved").names() == ["file"])
        #expect(try directory.subdirectory("here").names().isEmpty)
    }

    @Test func `a lock has one holder at a time`() throws {
        let directory = try Directory.open(scratch.path, create: false)
        let other = try Directory.open(scratch.path, create: false)
        var lock = try directory.lock("lock")
        #expect(lock != nil)
        #expect(try other.lock("lock") == nil)
        #expect(try directory.lock("lock") == nil)
        lock = nil
        #expect(try other.lock("lock") != nil)
        #expect(lock == nil)
        #expect(try scratch.mode("lock") == 0o600)
    }

    // MARK: - Failing disks

    @Test(.enabled(if: Scratch.canMount, "needs the right to mount"))
    func `a full disk is an error of the kernel`() throws {
        try scratch.mount("", bytes: 65536)
        defer { scratch.unmount("") }
        let directory = try Directory.open(scratch.path, create: false)
        let file = try directory.openFile("file", for: .creatingNew)
        let bytes = [UInt8](repeating: 7, count: 100_000)
        #expect(throws: SystemError("write", code: ENOSPC)) { try file.writeAll(bytes.span) }
        #expect(directory.failure(SystemError("write", code: ENOSPC), of: "file").remedy == "make room on the disk")
    }

    @Test(.enabled(if: Scratch.canMount, "needs the right to mount"))
    func `a read-only file system is an error of the kernel`() throws {
        try scratch.mount("", bytes: 65536)
        defer { scratch.unmount("") }
        try scratch.write("file", "x")
        try scratch.mount("", bytes: 65536, readOnly: true)
        let directory = try Directory.open(scratch.path, create: true)
        #expect(try directory.read("file", limit: 1) == [UInt8(ascii: "x")])
        let error = DirectoryError.system(SystemError("open", code: EROFS, on: scratch.path("new")))
        #expect(failure { _ = try directory.openFile("new", for: .creatingNew) } == error)
        #expect(!error.isPermission && error.fault == .other)
    }

    @Test(.enabled(if: !Scratch.isRoot, "root may write everywhere"))
    func `a directory that may not be written is an error of permission`() throws {
        let directory = try Directory.open(scratch.path, create: false)
        try scratch.chmod("", 0o500)
        #expect(failure { _ = try directory.openFile("new", for: .creatingNew) }?.isPermission == true)
        #expect(failure { _ = try Directory.open(scratch.path("new"), create: true) }?.isPermission == true)
    }

    @Test func `sentences name the path and say what to do`() {
        let errors: [DirectoryError] = [
            .foreignOwner(path: "/x", user: 7), .tooOpen(path: "/x", mode: 0o755), .symbolicLink(path: "/x"),
            .notADirectory(path: "/x"), .notAFile(path: "/x"), .notASocket(path: "/x"), .tooLarge(path: "/x", limit: 9),
            .system(SystemError("open", code: EACCES, on: "/x")),
        ]
        for error in errors {
            #expect(error.message.text.contains("/x"))
            #expect(
                !error.message.text.hasSuffix(".") && !error.remedy.text.hasSuffix(".") && !error.remedy.text.isEmpty)
        }
        #expect(errors[1].message.text == "other users have access to /x (mode 755)")
        #expect(errors[7].message.text == "/x: permission denied (open)")
    }
}
