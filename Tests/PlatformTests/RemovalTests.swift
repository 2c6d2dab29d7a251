import Foundation
import Platform
import Testing

@Suite struct RemovalTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "fob-removal-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

    private func make(_ name: String, bytes: Int) throws -> String {
        let path = directory.appending(path: name).path
        try Data(repeating: 0x41, count: bytes).write(to: URL(filePath: path))
        return path
    }

    private func refusal(_ path: String) -> Int32? {
        do throws(SystemError) {
            try FileDescriptor.overwriteAndRemove(path)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [0, 1, 4096, 10_001]) func `what a file held is gone before its name is`(bytes: Int) throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = try make("codes", bytes: bytes)
        let open = try #require(FileHandle(forReadingAtPath: path))
        try FileDescriptor.overwriteAndRemove(path)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try open.readToEnd() ?? Data() == Data(repeating: 0, count: bytes))
    }

    @Test func `links, second names and directories are left alone`() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = try make("codes", bytes: 10)
        let link = directory.appending(path: "link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(refusal(link) != nil)
        try FileManager.default.linkItem(atPath: path, toPath: directory.appending(path: "second").path)
        #expect(refusal(path) == SystemError.notOneFile)
        #expect(refusal(directory.path) != nil)
        #expect(refusal(directory.appending(path: "absent").path) != nil)
        #expect(FileManager.default.contents(atPath: path) == Data(repeating: 0x41, count: 10))
    }

    @Test func `a path is told without links and dots`() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = try make("codes", bytes: 1)
        let link = directory.appending(path: "link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let real = try #require(Paths.real(path))
        #expect(Paths.real(link) == real)
        #expect(Paths.real(directory.path + "/./link") == real)
        #expect(Paths.real(link + "/absent") == nil)
    }
}
