import CLinux

/// A system call that failed: which one, on what, and the kernel's reason.
package struct SystemError: Error, Equatable, Sendable {
    /// The call's name, for example "fsync".
    package let call: String
    /// The kernel's error number.
    package let code: Int32
    /// The file or socket it was about; empty where there is none.
    package let subject: String

    /// The failure of `call` with the given or, by default, the current error number.
    package init(_ call: String, code: Int32 = fob_errno(), on subject: String = "") {
        self.call = call
        self.code = code
        self.subject = subject
    }

    /// A non-blocking descriptor has nothing, or no room, just now.
    package var isWouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }

    /// Something is at the socket's path already.
    package var isAddressInUse: Bool { code == EADDRINUSE }

    /// A sentence for the code, of ours or of the C library's in the C locale: it may be kept.
    package var reason: String {
        switch code {
        case EACCES, EPERM: "permission denied"
        case ENOENT: "no such file or directory"
        case EEXIST: "it exists already"
        case ENOSPC, EDQUOT: "the disk is full"
        case EROFS: "the file system is read-only"
        case EIO: "the device reports an input/output error"
        case EMFILE, ENFILE: "too many open files"
        case ELOOP: "a symbolic link is in the way"
        case ENOTDIR: "a part of the path is not a directory"
        case EISDIR: "it is a directory"
        case ENAMETOOLONG: "the path is too long"
        case ECONNREFUSED: "nobody listens there"
        default: unsafe String(cString: fob_reason(code))
        }
    }
}

extension SystemError {
    /// The number of "is a directory".
    package static let isDirectory = EISDIR
    /// There is no such file or directory.
    package var isMissing: Bool { code == ENOENT }
    /// It is there already.
    package var isExisting: Bool { code == EEXIST }
    /// A socket without anybody behind it.
    package var isRefused: Bool { code == ECONNREFUSED }
    /// A symbolic link, where none is followed.
    package var isLink: Bool { code == ELOOP }
    /// A path, such as a socket's, has too many bytes.
    package var isTooLong: Bool { code == ENAMETOOLONG }
    /// Owners or modes do not allow it.
    package var isPermission: Bool { code == EACCES || code == EPERM }
    /// The number of "input/output error".
    package static let inputOutput = EIO
}
