import CLinux

#if !hasFeature(Embedded)
package import Model
#endif

/// Why a directory, or a file in it, is not used.
package enum DirectoryError: Error, Equatable, Sendable {
    /// It belongs to another user.
    case foreignOwner(path: String, user: UInt32)
    /// Its group or others may do something with it.
    case tooOpen(path: String, mode: UInt32)
    /// It is a symbolic link: somebody else may decide where it leads.
    case symbolicLink(path: String)
    /// A directory was expected.
    case notADirectory(path: String)
    /// A regular file was expected.
    case notAFile(path: String)
    /// A socket was expected.
    case notASocket(path: String)
    /// It has more bytes than it may have.
    case tooLarge(path: String, limit: Int)
    /// The kernel refused.
    case system(SystemError)

    /// What is wrong.
    package var message: Sentence {
        switch self {
        case .foreignOwner(let path, let user): "\(path) belongs to the user with the id \(user), not to you"
        case .tooOpen(let path, let mode): "other users have access to \(path) (mode \(String(mode, radix: 8)))"
        case .symbolicLink(let path): "\(path) is a symbolic link"
        case .notADirectory(let path): "\(path) is not a directory"
        case .notAFile(let path): "\(path) is not a regular file"
        case .notASocket(let path): "\(path) is not a socket"
        case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes"
        case .system(let error):
            error.subject.isEmpty
                ? "\(error.call) failed: \(Sentence(error.reason))"
                : "\(error.subject): \(Sentence(error.reason)) (\(error.call))"
        }
    }

    /// What to do about it.
    package var remedy: Sentence {
        switch self {
        case .foreignOwner(_, let user):
            Environment.user == 0
                ? "run fob as that user (id \(user)), without sudo or su"
                : "find out who put it there, then give it back to your user or move it away"
        // What others use as well is no place to be closed by a command that somebody pastes.
        case .tooOpen(let path, _):
            Self.isOwn(path)
                ? "check whether others have used that, then run: chmod -R go= \(Shell.quoted(path))"
                : "close it to others, or name a place that is for fob alone"
        case .symbolicLink: "put the real file or directory in its place, or name the real path"
        case .notADirectory, .notAFile, .notASocket: "move it away"
        case .tooLarge: "move it away, or put an older copy in its place"
        case .system(let error):
            switch error.code {
            case ENOSPC, EDQUOT: "make room on the disk"
            case EROFS: "make the file system writable"
            case EACCES, EPERM: "give your user access to the path and to the directories above it"
            case EIO: "check the disk"
            case ENOLCK:
                "this file system keeps no locks: set FOB_HOME to a directory on a local disk, or have it mounted with locks"
            case ENOENT: "check the path"
            default: "fix the cause, then try again"
            }
        }
    }

    private static func isOwn(_ path: String) -> Bool { path.utf8.suffix(4).elementsEqual("/fob".utf8) }

    /// Whether owners, modes, links or the kernel's permissions are the reason.
    package var isPermission: Bool {
        switch self {
        case .foreignOwner, .tooOpen, .symbolicLink, .notADirectory, .notAFile, .notASocket: true
        case .tooLarge: false
        case .system(let error): error.code == EACCES || error.code == EPERM
        }
    }

    /// There is no room on the device, or no more in this user's share.
    package var isFull: Bool {
        guard case .system(let error) = self else { return false }
        return error.code == ENOSPC || error.code == EDQUOT || error.code == EFBIG
    }

    /// The kernel's reasons that callers have an answer to.
    package enum Fault: Sendable {
        /// There is nothing of that name.
        case absent
        /// The name is taken.
        case exists
        /// The file system has no second names for files, or no more for this one.
        case linksUnsupported
        /// Anything else.
        case other
    }

    /// The kernel's reason, nil when it is not the kernel that refused.
    package var fault: Fault? {
        guard case .system(let error) = self else { return nil }
        return switch error.code {
        case ENOENT: .absent
        case EEXIST: .exists
        case EPERM, EOPNOTSUPP, ENOSYS, EXDEV, EMLINK: .linksUnsupported
        default: .other
        }
    }
}
