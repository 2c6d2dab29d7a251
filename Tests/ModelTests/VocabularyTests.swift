import Foundation
import Testing

/// What `Model` is for: words of vault, protocol and clients stand once.
@Suite struct VocabularyTests {
    private struct Source {
        let module: String
        let text: String
    }

    private static let sources: [Source] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        guard let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else { return [] }
        var sources: [Source] = []
        for case let file as URL in files where file.pathExtension == "swift" {
            // The small fob has links to the sources of modules.
            let module = String(file.path.dropFirst(root.path.count + 1).prefix { $0 != "/" })
            guard module != "fob", let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
            sources.append(Source(module: module, text: text))
        }
        return sources
    }()

    @Test func `an enumeration that another module may use is one of one module`() throws {
        try #require(Self.sources.count > 400)
        var modules: [Substring: Set<String>] = [:]
        for source in Self.sources {
            for match in source.text.matches(of: #/(?m)^(?:package|public) (?:indirect )?enum (\w+)/#) {
                modules[match.1, default: []].insert(source.module)
            }
        }
        #expect(modules["MergeOutcome"] == ["Model"] && modules.count > 80)
        for (name, modules) in modules { #expect(modules.count == 1, "\(name) is in \(modules.sorted())") }
    }

    /// Two enumerations with the same numbers: the day one of them gets a case, something else stands in for it.
    @Test func `no number of one enumeration is made a case of another`() {
        for source in Self.sources where source.module != "Platform" && source.module != "Gtk" {
            let found = source.text.matches(of: #/\w+\(rawValue: [^()]*\.rawValue\)/#).map(\.0)
            #expect(found.isEmpty, "\(source.module): \(found)")
        }
    }
}
