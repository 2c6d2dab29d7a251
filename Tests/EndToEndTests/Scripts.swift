import Foundation
import TestSupport
import Testing

/// Everything that drives the built programs, one after the other: several compare times, or count what a process uses.
@Suite(.serialized)
enum EndToEndTests {}

/// What stands before the agent for security keys: one after the other as well, but beside the others, as nothing of it
/// is counted or compared.
@Suite(.serialized)
enum ListenerTests {}

/// Backups, and what comes back from them: in a row of its own for the same reason, as are the suites that stand in no
/// other one and are serialized.
@Suite(.serialized)
enum PlaceTests {}

/// A Python script of `Support/` that drives the built programs.
///
/// It finds them through `FOB_BIN`, has a scratch directory of its own as `TMPDIR`, and says how it went by its exit
/// status: 0 is passed, 77 is skipped with the reason as its last line, all else is failed with its output as message.
struct Script {
    let name: String

    /// Seconds after which a script hangs: those that compute take 14 at most at rest, 110 under a load of 18.
    static let patience = 300

    /// The programs stand beside the test program, unless `FOB_BIN` names another build.
    static let binaries =
        ProcessInfo.processInfo.environment["FOB_BIN"]
        ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path

    private static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Support/\(name)").path
    }

    init(_ name: String) { self.name = name }

    /// Runs the script, and ends it with all that it has started after `seconds`.
    ///
    /// A skip cancels the test, which the runner reports as such: it never counts as passed.
    func run(
        _ arguments: String..., seconds: Int = patience, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let scratch = FileManager.default.temporaryDirectory
            .appendingPathComponent("fob-test-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        // A file, not a pipe: something left behind by the script could hold a pipe open for ever.
        let log = scratch.appendingPathComponent("output")
        let start = ContinuousClock.now
        let status = try await launch(arguments, seconds: seconds, scratch: scratch, log: log)
        // What the summary of a run lists, by test.sh.
        print(
            "case \(([name] + arguments).joined(separator: " ")): \((ContinuousClock.now - start).components.seconds) s"
        )
        let output = String(decoding: try Data(contentsOf: log), as: UTF8.self)
        let last = output.split(separator: "\n").last.map(String.init) ?? ""
        let title = ([name] + arguments).joined(separator: " ")
        for line in output.split(separator: "\n") where line.hasPrefix("skipped in part: ") {
            print("\(title): \(line)")
        }
        switch status {
        case 0: print("\(title): \(last)")
        case 77:
            print("\(title): skipped: \(last)")
            try Test.cancel("\(last)", sourceLocation: sourceLocation)
        case 9, 124, 137:
            Issue.record("\(title) took more than \(seconds) s\n\(output)", sourceLocation: sourceLocation)
        default: Issue.record("\(title) ended with \(status)\n\(output)", sourceLocation: sourceLocation)
        }
    }

    private func launch(_ arguments: [String], seconds: Int, scratch: URL, log: URL) async throws -> Int32 {
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        defer { try? output.close() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // timeout(1) makes a process group and ends the whole of it.
        process.arguments =
            ["python3", Self.path("unblocked.py"), "timeout", "-k", "5", "\(seconds)", "python3", Self.path(name)]
            + arguments
        var environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("FOB_") || $0.key == "FOB_FULL" }
        environment["PATH"] = searchPath
        environment["FOB_BIN"] = Self.binaries
        environment["TMPDIR"] = scratch.path
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["PYTHONUNBUFFERED"] = "1"
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }
}
