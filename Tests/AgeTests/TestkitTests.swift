import Age
import Foundation
import Testing

/// Where the testkit lies: beside the repository, or where `AGE_TESTKIT` says (the whole kit is four megabytes).
private let kit: URL = {
    if let path = ProcessInfo.processInfo.environment["AGE_TESTKIT"] { return URL(fileURLWithPath: path) }
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.deletingLastPathComponent().appendingPathComponent("shared/fixtures/age")
}()

private let kitNames: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: kit.path)) ?? []
    return names.filter { $0 != "README.md" }.sorted()
}()

@Suite struct TestkitTests {
    @Test(arguments: embeddedVectors)
    func `A file of the testkit is opened or refused as it must be`(_ vector: Vector) {
        check(vector)
    }

    @Test(.enabled(if: !kitNames.isEmpty, "../shared/fixtures is not beside the repository"), arguments: kitNames)
    func `A file of the testkit's folder is opened or refused as it must be`(_ name: String) throws {
        guard let vector = try Vector(contentsOf: kit.appendingPathComponent(name)) else {
            print("skipped \(name): it is compressed and there is no python3 to inflate it")
            return
        }
        if vector.isHybrid { try checkHybrid(vector) } else { check(vector) }
    }

    @Test(arguments: embeddedVectors)
    func `Whatever is done to a file of the testkit, opening it ends in an answer`(_ vector: Vector) {
        var numbers = SystemRandomNumberGenerator()
        // scrypt is not run: it answers by its own tests, and slowly.
        var changed = vector
        changed.passphrase = nil
        for _ in 0..<200 {
            changed.file = vector.file
            for _ in 0..<Int.random(in: 1...4) {
                let start = Int.random(in: 0...changed.file.count)
                let end = min(changed.file.count, start + Int.random(in: 0...3))
                let bytes = [[], Array("\n".utf8), Array("-> ".utf8), [UInt8.random(in: 0...255)], pattern(70)]
                changed.file.replaceSubrange(start..<end, with: bytes.randomElement(using: &numbers) ?? [])
            }
            let result = changed.outcome(identities: vector.identities).result
            #expect(result == "success" || result.hasSuffix("failure") || result == "no match")
        }
    }

    private func check(_ vector: Vector) {
        let outcome = vector.outcome(identities: vector.identities)
        #expect(outcome.result == vector.expect)
        if let payload = vector.payload { #expect(outcome.payload == payload) }
    }

    /// A hybrid identity is refused as unknown; to any other key a hybrid stanza is one of an unknown type, so that a
    /// file with a fault inside that stanza looks like one for somebody else.
    private func checkHybrid(_ vector: Vector) throws {
        for text in vector.identities where text.hasPrefix("AGE-SECRET-KEY-PQ-") {
            #expect(refusal { () throws(AgeError) in _ = try identity(text) } == .unsupportedIdentity)
        }
        let result = vector.outcome(identities: [testkitIdentity]).result
        #expect(result == "no match" || (result == "header failure" && vector.expect == result))
    }
}
