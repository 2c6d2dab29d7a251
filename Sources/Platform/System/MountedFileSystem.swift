import CLinux

/// The file system that a path lies on, as people tell it from others.
package struct MountedFileSystem: Equatable, Sendable {
    /// The directory at which it is mounted.
    package let mountPoint: String
    /// Its type, such as ext4 or nfs4.
    package let type: String
    /// What is mounted: a device, or of a network file system the server and the path there.
    package let source: String
    /// Its label; nil when it has none, or that cannot be told.
    package let label: String?

    private static let labels = "/dev/disk/by-label"
    /// Bytes of the kernel's list that are read.
    private static let most = 1 << 20

    /// Nil when the kernel's list of mounts cannot be read.
    package init?(of path: String) {
        guard let mounts = Self.mounts(), let found = Self.find(Paths.real(path) ?? path, in: mounts) else {
            return nil
        }
        (mountPoint, type, source) = found
        label = Self.label(of: found.source)
    }

    private static func mounts() -> String? {
        guard let file = try? FileDescriptor.reading("/proc/self/mountinfo") else { return nil }
        var bytes: [UInt8] = []
        while bytes.count < most {
            let piece = try? [UInt8](capacity: 1 << 16) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                _ = try file.read(into: &output)
            }
            guard let piece, !piece.isEmpty else { break }
            bytes += piece
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The mount that a path without links is below, in a list as `/proc/PID/mountinfo` has it (proc(5)).
    static func find(_ path: String, in mounts: String) -> (mountPoint: String, type: String, source: String)? {
        var found: (mountPoint: String, type: String, source: String)?
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 2, dash > 4 else { continue }
            let point = unescaped(fields[4], "\\", digits: 3, radix: 8)
            guard point == "/" || path == point || path.hasPrefix(point + "/") else { continue }
            // Of two at one place the later one is seen.
            guard point.utf8.count >= found?.mountPoint.utf8.count ?? 0 else { continue }
            found = (
                point, unescaped(fields[dash + 1], "\\", digits: 3, radix: 8),
                unescaped(fields[dash + 2], "\\", digits: 3, radix: 8)
            )
        }
        return found
    }

    /// udev names a link to the device for each label.
    private static func label(of source: String) -> String? {
        guard source.hasPrefix("/dev/"), let device = Paths.real(source),
            let names = try? FileTree.names(labels)
        else { return nil }
        return names.first { Paths.real("\(labels)/\($0)") == device }.map { name in
            unescaped(Substring(name), "\\x", digits: 2, radix: 16)
        }
    }

    /// A text in which bytes may stand as a mark and digits.
    static func unescaped(_ text: Substring, _ mark: String, digits: Int, radix: Int) -> String {
        var bytes: [UInt8] = []
        var rest = text
        while let first = rest.first {
            if rest.hasPrefix(mark), let byte = UInt8(rest.dropFirst(mark.count).prefix(digits), radix: radix) {
                bytes.append(byte)
                rest = rest.dropFirst(mark.count + digits)
            } else {
                bytes += Array(String(first).utf8)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
