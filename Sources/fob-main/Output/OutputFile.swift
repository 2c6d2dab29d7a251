import Client
import Platform

/// A file that the user named and that is written at once: mode 0600, nothing is overwritten unless that was asked for, no
/// link is followed, and nothing is left of what could not be finished.
final class OutputFile {
    /// Where it will be.
    let path: String
    private let file: NewFile
    private let overwrites: Bool

    /// Starts it: whether it can be made is known before anybody is asked for anything.
    init(_ path: String, overwrites: Bool = false) throws(ClientError) {
        if NewFile.isTaken(path), !overwrites { throw ExportTarget.exists(path) }
        self.overwrites = overwrites
        do throws(SystemError) { file = try NewFile(path) } catch { throw ExportTarget.failed(error, path) }
        self.path = path
    }

    /// Refuses what could not be made, before anybody is asked for anything.
    static func check(_ path: String?) throws(ClientError) { if let path { _ = try OutputFile(path) } }

    /// Refuses a directory in which no file could be made.
    static func check(in directory: String?) throws(ClientError) {
        if let directory { try check("\(directory)/.fob-\(Clock.utcMilliseconds)") }
    }

    /// Writes all of it, and gives it its name.
    func finish(_ bytes: Span<UInt8>) throws(ClientError) {
        do throws(SystemError) {
            try file.file.writeAll(bytes)
            if overwrites { FileDescriptor.remove(path) }
            try file.keep()
        } catch {
            throw ExportTarget.failed(error, path)
        }
    }
}
