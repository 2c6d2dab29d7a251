package import Platform
import Wire

/// One protocol by which other programs reach the agent's security keys: ssh's agent protocol, or CTAPHID.
///
/// A service parses what its clients send, and holds no secret: what is to be signed goes to the agent, over a connection
/// that each client has to itself.
package protocol Service: Sendable {
    /// What its sockets carry.
    var kind: Socket.Kind { get }

    /// Serves one client, on a thread of its own, and returns when there is no more to do for it.
    func serve(_ client: consuming AcceptedClient)
}

/// A connection to a service; it is closed when this goes out of scope.
package struct AcceptedClient: ~Copyable {
    /// Its socket, blocking.
    package let socket: FileDescriptor
    /// The process at the other end, for display and for grants; `unknown` where that is not known.
    package let process: ProcessIdentity

    /// A client whose user was checked.
    package init(_ socket: consuming FileDescriptor, process: ProcessIdentity) {
        self.socket = socket
        self.process = process
    }

    /// Gives the socket up.
    package consuming func release() -> FileDescriptor { socket }
}

extension KeyRequester {
    /// A client's process.
    init(_ process: ProcessIdentity) {
        self.init(processID: UInt32(clamping: process.number), startTime: process.startTime)
    }
}
