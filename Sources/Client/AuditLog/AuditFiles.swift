import Platform
import Wire

/// The audit log on the disk: for each of its two parts `NAME-NUMBER.log` files that were set aside, then `NAME.log`.
package enum AuditFiles {
    /// A part of the log.
    package enum Part: String, CaseIterable, Sendable {
        /// What happened.
        case events = "audit"
        /// Which codes were given.
        case codes

        /// Full files of it that are kept.
        var kept: Int { self == .events ? Limits.auditFiles : Limits.codeFiles }
    }

    /// Longest line that is read as one.
    private static let longestLine = 8192

    /// Whether as many full files of a part are there as are kept.
    package static func isRotated(_ part: Part) throws(ClientError) -> Bool {
        try open(part).map { $0.older.count >= part.kept } ?? false
    }

    /// Hands each line of a part, without its line feed, oldest first, to `body`. A last line without line feed is
    /// handed out too: it was not written to its end.
    package static func forEachLine(
        of part: Part, _ body: (Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) {
        guard let (directory, older) = try open(part) else { return }
        for name in older + [part.rawValue + ".log"] {
            guard let file = try open(name, in: directory) else { continue }
            try forEachLine(of: file, body)
        }
    }

    /// The directory and the names of the full files; nil where there is no directory.
    private static func open(_ part: Part) throws(ClientError) -> (directory: Directory, older: [String])? {
        guard let path = Paths.data else {
            throw ClientError(.configuration, Sentences.noDataPath, remedy: Sentences.setHome)
        }
        do throws(DirectoryError) {
            let directory = try Directory.open(path, create: false)
            let names = try directory.names().filter { $0.hasPrefix(part.rawValue + "-") && $0.hasSuffix(".log") }
            return (directory, names.sorted())
        } catch {
            if case .system(let reason) = error, reason.isMissing { return nil }
            throw ClientError(error)
        }
    }

    private static func open(_ name: String, in directory: Directory) throws(ClientError) -> FileDescriptor? {
        do throws(DirectoryError) {
            return try directory.openFile(name, for: .reading)
        } catch {
            if case .system(let reason) = error, reason.isMissing { return nil }
            throw ClientError(error)
        }
    }

    private static func forEachLine(
        of file: borrowing FileDescriptor, _ body: (Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) {
        var buffer: [UInt8] = []
        var isAtEnd = false
        while !isAtEnd {
            do throws(SystemError) {
                try buffer.append(addingCapacity: 65_536) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    isAtEnd = try file.read(into: &output) == 0
                }
            } catch {
                throw ClientError(error)
            }
            var start = 0
            while let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                try body(buffer.span.extracting(start..<end))
                start = end + 1
            }
            buffer.removeFirst(start)
            if buffer.count > longestLine || isAtEnd && !buffer.isEmpty {
                try body(buffer.span)
                buffer.removeAll()
            }
        }
    }
}
