import CLinux

/// What only devices need.
extension FileDescriptor {
    /// Opens a device for reading and writing, non-blocking.
    package static func openDevice(_ path: String) throws(SystemError) -> FileDescriptor {
        let number = unsafe fob_open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0)
        guard number >= 0 else { throw SystemError("open", on: path) }
        return FileDescriptor(owning: number)
    }
}
