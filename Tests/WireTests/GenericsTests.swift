import Foundation
import Testing
import Wire

/// Entry points of `Body` are called through generics only: a call on a concrete type from another module binds to the
/// unspecialised extension, which takes ten times as long and nobody sees.
@Suite struct GenericsTests {
    private struct Name: MessageVisitor {
        func visit<M: Message & ~Escapable>(_ type: M.Type) -> String { "\(type)" }
    }

    /// Calls that are made on a concrete message: `CodeReply(from: body)`, `try .init(from:)` has no name to find.
    private static func calls(in text: String, of names: Set<String>) -> [Substring] {
        text.matches(of: #/\b([A-Z]\w*)\(from: /#).filter { names.contains(String($0.1)) }.map(\.0)
    }

    @Test func `no module but Wire makes a message from a body by name`() throws {
        let names = Set(try MessageType.allCases.map { try $0.accept(Name()) })
        try #require(names.contains("CodeReply") && names.count > 80)
        #expect(Self.calls(in: "let reply = try CodeReply(from: body.bytes)", of: names) == ["CodeReply(from: "])
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var read = 0
        // The provider compiles Wire's sources into its own module.
        for case let file as URL in files
        where file.pathExtension == "swift" && !file.path.contains("/Wire/") && !file.path.contains("/libfob-sk/")
            && !file.path.contains("/pam_fob/")
        {
            let found = Self.calls(in: try String(contentsOf: file, encoding: .utf8), of: names)
            #expect(found.isEmpty, "\(file.lastPathComponent) calls \(found)")
            read += 1
        }
        #expect(read > 400)
    }
}
