import CLinux

/// A process that is held by a pidfd (pidfd_open(2)). A number passes on to another process, a pidfd never does: what
/// was read of the number while this is alive was read of this process.
package final class ProcessHandle: Sendable {
    /// Its number in this process name space; 0 when it has none here.
    package let number: Int32
    private let descriptor: FileDescriptor?

    /// The process at the other end of a connection, as it was when it connected (SO_PEERPIDFD, since Linux 6.5). An
    /// older kernel is asked for the process that has the number now.
    package init(peerOf socket: borrowing FileDescriptor, number: Int32) {
        self.number = number
        let peer = fob_peer_pidfd(socket.number)
        if peer >= 0 {
            descriptor = FileDescriptor(owning: peer)
        } else {
            // Any other error says that the process has gone.
            descriptor = fob_errno() == ENOPROTOOPT ? Self.open(number) : nil
        }
    }

    /// The process that has the number now.
    package init(of number: Int32) {
        self.number = number
        descriptor = Self.open(number)
    }

    /// Whether it has not ended. One that could not be held counts as ended.
    package var isAlive: Bool {
        switch descriptor {
        case .some(let descriptor): !descriptor.isReadable(within: 0)
        case nil: false
        }
    }

    /// The descriptor to wait for, which is readable from its end on; nil when it could not be held.
    package var watched: Int32? {
        switch descriptor {
        case .some(let descriptor): descriptor.number
        case nil: nil
        }
    }

    /// Sends a signal to it, and to nobody else. False when it has ended.
    package func send(_ signal: Int32) -> Bool {
        switch descriptor {
        case .some(let descriptor): fob_pidfd_signal(descriptor.number, signal) == 0
        case nil: false
        }
    }

    private static func open(_ number: Int32) -> FileDescriptor? {
        // 0 and less are no processes.
        let opened = number > 0 ? fob_pidfd_open(number) : -1
        return opened < 0 ? nil : FileDescriptor(owning: opened)
    }
}

/// A process by its number and its start: no two of one boot have both.
package struct ProcessIdentity: Hashable, Sendable {
    /// Its number; 0 when it is not known.
    package let number: Int32
    /// When it started, in clock ticks since boot; 0 when it is not known.
    package let startTime: UInt64

    /// A process.
    package init(number: Int32, startTime: UInt64) { (self.number, self.startTime) = (number, startTime) }

    /// No process that could be told from others.
    package static let unknown = ProcessIdentity(number: 0, startTime: 0)

    /// Whether it can be told from others.
    package var isKnown: Bool { number > 0 && startTime > 0 }
}
