import CLinux

/// What only files can do.
extension FileDescriptor {
    /// Waits until everything written is on the device, and its size and names with it.
    package borrowing func sync() throws(SystemError) {
        var result: Int32
        repeat { result = fsync(number) } while result != 0 && fob_errno() == EINTR
        guard result == 0 else { throw SystemError("fsync") }
    }

    /// Has the device begin with what was written, for whoever has other work to do before `sync`. A hint only.
    package borrowing func beginSync() { fob_begin_sync(number) }

    /// Makes the file exactly `size` bytes long.
    package borrowing func truncate(to size: UInt64) throws(SystemError) {
        var result: Int32
        repeat { result = ftruncate(number, off_t(clamping: size)) } while result != 0 && fob_errno() == EINTR
        guard result == 0 else { throw SystemError("ftruncate") }
    }

    /// How many bytes the file has.
    package var size: UInt64 {
        borrowing get throws(SystemError) { try status().size }
    }

    /// Makes the next read or write start at the file's end, which is returned.
    @discardableResult
    package borrowing func seekToEnd() throws(SystemError) -> UInt64 {
        let position = lseek(number, 0, SEEK_END)
        guard position >= 0 else { throw SystemError("lseek") }
        return UInt64(position)
    }

    /// Makes the next read start at the file's beginning. A pipe has none: ESPIPE.
    package borrowing func seekToStart() throws(SystemError) {
        guard lseek(number, 0, SEEK_SET) >= 0 else { throw SystemError("lseek") }
    }

    /// Asks the kernel to forget its copy of the file, so that a later read comes from the device. A hint only.
    package borrowing func dropCache() { _ = posix_fadvise(number, 0, 0, POSIX_FADV_DONTNEED) }

    /// Has the device begin to read the file, for whoever has other work to do before that is wanted. A hint only.
    package borrowing func fetch() { _ = posix_fadvise(number, 0, 0, POSIX_FADV_WILLNEED) }

    /// Sets the time of the last change, in seconds of UTC.
    package borrowing func setModified(_ utc: UInt64) throws(SystemError) {
        guard fob_set_modified(number, Int64(clamping: utc)) == 0 else { throw SystemError("futimens") }
    }

    /// What the kernel knows about the file.
    package borrowing func status() throws(SystemError) -> FileStatus {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw SystemError("fstat") }
        return FileStatus(status)
    }
}

extension FileDescriptor {
    /// Standard input, by a descriptor that can be closed without closing that.
    package static func standardInput() throws(SystemError) -> FileDescriptor {
        let number = fob_fcntl(0, F_DUPFD_CLOEXEC, 3)
        guard number >= 0 else { throw SystemError("fcntl") }
        return FileDescriptor(owning: number)
    }

    /// Takes standard output away from everybody but its owner, where it is a file that others may read or write. A shell
    /// makes such files.
    ///
    /// - Returns: whether it was one.
    package static func restrictStandardOutput() -> Bool {
        var status = stat()
        guard unsafe fstat(1, &status) == 0 else { return false }
        let file = FileStatus(status)
        guard file.kind == .file, file.owner == Environment.user, file.mode & 0o077 != 0 else { return false }
        return fchmod(1, file.mode & 0o700) == 0
    }
}

/// What the kernel knows about a file.
package struct FileStatus: Sendable, Equatable {
    /// What kind of file it is.
    package enum Kind: Sendable {
        /// A regular file.
        case file
        /// A directory.
        case directory
        /// A symbolic link.
        case symbolicLink
        /// A socket's name.
        case socket
        /// A pipe or a device.
        case other
    }

    /// Which file it is, whatever its name.
    package struct Identity: Sendable, Equatable {
        /// The number of the device.
        package let device: UInt64
        /// The number on it.
        package let inode: UInt64
    }

    /// Which file it is.
    package let identity: Identity
    /// What kind of file it is.
    package let kind: Kind
    /// Its owner.
    package let owner: UInt32
    /// The permission bits.
    package let mode: UInt32
    /// Bytes.
    package let size: UInt64
    /// When it was last written, in seconds of UTC.
    package let modified: UInt64
    /// When it was last written, or its names or owner changed, in nanoseconds of UTC; nobody can set it.
    package let changed: UInt64

    /// What is at a path, links not followed; nil when nothing can be seen there.
    package init?(at path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        var status = status
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        changed = UInt64(max(status.st_ctim.tv_sec, 0)) &* 1_000_000_000 &+ UInt64(max(status.st_ctim.tv_nsec, 0))
        kind =
            switch UInt8(bitPattern: unsafe fob_kind(&status)) {
            case UInt8(ascii: "-"): .file
            case UInt8(ascii: "d"): .directory
            case UInt8(ascii: "l"): .symbolicLink
            case UInt8(ascii: "s"): .socket
            default: .other
            }
        owner = status.st_uid
        mode = status.st_mode & 0o7777
        size = UInt64(max(status.st_size, 0))
        modified = UInt64(max(status.st_mtim.tv_sec, 0))
    }
}
