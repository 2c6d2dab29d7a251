import CLinux

/// What only directories can do.
extension FileDescriptor {
    /// The names of everything in the directory, in no order; those that are not UTF-8 are left out.
    ///
    /// - Parameter path: where the directory is, for the error.
    borrowing func names(at path: String) throws(SystemError) -> [String] {
        // A description of its own, because reading moves the position.
        let number = unsafe fob_openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard number >= 0 else { throw SystemError("open", on: path) }
        let other = FileDescriptor(owning: number)
        // As words, at whose borders entries begin.
        var words: [512 of UInt64] = .init(repeating: 0)
        var names: [String] = []
        while true {
            var span = words.mutableSpan
            let count = unsafe span.withUnsafeMutableBytes { room in
                let count = unsafe fob_read_entries(other.number, room.baseAddress, room.count)
                var place = 0
                while place < count {
                    guard let name = unsafe fob_next_name(room.baseAddress, &place) else { break }
                    guard let name = unsafe String(validatingCString: name), name != ".", name != ".." else { continue }
                    names.append(name)
                }
                return count
            }
            // A directory that was removed has no entries any more.
            guard count >= 0 || fob_errno() == ENOENT else { throw SystemError("getdents64", on: path) }
            if count <= 0 { return names }
        }
    }

    /// Whether a name is a single part of a path, and not the directory or the one above.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }
}
