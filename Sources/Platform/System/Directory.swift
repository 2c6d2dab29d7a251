import CLinux

/// A private directory, held open: what is done with names in it cannot be led elsewhere. It and every file that is
/// opened in it belong to this user alone. Names are single parts of a path; others are refused with EINVAL.
package final class Directory: Sendable {
    /// Where it was found; for messages only.
    package let path: String
    let descriptor: FileDescriptor

    /// What a file is opened for.
    package enum Purpose: Sendable {
        /// To read what exists.
        case reading
        /// To write at the end of what exists, or of a new file.
        case appending
        /// To write a file that must not exist yet, and to read it.
        case creatingNew
    }

    /// Opens the directory at `path`; its last part must not be a symbolic link.
    ///
    /// - Parameter create: makes missing directories, parents too, each with mode 0700.
    package static func open(_ path: String, create: Bool) throws(DirectoryError) -> Directory {
        var bytes = path.utf8[...]
        // A slash at the end would make the kernel follow a link in the last part.
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        let plain = String(Substring(bytes))
        if create { try make(plain) }
        return try Directory(at: AT_FDCWD, plain, path: plain)
    }

    private init(at parent: Int32, _ name: String, path: String) throws(DirectoryError) {
        let number = unsafe fob_openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard number >= 0 else {
            let error = SystemError("open", on: path)
            var status = stat()
            let isThere = unsafe fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0
            guard isThere, error.code == ENOTDIR || error.code == ELOOP else { throw .system(error) }
            throw FileStatus(status).kind == .symbolicLink ? .symbolicLink(path: path) : .notADirectory(path: path)
        }
        self.path = path
        descriptor = FileDescriptor(owning: number)
        try Self.check(try Self.status(of: descriptor, path), is: .directory, path)
    }

    /// Opens a file, with mode 0600 where it is new. It must be a regular file of this user that nobody else has
    /// access to, and not a symbolic link.
    package func openFile(_ name: String, for purpose: Purpose) throws(DirectoryError) -> FileDescriptor {
        switch purpose {
        case .reading: try openFile(name, flags: O_RDONLY)
        case .appending: try openFile(name, flags: O_WRONLY | O_APPEND | O_CREAT)
        case .creatingNew: try openFile(name, flags: O_RDWR | O_CREAT | O_EXCL)
        }
    }

    /// All of a file, nil when there is none.
    ///
    /// - Throws: `DirectoryError.tooLarge` when it has more than `limit` bytes.
    package func read(_ name: String, limit: Int) throws(DirectoryError) -> [UInt8]? {
        do {
            return try readAll(try openFile(name, for: .reading), path(of: name), limit)
        } catch {
            if error.fault == .absent { return nil }
            throw error
        }
    }

    /// What the kernel knows about a file, nil when there is none; checked like one that is opened.
    package func status(of name: String) throws(DirectoryError) -> FileStatus? {
        try validate(name)
        let path = self.path(of: name)
        var status = stat()
        guard unsafe fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            let error = SystemError("stat", on: path)
            if error.code == ENOENT { return nil }
            throw .system(error)
        }
        let result = FileStatus(status)
        try Self.check(result, is: .file, path)
        return result
    }

    /// What the kernel knows about the directory that is held, wherever its name leads by now.
    package func identity() throws(DirectoryError) -> FileStatus { try Self.status(of: descriptor, path) }

    /// How many bytes a file has, nil when there is none.
    package func size(of name: String) throws(DirectoryError) -> UInt64? { try status(of: name)?.size }

    /// Gives a file another name, here or in another directory; what had that name is replaced in one step.
    package func rename(_ name: String, to other: String, in directory: Directory? = nil) throws(DirectoryError) {
        let target = directory ?? self
        try validate(name)
        try validate(other)
        guard unsafe renameat(descriptor.number, name, target.descriptor.number, other) == 0 else {
            throw target.failed("rename", other)
        }
    }

    /// Gives a file a second name, here or in another directory; throws EEXIST when that is taken.
    package func link(_ name: String, to other: String, in directory: Directory? = nil) throws(DirectoryError) {
        let target = directory ?? self
        try validate(name)
        try validate(other)
        guard unsafe linkat(descriptor.number, name, target.descriptor.number, other, 0) == 0 else {
            throw target.failed("link", other)
        }
    }

    /// Removes a name of a file; throws ENOENT when there is none.
    package func remove(_ name: String) throws(DirectoryError) {
        try validate(name)
        guard unsafe unlinkat(descriptor.number, name, 0) == 0 else { throw failed("unlink", name) }
    }

    /// Removes the name of a socket of this user, if there is one; throws for anything else of that name.
    package func removeSocket(_ name: String) throws(DirectoryError) {
        try validate(name)
        let path = self.path(of: name)
        var status = stat()
        guard unsafe fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            let error = SystemError("stat", on: path)
            if error.code == ENOENT { return }
            throw .system(error)
        }
        let found = FileStatus(status)
        if found.kind == .symbolicLink { throw .symbolicLink(path: path) }
        guard found.kind == .socket else { throw .notASocket(path: path) }
        guard found.owner == geteuid() else { throw .foreignOwner(path: path, user: found.owner) }
        try remove(name)
    }

    /// The names of everything in it, in no order; those that are not UTF-8 are left out.
    package func names() throws(DirectoryError) -> [String] {
        do { return try descriptor.names(at: path) } catch { throw .system(error) }
    }

    /// Bytes for which there is room on its file system; nil when that does not tell.
    package var freeBytes: UInt64? { UInt64(exactly: fob_free_bytes(descriptor.number)) }

    /// Whether its file system takes no writes.
    package var isReadOnly: Bool { fob_is_read_only(descriptor.number) }

    /// Waits until the names in it are on the device.
    package func sync() throws(DirectoryError) {
        do { try descriptor.sync() } catch { throw .system(SystemError(error.call, code: error.code, on: path)) }
    }

    /// Waits until a file, if there is one, is on the device.
    package func sync(_ name: String) throws(DirectoryError) {
        do throws(DirectoryError) {
            let file = try openFile(name, for: .reading)
            do { try file.sync() } catch { throw failure(error, of: name) }
        } catch { if error.fault != .absent { throw error } }
    }

    /// A directory in this one, made with mode 0700 when it is missing.
    package func subdirectory(_ name: String) throws(DirectoryError) -> Directory {
        try validate(name)
        if unsafe mkdirat(descriptor.number, name, 0o700) == 0 {
            try sync()
        } else if fob_errno() != EEXIST {
            throw failed("mkdir", name)
        }
        return try Directory(at: descriptor.number, name, path: path(of: name))
    }

    /// A failure of a descriptor, said of the file that it belongs to.
    package func failure(_ error: SystemError, of name: String) -> DirectoryError {
        .system(SystemError(error.call, code: error.code, on: path(of: name)))
    }

    /// The path of a name in it, for messages.
    package func path(of name: String) -> String { path == "/" ? "/" + name : path + "/" + name }

    // MARK: - Parts

    private func readAll(
        _ file: borrowing FileDescriptor, _ path: String, _ limit: Int
    ) throws(DirectoryError) -> [UInt8] {
        let size = try Self.status(of: file, path).size
        guard size <= UInt64(limit) else { throw .tooLarge(path: path, limit: limit) }
        var bytes: [UInt8] = []
        // One byte more, so that the end is seen and a file that grows is noticed.
        bytes.reserveCapacity(Int(size) + 1)
        while true {
            let room = max(Int(size) + 1 - bytes.count, 4096)
            var got = 0
            do {
                try bytes.append(addingCapacity: room) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    got = try file.read(into: &output)
                }
            } catch { throw .system(SystemError(error.call, code: error.code, on: path)) }
            guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
            if got == 0 { return bytes }
        }
    }

    func openFile(_ name: String, flags: Int32) throws(DirectoryError) -> FileDescriptor {
        try validate(name)
        let path = self.path(of: name)
        // Non-blocking, because a pipe would wait for its other end; it means nothing to regular files.
        let flags = flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        var number: Int32
        repeat {
            number = unsafe fob_openat(descriptor.number, name, flags, 0o600)
        } while number < 0 && fob_errno() == EINTR
        guard number >= 0 else {
            let error = SystemError("open", on: path)
            switch error.code {
            case ELOOP: throw .symbolicLink(path: path)
            case EISDIR, ENXIO: throw .notAFile(path: path)
            default: throw .system(error)
            }
        }
        let file = FileDescriptor(owning: number)
        try Self.check(try Self.status(of: file, path), is: .file, path)
        return file
    }

    private static func make(_ path: String) throws(DirectoryError) {
        var result = unsafe mkdir(path, 0o700)
        let parent = parent(of: path)
        if result != 0, fob_errno() == ENOENT, !parent.utf8.elementsEqual(path.utf8), !path.isEmpty {
            try make(parent)
            result = unsafe mkdir(path, 0o700)
        }
        guard result == 0 else {
            // Anything else that makes it unusable comes up when it is opened.
            if fob_errno() == EEXIST || fob_errno() == EISDIR { return }
            throw .system(SystemError("mkdir", on: path))
        }
        let number = unsafe fob_open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        // Not every parent may be read; then the kernel writes it down in its own time.
        if number >= 0 { try? FileDescriptor(owning: number).sync() }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        // Doubled slashes are one.
        var parent = path.utf8[..<slash]
        while parent.last == UInt8(ascii: "/") { parent.removeLast() }
        return parent.isEmpty ? "/" : String(Substring(parent))
    }

    private static func status(
        of file: borrowing FileDescriptor, _ path: String
    ) throws(DirectoryError) -> FileStatus {
        do { return try file.status() } catch { throw .system(SystemError(error.call, code: error.code, on: path)) }
    }

    private static func check(
        _ status: FileStatus, is kind: FileStatus.Kind, _ path: String
    ) throws(DirectoryError) {
        if status.kind == .symbolicLink { throw .symbolicLink(path: path) }
        guard status.kind == kind else { throw kind == .file ? .notAFile(path: path) : .notADirectory(path: path) }
        guard status.owner == geteuid() else { throw .foreignOwner(path: path, user: status.owner) }
        guard status.mode & 0o077 == 0 else { throw .tooOpen(path: path, mode: status.mode) }
    }

    private func validate(_ name: String) throws(DirectoryError) {
        guard FileDescriptor.isName(name) else {
            throw .system(SystemError("open", code: EINVAL, on: path(of: name)))
        }
    }

    func failed(_ call: String, _ name: String) -> DirectoryError {
        let code = fob_errno()
        return .system(SystemError(call, code: code, on: path(of: name)))
    }
}
