import CLinux

/// Files below a directory that the user named.
package enum FileTree {
    /// How deep directories are followed.
    private static let deepest = 32
    /// How many files are listed.
    private static let most = 50_000

    /// Whether a path leads to a directory.
    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && FileStatus(status).kind == .directory
    }

    /// The file system that a path leads to; nil when it leads nowhere.
    package static func device(of path: String) -> UInt64? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? FileStatus(status).identity.device : nil
    }

    /// The names of the regular files in a directory that the user named, in the order of their bytes. Hidden names are left
    /// out, and so are links.
    package static func files(in path: String) throws(SystemError) -> [String] {
        try names(path, isNamed: true).filter { FileStatus(at: "\(path)/\($0)")?.kind == .file }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The hidden names in a directory that the user named.
    package static func hiddenNames(in path: String) throws(SystemError) -> [String] {
        try allNames(path, isNamed: true).filter { $0.hasPrefix(".") }
    }

    /// The paths, below `path`, of all regular files whose names end in `suffix`, in the order of their bytes.
    /// Hidden names are left out, and links to directories are not followed.
    ///
    /// - Parameter isEager: directories that cannot be read are left out too.
    package static func files(below path: String, suffix: String, isEager: Bool = false) throws(SystemError) -> [String]
    {
        var found: [String] = []
        try list(path, "", suffix, isEager, depth: 0, into: &found)
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func list(
        _ root: String, _ below: String, _ suffix: String, _ isEager: Bool, depth: Int, into found: inout [String]
    ) throws(SystemError) {
        let directory = below.isEmpty ? root : "\(root)/\(below)"
        let inside: [String]
        do { inside = try names(directory, isNamed: depth == 0) } catch {
            guard isEager, depth > 0 else { throw error }
            return
        }
        for name in inside {
            let relative = below.isEmpty ? name : "\(below)/\(name)"
            var status = stat()
            guard unsafe lstat("\(root)/\(relative)", &status) == 0 else { continue }
            switch FileStatus(status).kind {
            case .directory where depth < deepest:
                try list(root, relative, suffix, isEager, depth: depth + 1, into: &found)
            case .file where name.hasSuffix(suffix) && found.count < most: found.append(relative)
            default: continue
            }
        }
    }

    static func names(_ path: String, isNamed: Bool = false) throws(SystemError) -> [String] {
        try allNames(path, isNamed: isNamed).filter { !$0.hasPrefix(".") }
    }

    /// - Parameter isNamed: the user named it, and may have named a link to it.
    private static func allNames(_ path: String, isNamed: Bool = false) throws(SystemError) -> [String] {
        let links = isNamed ? 0 : O_NOFOLLOW
        let number = unsafe fob_open(path, O_RDONLY | O_DIRECTORY | links | O_CLOEXEC, 0)
        guard number >= 0 else { throw SystemError("opendir", on: path) }
        return try FileDescriptor(owning: number).names(at: path)
    }

    /// Removes a directory that this program has made, with all that is in it, as far as it can be. Links are not followed.
    package static func remove(_ path: String) { remove(path, depth: 0) }

    private static func remove(_ path: String, depth: Int) {
        if unsafe unlink(path) == 0 || depth > deepest { return }
        for name in (try? allNames(path)) ?? [] where name != "." && name != ".." {
            remove("\(path)/\(name)", depth: depth + 1)
        }
        _ = unsafe rmdir(path)
    }
}
