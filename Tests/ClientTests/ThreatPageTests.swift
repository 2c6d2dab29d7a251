import Foundation
import Testing

/// man/fob-threats.7 names a test for each defence; a test that was renamed or dropped takes its defence along.
@Suite struct `The page of threats` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The lines of the page.
    private static func lines() throws -> [Substring] {
        try String(contentsOf: root.appending(path: "man/fob-threats.7"), encoding: .utf8).split(separator: "\n")
    }

    @Test func `each test that it names is there`() throws {
        var sources: [String: String] = [:]
        for line in try Self.lines() where line.hasPrefix(".Dl ") {
            let parts = line.dropFirst(4).split(separator: ": ", maxSplits: 1)
            try #require(parts.count == 2, "\(line)")
            let file = String(parts[0])
            let source =
                try sources[file] ?? String(contentsOf: Self.root.appending(path: "Tests/\(file)"), encoding: .utf8)
            sources[file] = source
            #expect(source.contains("func `\(parts[1])`"), "\(line)")
        }
        #expect(!sources.isEmpty)
    }

    @Test func `each threat has a test, or is said to be out of scope`() throws {
        var threats = 0
        var isShown = true
        for line in try Self.lines() {
            if line.hasPrefix(".It ") {
                #expect(isShown, "threat \(threats)")
                threats += 1
                #expect(line == ".It \(threats).")
                isShown = false
            } else if line.hasPrefix(".Dl ") || line.hasPrefix("Out of scope") {
                isShown = true
            }
        }
        #expect(isShown, "threat \(threats)")
        #expect(threats == 54)
    }
}
