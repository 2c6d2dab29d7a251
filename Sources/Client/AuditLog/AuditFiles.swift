import Platform
import Wire

/// The audit log on the disk: `audit-NUMBER.log` files that were rotated away, then `audit.log`.
package enum AuditFiles {
    /// Longest line that is read as one.
    private static let longestLine = 8192

    /// Hands each line, without its line feed, oldest first, to `body`. A last line without line feed is handed out
    /// too: it was not written to its end.
    package static func forEachLine(
        _ body: (Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) {
        guard let path = Paths.data else {
            throw ClientError(.configuration, Sentences.noDataPath, remedy: Sentences.setHome)
        }
        let directory: Directory
        var names: [String]
        do throws(DirectoryError) {
            directory = try Directory.open(path, create: false)
            names = try directory.names().filter { $0.hasPrefix("audit-") && $0.hasSuffix(".log") }.sorted()
        } catch {
            if case .system(let reason) = error, reason.isMissing { return }
            throw ClientError(error)
        }
        names.append("audit.log")
        for name in names {
            guard let file = try open(name, in: directory) else { continue }
            try forEachLine(of: file, body)
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
