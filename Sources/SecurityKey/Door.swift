package import Platform

/// One protocol by which other programs reach the agent's security keys: ssh's agent protocol, or CTAPHID.
///
/// A door parses what its visitors send, and holds no secret: what is to be signed goes to the agent, over a connection
/// that each visitor has to itself.
package protocol Door: Sendable {
    /// What its sockets carry.
    var kind: Socket.Kind { get }

    /// Serves one visitor, on a thread of its own, and returns when there is no more to do for it.
    func serve(_ visitor: consuming Visitor)
}

/// A connection to a door; it is closed when this goes out of scope.
package struct Visitor: ~Copyable {
    /// Its socket, blocking.
    package let socket: FileDescriptor
    /// The process at the other end, for display and for grants; 0 where that is not known.
    package let process: Int32

    /// A visitor whose user was checked.
    package init(_ socket: consuming FileDescriptor, process: Int32) {
        self.socket = socket
        self.process = process
    }

    /// Gives the socket up.
    package consuming func release() -> FileDescriptor { socket }
}
