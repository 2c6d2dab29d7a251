import Authenticator
import Model
import Platform
import Synchronization

/// The listening sockets, and the loop that lets clients in: those of this user, as many as there is room for.
final class Listeners {
    private let services: Services
    /// The listener of the service of the same index; nil where none was handed over.
    private let listeners: [Listener?]
    private let signals: SignalQueue

    /// A descriptor in a class, because arrays hold nothing that cannot be copied.
    private final class Listener {
        let socket: FileDescriptor
        /// Its name when it was made here, to be removed at the end.
        let path: String?

        init(_ socket: consuming FileDescriptor, path: String?) {
            self.socket = socket
            self.path = path
        }
    }

    /// The token of the signals among the listeners' indices.
    private static let signalToken = UInt64.max

    /// Takes over the listeners that a service manager hands over, or makes them.
    init(_ options: Options) throws(StartError) {
        services = Services(options)
        let handedOver = try Self.handedOver()
        Hardening.closeInherited(keeping: handedOver ?? 0)
        if let handedOver {
            listeners = try Self.adopt(handedOver, services)
        } else {
            listeners = try Self.listen(services)
        }
        // Before any thread starts, so that all of them have these blocked.
        signals = try Self.queueSignals()
    }

    private static func queueSignals() throws(StartError) -> SignalQueue {
        do throws(SystemError) { return try SignalQueue(Signals.end) } catch { throw StartError(error) }
    }

    /// Lets clients in until a signal ends it.
    func serve() throws(StartError) {
        do throws(SystemError) {
            try ReportLink.start(services.reports)
            let poll = try Poll()
            try poll.add(signals.descriptor.number, token: Self.signalToken, .read)
            for (index, listener) in listeners.enumerated() {
                if let listener { try poll.add(listener.socket.number, token: UInt64(index), .read) }
            }
            let rooms = listeners.map { _ in Room() }
            var ready: [Poll.Ready] = []
            while signals.next() == nil {
                try poll.wait(milliseconds: -1, into: &ready)
                for item in ready where item.token != Self.signalToken {
                    let index = Int(item.token)
                    if let listener = listeners[index] {
                        Self.accept(listener.socket, services.entries[index].service, rooms[index])
                    }
                }
            }
        } catch { throw StartError(error) }
        for case let path? in listeners.map({ $0?.path }) {
            try? Directory.open(Paths.directory(of: path), create: false).removeSocket(Paths.name(of: path))
        }
    }

    /// Whoever cannot be let in is turned away at once.
    private static func accept(_ listener: borrowing FileDescriptor, _ service: any Service, _ room: Room) {
        guard let socket = try? Socket.accept(listener, nonBlocking: false), let peer = try? Socket.peer(of: socket),
            peer.user == Environment.user, room.enter()
        else { return }
        let process = ProcessHandle(peerOf: socket, number: peer.process)
        let number = socket.release()
        do {
            try Thread.start {
                let identity = ClientProcess.identity(of: process)
                service.serve(AcceptedClient(FileDescriptor(owning: number), process: identity))
                room.leave()
            }
        } catch {
            _ = FileDescriptor(owning: number)
            room.leave()
        }
    }

    // MARK: - Listeners

    /// How many descriptors a service manager hands over to this process (sd_listen_fds(3)); nil for none.
    private static func handedOver() throws(StartError) -> Int? {
        defer { for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { Environment.remove(name) } }
        guard Environment.value(of: "LISTEN_PID") == String(Environment.process),
            let text = Environment.value(of: "LISTEN_FDS")
        else { return nil }
        guard let count = Int(text), 1...2 ~= count else { throw unusable }
        return count
    }

    private static let unusable = StartError(
        78, "one listening stream socket (ssh) and one of packets (CTAP) can be handed over, each at most once",
        "see fob-authenticator(1)")

    /// Each service gets the listener of its kind.
    private static func adopt(_ count: Int, _ services: Services) throws(StartError) -> [Listener?] {
        var found: [Listener?] = services.entries.map { _ in nil }
        for number in 3..<Int32(3 + count) {
            let kind = Socket.kind(ofListener: number)
            guard let index = services.entries.firstIndex(where: { $0.service.kind == kind }), found[index] == nil
            else {
                throw unusable
            }
            Socket.prepare(number)
            found[index] = Listener(FileDescriptor(owning: number), path: nil)
        }
        return found
    }

    private static func listen(_ services: Services) throws(StartError) -> [Listener?] {
        var listeners: [Listener?] = []
        for entry in services.entries {
            guard let path = Paths.socket(beside: entry.name) else {
                throw StartError(
                    78, "there is no place for the sockets", "set XDG_RUNTIME_DIR, FOB_SOCKET or FOB_HOME")
            }
            listeners.append(try listen(at: path, entry.service.kind))
        }
        return listeners
    }

    private static func listen(at path: String, _ kind: Socket.Kind) throws(StartError) -> Listener {
        do {
            let directory = try Directory.open(Paths.directory(of: path), create: true)
            if (try? Socket.connect(to: path, kind: kind)) != nil {
                throw StartError(75, "another process answers at \(path)", "use that one, or end it first")
            }
            try directory.removeSocket(Paths.name(of: path))
            return Listener(try Socket.listen(at: path, kind: kind), path: path)
        } catch let error as StartError {
            throw error
        } catch let error as DirectoryError {
            throw StartError(error.isPermission ? 77 : 71, error.message.text, error.remedy.text)
        } catch let error as SystemError {
            throw StartError(error)
        } catch {
            throw StartError(71, "no socket can be made at \(path)", "look at what is there, and move it away")
        }
    }
}

/// How many clients one service has.
private final class Room: Sendable {
    /// The most at one time.
    private static let most = 64
    private let clients = Mutex(0)

    /// False when there is no room.
    func enter() -> Bool {
        clients.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
    }

    func leave() { clients.withLock { $0 -= 1 } }
}

extension StartError {
    init(_ error: SystemError) {
        let place = error.subject.isEmpty ? error.call : error.subject
        self.init(71, "\(place): \(error.reason)", "check the system's limits, and what is there")
    }
}
