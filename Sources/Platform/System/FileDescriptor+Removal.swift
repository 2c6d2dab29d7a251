import CLinux

extension FileDescriptor {
    /// Overwrites a file that the user named with zeros, waits until they are on the device, and removes its name.
    ///
    /// It says nothing about copies: an SSD, a file system that copies on write, snapshots and backups keep the old
    /// bytes.
    ///
    /// - Throws: `SystemError`; of `EINVAL` for what is no regular file of this user with one name. Then it is as it was.
    package static func overwriteAndRemove(_ path: String) throws(SystemError) {
        let number = unsafe fob_open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0)
        guard number >= 0 else { throw SystemError("open", on: path) }
        let file = FileDescriptor(owning: number)
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw SystemError("fstat", on: path) }
        let found = FileStatus(status)
        guard found.kind == .file, found.owner == geteuid(), status.st_nlink == 1 else {
            throw SystemError("open", code: SystemError.notOneFile, on: path)
        }
        let zeros = [UInt8](repeating: 0, count: 4096)
        var left = found.size
        while left > 0 {
            let part = Int(min(left, UInt64(zeros.count)))
            try file.writeAll(zeros.span.extracting(0..<part))
            left -= UInt64(part)
        }
        try file.sync()
        guard unsafe unlink(path) == 0 else { throw SystemError("unlink", on: path) }
    }

    /// Opens a file to read it and removes its name at once, so that nothing is left however this process ends. No link
    /// is followed.
    ///
    /// - Throws: `SystemError`; of `EINVAL` for what is no regular file of this user. Then it is as it was.
    package static func takingAway(_ path: String) throws(SystemError) -> FileDescriptor {
        let number = unsafe fob_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0)
        guard number >= 0 else { throw SystemError("open", on: path) }
        let file = FileDescriptor(owning: number)
        let found = try file.status()
        guard found.kind == .file, found.owner == geteuid() else {
            throw SystemError("open", code: SystemError.notOneFile, on: path)
        }
        guard unsafe unlink(path) == 0 else { throw SystemError("unlink", on: path) }
        return file
    }
}

extension SystemError {
    /// The code of what `overwriteAndRemove` and `takingAway` leave alone.
    package static let notOneFile = EINVAL
}

extension Paths {
    /// The path without links and dots; nil when there is nothing.
    package static func real(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(validatingCString: real)
    }
}
