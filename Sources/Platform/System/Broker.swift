import CLinux
import Synchronization

/// A second process that does for a confined one what its sandbox has to take away altogether because the kernel cannot
/// take away a part of it:
///
/// - to connect to a socket: behind some sockets of the user programs are started on request;
/// - to read the path of a caller's program: the kernel counts it as tracing, which Landlock forbids.
///
/// It is forked before any secret is there, holds nothing, and can be told one number at a time: which process, or which
/// of the connections that were fixed before. A process that was taken over learns no more from it than anybody may.
package final class Broker: Sendable {
    /// What it says: bytes, and perhaps a descriptor.
    package struct Answer: ~Copyable {
        /// At most `most` bytes.
        package var bytes: [UInt8] = []
        /// What was opened.
        package var descriptor: FileDescriptor?

        /// Those bytes.
        package init(bytes: [UInt8]) { self.bytes = bytes }
        /// That descriptor.
        package init(_ descriptor: consuming FileDescriptor) { self.descriptor = consume descriptor }
    }

    /// What its filter leaves it, besides answering.
    package struct Abilities: OptionSet, Sendable {
        package let rawValue: Int32

        package init(rawValue: Int32) { self.rawValue = rawValue }

        private init(_ value: some BinaryInteger) { rawValue = Int32(value) }

        /// Read where links of the file system lead, which tells the program of a process.
        package static let readingLinks = Abilities(FOB_MAY_READ_LINKS)
        /// Read files, and connect to sockets of the Unix domain.
        package static let connecting = Abilities(FOB_MAY_CONNECT)
    }

    /// The process's one; nil while it does everything itself.
    package static var current: Broker? { shared.withLock { $0 } }

    private static let shared = Mutex<Broker?>(nil)
    /// Bytes of an answer.
    private static let most = 1024
    /// What a broker is called, in front of what it was started as.
    package static let name = "fob-broker"
    private static let closed: Int32 = -1

    /// This process's end of the connection; `closed` once an answer has not come.
    private let socket: Mutex<Int32>

    private init(_ socket: Int32) { self.socket = Mutex(socket) }

    /// Forks it. Called while the process has one thread and no secret.
    ///
    /// - Parameters:
    ///   - patience: milliseconds for which an answer is waited for, nil for as long as it takes; a broker that does not
    ///     answer is given up.
    ///   - isQuiet: it lets go of the standard streams and the working directory.
    ///   - abilities: what its filter of system calls leaves it; nil for all.
    ///   - answer: what it does, in its own process.
    package static func start(
        patience: Int64?, isQuiet: Bool, confined abilities: Abilities?, _ answer: (_ number: Int32) -> Answer
    ) throws(SystemError) {
        var ends: [2 of Int32] = [closed, closed]
        var span = ends.mutableSpan
        let made = unsafe span.withUnsafeMutableBufferPointer { ends in
            guard let base = ends.baseAddress else { return Int32(-1) }
            return unsafe fob_packet_pair(base)
        }
        guard made == 0 else { throw SystemError("socketpair") }
        switch fob_fork() {
        case -1: throw SystemError("fork")
        case 0:
            if isQuiet {
                _ = unsafe chdir("/")
                for number in Int32(0)...2 { close(number) }
                Hardening.fillStandardDescriptors()
            }
            serve(ends[1], abilities, answer)
        default:
            close(ends[1])
            if let patience { _ = fob_receive_timeout(ends[0], patience) }
            shared.withLock { $0 = Broker(ends[0]) }
        }
    }

    /// Answers until the other process has gone. It outlives the signals that tell that process to end.
    private static func serve(_ socket: Int32, _ abilities: Abilities?, _ answer: (Int32) -> Answer) -> Never {
        fob_ignore_ends()
        unsafe fob_set_name(name)
        // Of what the other process has open, nothing stays open here.
        if socket != 3 { dup2(socket, 3) }
        _ = fob_fcntl(3, F_SETFD, FD_CLOEXEC)
        Hardening.closeInherited(keeping: 1)
        // A kernel without seccomp has it go on without, as the daemon does.
        if let abilities { _ = fob_sandbox_broker(abilities.rawValue) }
        while true {
            var number: Int32 = 0
            let count = unsafe recv(3, &number, MemoryLayout<Int32>.size, 0)
            if count < 0, fob_errno() == EINTR { continue }
            guard count == MemoryLayout<Int32>.size else { _exit(0) }
            let answer = answer(number)
            let descriptor =
                switch answer.descriptor {
                case .some(let descriptor): descriptor.number
                case nil: closed
                }
            let bytes = [UInt8(answer.bytes.count > 0 ? 1 : 0)] + answer.bytes.prefix(most - 1)
            let sent = unsafe bytes.withUnsafeBytes { unsafe fob_send_beside(3, $0.baseAddress, $0.count, descriptor) }
            guard sent >= 0 else { _exit(0) }
        }
    }

    /// Asks for one thing; nil when no answer comes.
    package func ask(_ number: Int32) -> Answer? {
        socket.withLock { socket -> Answer? in
            guard socket != Self.closed else { return nil }
            var number = number
            var bytes = [UInt8](repeating: 0, count: Self.most)
            var descriptor = Self.closed
            var count = unsafe fob_send(socket, &number, MemoryLayout<Int32>.size)
            if count >= 0 {
                repeat {
                    count = unsafe bytes.withUnsafeMutableBytes {
                        unsafe fob_receive_beside(socket, $0.baseAddress, $0.count, &descriptor)
                    }
                } while count < 0 && fob_errno() == EINTR
            }
            guard count > 0 else {
                // An answer that came later would be one to the next question.
                close(socket)
                socket = Self.closed
                return nil
            }
            guard descriptor == Self.closed else { return Answer(FileDescriptor(owning: descriptor)) }
            return Answer(bytes: Array(bytes[1..<count]))
        }
    }
}
