import CLinux

/// Sockets of the Unix domain.
package enum Socket {
    /// What travels over a connection.
    package enum Kind: Sendable {
        /// Bytes without borders.
        case stream
        /// Packets, in order and whole (SOCK_SEQPACKET).
        case packets
    }

    /// The process at the other end, as the kernel noted it when it connected.
    package struct Peer: Sendable {
        /// Its process id: for display and for telling callers apart, never authority.
        package let process: Int32
        /// Its user id.
        package let user: UInt32
    }

    /// A non-blocking listener bound to `path`, mode 0600. The directory must have been checked by the caller.
    package static func listen(
        at path: String, kind: Kind = .stream, backlog: Int32 = 128
    ) throws(SystemError) -> FileDescriptor {
        let socket = try make(kind, nonBlocking: true)
        // The file is made with the mode of the socket; the umask belongs to all threads.
        guard fchmod(socket.number, 0o600) == 0 else { throw SystemError("fchmod", on: path) }
        guard unsafe fob_bind(socket.number, path) == 0 else { throw SystemError("bind", on: path) }
        guard CLinux.listen(socket.number, backlog) == 0 else { throw SystemError("listen", on: path) }
        return socket
    }

    /// The longest path of a socket, in bytes.
    package static let longestPath = 107

    /// The path that a listener is bound to; nil for none, and for one of the abstract space.
    package static func path(of listener: borrowing FileDescriptor) -> String? {
        var path: [108 of CChar] = .init(repeating: 0)
        var span = path.mutableSpan
        return unsafe span.withUnsafeMutableBufferPointer { buffer -> String? in
            guard let base = buffer.baseAddress,
                unsafe fob_socket_name(listener.number, base, buffer.count) == 0
            else { return nil }
            return unsafe String(validatingCString: base)
        }
    }

    /// A blocking connection to `path`.
    ///
    /// - Parameter patience: milliseconds after which connecting, and each send later on, gives up with `EAGAIN`: a
    ///   listener that stands still has a full queue at some time. 0 for never.
    package static func connect(
        to path: String, kind: Kind = .stream, patience: Int32 = 0
    ) throws(SystemError) -> FileDescriptor {
        let socket = try make(kind, nonBlocking: false)
        if patience > 0 { _ = fob_send_timeout(socket.number, patience) }
        var result: Int32
        repeat { result = unsafe fob_connect(socket.number, path) } while result != 0 && fob_errno() == EINTR
        guard result == 0 else { throw SystemError("connect", on: path) }
        return socket
    }

    /// The next waiting connection; throws `EAGAIN` when there is none.
    package static func accept(
        _ listener: borrowing FileDescriptor, nonBlocking: Bool = true
    ) throws(SystemError) -> FileDescriptor {
        let number = fob_accept(listener.number, nonBlocking ? 1 : 0)
        guard number >= 0 else { throw SystemError("accept4") }
        return FileDescriptor(owning: number)
    }

    /// Who is at the other end.
    package static func peer(of socket: borrowing FileDescriptor) throws(SystemError) -> Peer {
        var process: pid_t = 0
        var user: uid_t = 0
        guard unsafe fob_peer(socket.number, &process, &user) == 0 else { throw SystemError("getsockopt") }
        return Peer(process: process, user: user)
    }

    /// What one `send(2)` takes; never raises SIGPIPE. Throws `EAGAIN` when a non-blocking socket is full.
    package static func send(_ bytes: Span<UInt8>, to socket: borrowing FileDescriptor) throws(SystemError) -> Int {
        var result = 0
        repeat {
            result = unsafe bytes.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return 0 }
                return unsafe fob_send(socket.number, base, bytes.count)
            }
        } while result < 0 && fob_errno() == EINTR
        guard result >= 0 else { throw SystemError("send") }
        return result
    }

    /// A socket whose datagrams go to `address`: a path, or @name in the abstract space, as sd_notify(3) describes.
    package static func connectDatagrams(to address: String) throws(SystemError) -> FileDescriptor {
        let number = fob_datagram_socket()
        guard number >= 0 else { throw SystemError("socket") }
        let descriptor = FileDescriptor(owning: number)
        guard unsafe fob_connect(descriptor.number, address) == 0 else { throw SystemError("connect", on: address) }
        return descriptor
    }

    /// Whether a descriptor is a listening stream socket, as a service manager hands over.
    package static func isListener(_ number: Int32) -> Bool {
        var listening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening == 1
    }

    /// What kind of connections a listening socket of the Unix domain takes; nil for any other descriptor.
    package static func kind(ofListener number: Int32) -> Kind? {
        switch fob_listener_kind(number) {
        case 0: .stream
        case 1: .packets
        default: nil
        }
    }

    /// Has reading of a socket give up after so many milliseconds; 0 for never.
    package static func limitReading(of socket: borrowing FileDescriptor, to milliseconds: Int64) {
        _ = fob_receive_timeout(socket.number, milliseconds)
    }

    /// Makes a descriptor non-blocking and keeps it from children.
    package static func prepare(_ number: Int32) {
        _ = fob_fcntl(number, F_SETFL, fob_fcntl(number, F_GETFL, 0) | O_NONBLOCK)
        _ = fob_fcntl(number, F_SETFD, FD_CLOEXEC)
    }

    private static func make(_ kind: Kind, nonBlocking: Bool) throws(SystemError) -> FileDescriptor {
        let number = fob_unix_socket(kind == .packets ? 1 : 0, nonBlocking ? 1 : 0)
        guard number >= 0 else { throw SystemError("socket") }
        return FileDescriptor(owning: number)
    }
}
