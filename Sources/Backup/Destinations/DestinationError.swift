package import Platform

/// Why a destination did not do what it should: the kind of cause, the sentence for people, and what to do.
package struct DestinationError: Error, Equatable, Sendable {
    /// Kinds of causes, by what helps against them.
    package enum Cause: String, Sendable {
        /// It cannot be reached: no network, a server that is down, a disk that is not there.
        case unreachable
        /// It does not accept who asks.
        case refused
        /// It has no room.
        case full
        /// It takes no writes.
        case readOnly = "read-only"
        /// It took too long.
        case slow
        /// What came back is not what was sent.
        case altered
        /// The place, or a program that leads there, does not exist.
        case absent
        /// Another machine's file has the name.
        case taken
        /// Something else.
        case other
    }

    /// The kind.
    package let cause: Cause
    /// What went wrong, in plain words; never with credentials.
    package let message: String

    /// A failure.
    package init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }

    /// A failure of the file system.
    package init(_ error: SystemError) {
        let cause: Cause =
            if error.isFull {
                .full
            } else if error.isReadOnly {
                .readOnly
            } else if error.isPermission {
                .refused
            } else if error.isMissing {
                .unreachable
            } else if error.isExisting {
                .taken
            } else {
                .other
            }
        self.init(cause, error.subject.isEmpty ? error.reason : "\(error.subject): \(error.reason)")
    }

    /// What to do about it.
    package var remedy: String {
        switch cause {
        case .unreachable: "check the network, or that the disk is there; the next run tries again by itself"
        case .refused: "check the credentials or permissions, then run: fob backup test"
        case .full: "make room there; older backups are kept"
        case .readOnly: "make the place writable, or choose another"
        case .slow: "check the connection; the next run tries again by itself"
        case .altered: "check the disk or the service; the backup does not count and is made anew by the next run"
        case .absent: "see whether the place exists and the program is installed"
        case .taken: "unlock the vault and run: fob backup now --force"
        case .other: "run: fob backup test"
        }
    }
}
