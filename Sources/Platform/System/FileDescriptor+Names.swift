import CLinux

/// What only directories can do.
extension FileDescriptor {
    /// The names of everything in the directory, in no order; those that are not UTF-8 are left out.
    ///
    /// - Parameter path: where the directory is, for the error.
    borrowing func names(at path: String) throws(SystemError) -> [String] {
        // A description of its own, because reading moves the position.
        let other = unsafe fob_openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard other >= 0 else { throw SystemError("open", on: path) }
        guard let stream = unsafe fdopendir(other) else {
            let error = SystemError("opendir", on: path)
            close(other)
            throw error
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let name = unsafe fob_next_name(stream) {
            guard let name = unsafe String(validatingCString: name), name != ".", name != ".." else { continue }
            names.append(name)
        }
        let code = fob_errno()
        guard code == 0 else { throw SystemError("readdir", code: code, on: path) }
        return names
    }

    /// Whether a name is a single part of a path, and not the directory or the one above.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }
}
