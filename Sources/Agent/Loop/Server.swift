import Platform
import Wire

/// The sockets: accepts, cuts the streams into frames, sends replies, drops who is slow or silent.
///
/// It knows nothing of what is asked. Everything runs on the loop's thread; all buffers that may hold secrets are
/// in locked memory and wiped when they are let go.
final class Server {
    private var listener: FileDescriptor
    private var forwarded: FileDescriptor?
    let poll: Poll
    private let user: UInt32
    var connections: [UInt64: Connection] = [:]
    private var nextToken: UInt64 = 16
    private var acceptPausedUntil: Monotonic?
    /// Connections with replies to send at the end of the turn.
    var unsent: [Connection] = []
    var buffered = 0
    var ordinaryBytes = 0
    let mostBuffered: Int
    private let mostConnections: Int
    /// Connections that may go on with what they hold, in their order.
    var resumable: [Connection] = []
    /// Bytes of replies that the turn has made.
    var answered = 0
    /// When to look for overdue connections; nil while none has a deadline.
    private var tickAt: Monotonic?
    private(set) var now: Monotonic = 0

    /// Milliseconds in which a client must say HELLO.
    var helloMilliseconds = AgentLimits.helloMilliseconds
    /// Told when a connection is gone.
    var onClose: (Connection) -> Void = { _ in }

    /// - Parameter most: connections at one time; by default, as many as there are descriptors for, two for each.
    init(
        listener: consuming FileDescriptor, poll: consuming Poll, user: UInt32,
        most: Int = min(AgentLimits.connections, Int(Server.highestDescriptor) / 2)
    ) throws(SystemError) {
        mostConnections = most
        self.listener = listener
        self.poll = poll
        self.user = user
        let lockable = (try? Memory.report())?.most ?? 0
        mostBuffered = min(AgentLimits.bufferedBytes, lockable / AgentLimits.bufferedPart)
        try self.poll.add(self.listener.number, token: Listener.agent.rawValue, .read)
    }

    /// Number of clients.
    var count: Int { connections.count }

    /// All clients, for events.
    var all: some Sequence<Connection> { connections.values }

    /// The client of that number, if it is still there.
    func connection(_ token: UInt64) -> Connection? { connections[token] }

    /// Also waits for a descriptor of the agent's own; tokens below 16.
    func watch(_ number: Int32, token: UInt64) throws(SystemError) {
        try poll.add(number, token: token, .read)
    }

    /// Waits until something is ready, or for `milliseconds` (-1: for ever).
    func wait(milliseconds: Int32 = -1, into ready: inout [Poll.Ready]) throws(SystemError) {
        try poll.wait(milliseconds: resumable.isEmpty ? milliseconds : 0, into: &ready)
        now = .now
        answered = 0
    }

    /// The moment now, which is that of the turn from here on.
    func readClock() -> Monotonic {
        now = .now
        return now
    }

    /// When the server itself wants to be woken.
    var nextDeadline: Monotonic? {
        Monotonic.earliest(tickAt, acceptPausedUntil)
    }

    private var isFull: Bool { connections.count >= mostConnections }

    func setDeadline(_ connection: Connection, in milliseconds: UInt64) {
        connection.deadline = now + milliseconds
        tickAt = tickAt ?? now + AgentLimits.tickMilliseconds
    }

    // MARK: Accepting

    /// Takes connections at a socket from here on, in place of the one that was there.
    func listen(_ kind: Listener, at socket: consuming FileDescriptor) throws(SystemError) {
        if let number = number(of: kind) { poll.remove(number) }
        switch kind {
        case .agent: listener = socket
        case .forwarded: forwarded = .some(socket)
        }
        acceptPausedUntil = nil
        if let number = number(of: kind) { try poll.add(number, token: kind.rawValue, .read) }
    }

    private func number(of kind: Listener) -> Int32? {
        guard kind == .forwarded else { return listener.number }
        switch forwarded {
        case .some(let socket): return socket.number
        case nil: return nil
        }
    }

    private func acceptOne(_ kind: Listener) throws(SystemError) -> FileDescriptor {
        guard kind == .forwarded else { return try Socket.accept(listener) }
        switch forwarded {
        case .some(let socket): return try Socket.accept(socket)
        case nil: throw SystemError("accept4", code: SystemError.inputOutput)
        }
    }

    /// Takes waiting connections, and hands on what has come over them by then: who asks for one thing and goes, as most
    /// do, costs one turn. A foreign user is turned away before a byte is read.
    func accept(
        _ kind: Listener = .agent, scratch: inout LockedBuffer, handle: (Connection, Frame, Span<UInt8>) -> Void
    ) {
        for _ in 0..<AgentLimits.acceptsPerTurn {
            do {
                let socket = try acceptOne(kind)
                let peer = try Socket.peer(of: socket)
                guard peer.user == user, socket.number < Self.highestDescriptor else { continue }
                let token = nextToken
                nextToken += 1
                let process = ProcessHandle(peerOf: socket, number: peer.process)
                // Only now: there is somebody whom a place is made for.
                if isFull, let idle = Shares.displaced(connections.values, for: process.number, always: true) {
                    close(idle)
                }
                let connection = try Connection(socket, token: token, from: kind, process: process, at: now)
                setDeadline(connection, in: helloMilliseconds)
                connections[token] = connection
                receive(connection, scratch: &scratch, isGone: false, handle: handle)
                // What it is waited for may be something else by now, and it may have gone.
                guard connections[token] != nil else { continue }
                try poll.add(connection.socket.number, token: token, connection.interest)
                connection.isPolled = true
            } catch let error as SystemError where error.isWouldBlock {
                return
            } catch {
                if let unpolled = connections[nextToken - 1], !unpolled.isPolled { close(unpolled) }
                // Out of descriptors or memory: an agent that ended here would lock its user out.
                return pauseAccepting()
            }
        }
    }

    private func pauseAccepting() {
        acceptPausedUntil = now + AgentLimits.acceptPauseMilliseconds
        waitForClients([])
    }

    /// Waits for connections, or no more.
    private func waitForClients(_ interest: Interest) {
        for kind in Listener.allCases {
            if let number = number(of: kind) { try? poll.change(number, token: kind.rawValue, interest) }
        }
    }

    private static let highestDescriptor = FileDescriptor.limit - Int32(AgentLimits.spareDescriptors)

    // MARK: Ending

    /// Ends a connection; what it waits for is dropped.
    func close(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.token) != nil else { return }
        if connection.isPolled { poll.remove(connection.socket.number) }
        buffered -= connection.buffered
        ordinaryBytes -= connection.ordinary.capacity
        connection.isEnding = true
        onClose(connection)
    }

    /// Ends the connections that have not read secrets which were sent to them: a lock leaves none in memory.
    func dropUnreadSecrets() {
        for connection in connections.values where connection.holdsSecrets && connection.outgoing.count > 0 {
            close(connection)
        }
    }

    /// Drops who is overdue, and accepts again after a pause.
    func tick() {
        if let due = tickAt, due <= now {
            tickAt = nil
            for connection in connections.values {
                guard let deadline = connection.deadline else { continue }
                if deadline <= now { close(connection) } else { tickAt = now + AgentLimits.tickMilliseconds }
            }
        }
        if let until = acceptPausedUntil, until <= now {
            acceptPausedUntil = nil
            waitForClients(.read)
        }
    }
}
