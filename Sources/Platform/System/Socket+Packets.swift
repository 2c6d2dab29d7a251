import CLinux

/// Sockets that keep packets apart (SOCK_SEQPACKET), and devices, which do the same.
extension Socket {
    /// A non-blocking connection to `path`, on which each `read(2)` brings one packet and each `write(2)` sends one.
    package static func connectPackets(to path: String) throws(SystemError) -> FileDescriptor {
        let number = fob_packet_socket()
        guard number >= 0 else { throw SystemError("socket") }
        let socket = FileDescriptor(owning: number)
        guard unsafe fob_connect(socket.number, path) == 0 else { throw SystemError("connect", on: path) }
        return socket
    }

    /// Whether a descriptor is a listening socket of the Unix domain that keeps packets apart.
    package static func isPacketListener(_ number: Int32) -> Bool {
        option(SO_TYPE, of: number) == Int32(SOCK_SEQPACKET.rawValue) && option(SO_DOMAIN, of: number) == AF_UNIX
            && isListener(number)
    }

    private static func option(_ name: Int32, of number: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(number, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }
}

extension FileDescriptor {
    /// Opens a device for reading and writing, non-blocking.
    package static func openDevice(_ path: String) throws(SystemError) -> FileDescriptor {
        let number = unsafe fob_open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0)
        guard number >= 0 else { throw SystemError("open", on: path) }
        return FileDescriptor(owning: number)
    }
}
