import Client
package import Platform

/// Why a destination did not do what it should: the kind of cause, the sentence for people, and what to do.
package struct DestinationError: Error, Equatable, Sendable {
    /// Kinds of causes, by what helps against them.
    package enum Cause: String, Sendable, CaseIterable {
        /// It cannot be reached: no network, a server that is down, a disk that is not there.
        case unreachable
        /// It does not accept who asks.
        case refused
        /// It has a fault of its own.
        case server
        /// It wants to be asked less often, or later.
        case throttled
        /// Its certificate is not that of whom it claims to be.
        case certificate
        /// Something else answers: a network that wants a login.
        case portal
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
        /// rclone has no remote of that name.
        case unconfigured
        /// It is not the place that backups were put into before.
        case elsewhere
        /// Another machine's file has the name.
        case taken
        /// The user has interrupted it.
        case interrupted
        /// Something else.
        case other
    }

    /// The kind.
    package let cause: Cause
    /// What went wrong, in plain words of the sources; never with credentials.
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
            } else if error.isMissing || error.isAway {
                .unreachable
            } else if error.isExisting {
                .taken
            } else {
                .other
            }
        self.init(cause, error.subject.isEmpty ? error.reason : "\(error.subject): \(error.reason)")
    }

    /// What to do about it at the destination of that name; each of these can be done word by word. It is kept,
    /// and is in the user's language only where it is shown.
    package func remedy(at name: String) -> String {
        // What is no destination of the configuration, such as a remote that a restore names, has no verbs.
        let isNamed = BackupConfiguration.isName(name)
        let again = isNamed ? noted("run: fob backup run \(name)") : noted("try again")
        let test = isNamed ? noted("run: fob backup test \(name)") : noted("try again")
        return switch cause {
        case .unreachable: noted("check the network, or that the disk is there, then \(again)")
        case .refused: noted("check the credentials or permissions, then \(test)")
        case .server: noted("the fault is the server's: wait, or tell who runs it, then \(again)")
        case .throttled: noted("wait a few minutes, then \(again)")
        case .certificate: noted("see whether the clock is right and whose network this is, then \(test)")
        case .portal: noted("log in to this network with a browser, then \(again)")
        case .full: noted("make room there (older backups are kept), then \(again)")
        case .readOnly: noted("make the place writable, then \(test)")
        case .slow: noted("check the connection, then \(again)")
        case .altered: noted("check the disk or the service, then \(again): the backup is made anew")
        case .absent: noted("check that the place exists and the program is installed, then \(test)")
        case .unconfigured: noted("make the remote with 'rclone config', then \(test)")
        case .elsewhere:
            isNamed
                ? noted(
                    "plug in and mount the disk, or log in to the network, then \(again); when the place was emptied or moved on purpose, run: fob backup accept \(name)"
                ) : noted("plug in and mount the disk, or log in to the network, then \(again)")
        case .taken: noted("unlock the vault, then run: fob backup now --force")
        case .interrupted: again
        case .other: noted("fix what it reports, then \(test)")
        }
    }
}
