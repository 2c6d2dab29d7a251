import CLinux

/// A directory that the user chose, on any kind of file system and with any owner and mode: a shared folder, a
/// removable disk. Held open, so that all that is done with names in it stays in it. Names are single parts of a path.
package final class Folder: Sendable {
    /// Where it is.
    package let path: String
    private let descriptor: FileDescriptor

    /// Opens an existing directory; links are followed, because the user named it.
    package init(_ path: String) throws(SystemError) {
        let number = unsafe fob_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard number >= 0 else { throw SystemError("open", on: path) }
        self.path = path
        descriptor = FileDescriptor(owning: number)
    }

    /// Makes a directory with mode 0700, unless it is there.
    package static func make(_ path: String) throws(SystemError) {
        guard unsafe mkdir(path, 0o700) != 0, fob_errno() != EEXIST else { return }
        throw SystemError("mkdir", on: path)
    }

    /// Which directory of which file system it is.
    package func identity() throws(SystemError) -> FileStatus.Identity {
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else { throw SystemError("fstat", on: path) }
        return FileStatus(status).identity
    }

    /// The regular files in it, with their bytes.
    package func files() throws(SystemError) -> [(name: String, size: UInt64)] {
        var files: [(name: String, size: UInt64)] = []
        for name in try descriptor.names(at: path) {
            var status = stat()
            guard unsafe fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            let found = FileStatus(status)
            if found.kind == .file { files.append((name, found.size)) }
        }
        return files
    }

    /// Makes a file that must not exist yet, to write it.
    package func creating(_ name: String) throws(SystemError) -> FileDescriptor {
        try open(name, O_WRONLY | O_CREAT | O_EXCL)
    }

    /// A file that exists, to read it.
    package func reading(_ name: String) throws(SystemError) -> FileDescriptor { try open(name, O_RDONLY | O_NONBLOCK) }

    /// All of a file, as the device has it where that can be asked for; nil when there is none.
    ///
    /// - Throws: `EFBIG` when it has more than `limit` bytes.
    package func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8]? {
        do {
            return try readAll(try open(name, O_RDONLY | O_NONBLOCK), name, limit)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    private func readAll(
        _ file: borrowing FileDescriptor, _ name: String, _ limit: Int
    ) throws(SystemError) -> [UInt8] {
        file.dropCache()
        var bytes: [UInt8] = []
        while true {
            var got = 0
            do {
                try bytes.append(addingCapacity: 65_536) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    got = try file.read(into: &output)
                }
            } catch { throw SystemError(error.call, code: error.code, on: path + "/" + name) }
            guard bytes.count <= limit else { throw SystemError("read", code: EFBIG, on: path + "/" + name) }
            if got == 0 { return bytes }
        }
    }

    /// Gives a finished file its name in one step; throws `EEXIST` when that is taken.
    package func publish(_ temporary: String, as name: String) throws(SystemError) {
        try check(temporary)
        try check(name)
        if moved(temporary, to: name) { return }
        var code = fob_errno()
        guard code != EEXIST else { throw SystemError("rename", code: code, on: path + "/" + name) }
        // Old kernels and network file systems cannot move without replacing: then a second name, and the first goes.
        if unsafe linkat(descriptor.number, temporary, descriptor.number, name, 0) == 0 {
            return try remove(temporary)
        }
        code = fob_errno()
        guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(code) else {
            throw SystemError("link", code: code, on: path + "/" + name)
        }
        // Neither can be done, as on some removable disks. Nobody else gives files such names.
        var status = stat()
        guard unsafe fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) != 0 else {
            throw SystemError("rename", code: EEXIST, on: path + "/" + name)
        }
        guard unsafe renameat(descriptor.number, temporary, descriptor.number, name) == 0 else {
            throw SystemError("rename", on: path + "/" + name)
        }
    }

    /// Gives a finished file the name of another one, which goes.
    package func rename(_ temporary: String, over name: String) throws(SystemError) {
        try check(temporary)
        try check(name)
        guard unsafe renameat(descriptor.number, temporary, descriptor.number, name) == 0 else {
            throw SystemError("rename", on: path + "/" + name)
        }
    }

    private func moved(_ name: String, to other: String) -> Bool {
        unsafe fob_rename_new(descriptor.number, name, other) == 0
    }

    /// Removes a file.
    package func remove(_ name: String) throws(SystemError) {
        try check(name)
        guard unsafe unlinkat(descriptor.number, name, 0) == 0 else {
            throw SystemError("unlink", on: path + "/" + name)
        }
    }

    /// Waits until the names in it are on the device, where the file system can be asked for that.
    package func sync() throws(SystemError) {
        do { try descriptor.sync() } catch {
            guard error.code == EINVAL || error.code == EOPNOTSUPP else {
                throw SystemError(error.call, code: error.code, on: path)
            }
        }
    }

    private func open(_ name: String, _ flags: Int32) throws(SystemError) -> FileDescriptor {
        try check(name)
        let number = unsafe fob_openat(
            descriptor.number, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0o600)
        guard number >= 0 else { throw SystemError("open", on: path + "/" + name) }
        return FileDescriptor(owning: number)
    }

    private func check(_ name: String) throws(SystemError) {
        guard FileDescriptor.isName(name) else {
            throw SystemError("open", code: EINVAL, on: path + "/" + name)
        }
    }
}

extension SystemError {
    /// No room on the device, or no more in this user's share.
    package var isFull: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
    /// The disk was pulled out, or the server behind a file system does not answer.
    package var isAway: Bool {
        [EIO, ENODEV, ENXIO, ENOTCONN, ESTALE, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT].contains(code)
    }
    /// The file system takes no writes.
    package var isReadOnly: Bool { code == EROFS }
}
