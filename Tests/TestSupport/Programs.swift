import Foundation

/// Where tests look for programs: in Debian's folders before all others of `PATH`. The peers and modules that tests need are
/// Debian's packages; what comes first in somebody's `PATH` may be of any age, or a script that runs nowhere else.
package let searchPath = debianFirst(ProcessInfo.processInfo.environment["PATH"])

/// Debian's folders, then those of `path` that are none of them.
package func debianFirst(_ path: String?) -> String {
    let debian = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
    let others = (path ?? "").split(separator: ":").map(String.init).filter { !debian.contains($0) }
    return (debian + others).joined(separator: ":")
}

/// The path of a program, nil where it is not installed.
package func program(_ name: String) -> String? {
    let folders = searchPath.split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// Runs a program without input; its exit status and its output.
package func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, output: [UInt8]) {
    guard let path = program(name) else { throw Scratch.Failure(call: name, code: 2) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = Array(try output.fileHandleForReading.readToEnd() ?? Data())
    process.waitUntilExit()
    return (process.terminationStatus, bytes)
}
