import Platform

/// What a service manager and its child say to each other (sd_listen_fds(3), sd_notify(3)); no library is needed.
package struct ServiceManager {
    private final class Listener: Sendable {
        let socket: FileDescriptor
        init(_ socket: consuming FileDescriptor) { self.socket = socket }
    }

    /// Connected before the sandbox is entered, in which nothing can be.
    private let listener: Listener?
    /// Half the watchdog's time in milliseconds; nil when nobody watches.
    package let watchdogMilliseconds: UInt64?

    /// Reads and forgets the variables, so that no child can speak in our name.
    package init() {
        let address = Environment.value(of: "NOTIFY_SOCKET")
        // A service manager that is not there is no reason to end, nor a deaf one.
        listener = address.flatMap { address in
            guard let socket = try? Socket.connectDatagrams(to: address) else { return nil }
            return Listener(socket)
        }
        let forUs = Environment.value(of: "WATCHDOG_PID").map { $0 == String(Environment.process) } ?? true
        let microseconds = Environment.value(of: "WATCHDOG_USEC").flatMap { UInt64($0) }.flatMap { $0 > 0 ? $0 : nil }
        watchdogMilliseconds = forUs && address != nil ? microseconds.map { max($0 / 2000, 1) } : nil
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { Environment.remove(name) }
    }

    /// Says that requests are answered from now on.
    package func ready() { say("READY=1\nSTATUS=locked") }

    /// Says that the loop still turns.
    package func alive() { say("WATCHDOG=1") }

    /// Says that the end has begun.
    package func stopping() { say("STOPPING=1") }

    /// One line for `systemctl status`.
    package func status(_ text: String) { say("STATUS=\(text)") }

    private func say(_ message: String) {
        if let listener { _ = try? Socket.send(message.utf8Span.span, to: listener.socket) }
    }

    /// What was handed over at start.
    package enum Activation: Equatable {
        /// Nothing: the agent makes its own sockets.
        case none
        /// The descriptors of the listening socket, and of the one that is forwarded where there is one.
        case sockets(agent: Int32, forwarded: Int32?)
        /// Something else was handed over.
        case unusable

        /// How many descriptors were handed over.
        package var count: Int {
            switch self {
            case .none, .unusable: 0
            case .sockets(_, let forwarded): forwarded == nil ? 1 : 2
            }
        }

        /// - Parameters:
        ///   - count: LISTEN_FDS.
        ///   - names: LISTEN_FDNAMES; the forwarded socket's is "forward".
        init(count: String, names: String, isListener: (Int32) -> Bool) {
            let isForwarded = names.split(separator: ":", omittingEmptySubsequences: false).map { $0 == "forward" }
            switch count {
            case "1" where isListener(3) && isForwarded.first != true: self = .sockets(agent: 3, forwarded: nil)
            case "2" where isListener(3) && isListener(4) && isForwarded == [true, false]:
                self = .sockets(agent: 4, forwarded: 3)
            case "2" where isListener(3) && isListener(4) && isForwarded == [false, true]:
                self = .sockets(agent: 3, forwarded: 4)
            default: self = .unusable
            }
        }
    }

    /// Looks for listening sockets that are meant for this process (LISTEN_PID), and forgets the variables.
    package static func activation() -> Activation {
        defer { for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { Environment.remove(name) } }
        guard let process = Environment.value(of: "LISTEN_PID"), process == String(Environment.process),
            let count = Environment.value(of: "LISTEN_FDS")
        else { return .none }
        return Activation(
            count: count, names: Environment.value(of: "LISTEN_FDNAMES") ?? "", isListener: Socket.isListener)
    }
}
