import Platform
import Wire

/// The sockets: accepts, cuts the streams into frames, sends replies, drops who is slow or silent.
///
/// It knows nothing of what is asked. Everything runs on the loop's thread; all buffers that may hold secrets are
/// in locked memory and wiped when they are let go.
final class Server {
    private var listener: FileDescriptor
    private let poll: Poll
    private let user: UInt32
    private var connections: [UInt64: Connection] = [:]
    private var nextToken: UInt64 = 16
    private var acceptPausedUntil: Monotonic?
    /// Connections with replies to send at the end of the turn.
    private var unsent: [Connection] = []
    private var buffered = 0
    private var ordinaryBytes = 0
    private let mostBuffered: Int
    private let mostConnections: Int
    /// Connections that may go on with what they hold.
    private var resumable: [Connection] = []
    /// When to look for overdue connections; nil while none has a deadline.
    private var tickAt: Monotonic?
    private(set) var now: Monotonic = 0

    /// Told when a connection is gone.
    var onClose: (Connection) -> Void = { _ in }

    static let listenerToken: UInt64 = 0

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
        try self.poll.add(self.listener.number, token: Self.listenerToken, .read)
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
    }

    /// The moment now, which is that of the turn from here on.
    func readClock() -> Monotonic {
        now = .now
        return now
    }

    /// When the server itself wants to be woken.
    var nextDeadline: Monotonic? {
        [tickAt, acceptPausedUntil].compactMap { $0 }.min()
    }

    private var isFull: Bool { connections.count >= mostConnections }

    private func setDeadline(_ connection: Connection, in milliseconds: UInt64) {
        connection.deadline = now + milliseconds
        tickAt = tickAt ?? now + AgentLimits.tickMilliseconds
    }

    // MARK: Accepting

    /// Takes connections from another listener from here on.
    func replaceListener(_ other: consuming FileDescriptor) throws(SystemError) {
        poll.remove(listener.number)
        listener = other
        acceptPausedUntil = nil
        try poll.add(listener.number, token: Self.listenerToken, .read)
    }

    /// Takes waiting connections. A foreign user is turned away before a byte is read.
    func accept() {
        for _ in 0..<AgentLimits.acceptsPerTurn {
            do {
                let socket = try Socket.accept(listener)
                let peer = try Socket.peer(of: socket)
                guard peer.user == user, socket.number < Self.highestDescriptor else { continue }
                let token = nextToken
                nextToken += 1
                let process = ProcessHandle(peerOf: socket, number: peer.process)
                // Only now: there is somebody whom a place is made for.
                if isFull, let idle = Shares.displaced(connections.values, for: process.number, always: true) {
                    close(idle)
                }
                let connection = try Connection(socket, token: token, process: process, at: now)
                setDeadline(connection, in: AgentLimits.helloMilliseconds)
                try poll.add(connection.socket.number, token: token, .read)
                connections[token] = connection
            } catch let error as SystemError where error.isWouldBlock {
                return
            } catch {
                // Out of descriptors or memory: an agent that ended here would lock its user out.
                return pauseAccepting()
            }
        }
    }

    private func pauseAccepting() {
        acceptPausedUntil = now + AgentLimits.acceptPauseMilliseconds
        try? poll.change(listener.number, token: Self.listenerToken, [])
    }

    private static let highestDescriptor = FileDescriptor.limit - Int32(AgentLimits.spareDescriptors)

    // MARK: Reading

    /// Reads what has come and hands each whole frame to `handle`, in order.
    func receive(
        _ connection: Connection, scratch: inout LockedBuffer, isGone: Bool,
        handle: (Connection, Frame, Span<UInt8>) -> Void
    ) {
        guard !connection.isEnding, !isBlocked(connection) else {
            // Nobody is left to read an answer. A poll reports that again and again, wanted or not.
            return isGone ? close(connection) : updateInterest(connection)
        }
        guard !connection.isHeld else { return updateInterest(connection) }
        do {
            if connection.incoming.count > 0 {
                try continueFrame(connection, handle: handle)
            } else {
                let count = try connection.socket.read(into: &scratch, most: AgentLimits.readBytes)
                defer { scratch.removeAll() }
                guard count > 0 else { return close(connection) }
                try takeFrames(connection, scratch.bytes, handle: handle)
            }
            updateInterest(connection)
        } catch let error as SystemError where error.isWouldBlock {
            return
        } catch is MemoryError {
            refuse(connection, .busy, "too much is waiting in locked memory", "try again in a moment")
        } catch {
            close(connection)
        }
    }

    /// Goes on with frames that were held until their connection had read, or had got, enough answers.
    func resume(handle: (Connection, Frame, Span<UInt8>) -> Void) {
        let waiting = resumable
        resumable.removeAll()
        for connection in waiting where connection.isHeld && connections[connection.token] != nil {
            do throws(MemoryError) {
                connection.isHeld = false
                let frames = try connection.takeIncoming()
                buffered -= frames.capacity
                try takeFrames(connection, frames.bytes, handle: handle)
                updateInterest(connection)
            } catch {
                refuse(connection, .busy, "too much is waiting in locked memory", "try again in a moment")
            }
        }
    }

    private func continueFrame(
        _ connection: Connection, handle: (Connection, Frame, Span<UInt8>) -> Void
    ) throws {
        let count = try connection.socket.read(into: &connection.incoming, most: connection.incoming.free)
        guard count > 0 else { return close(connection) }
        switch Frame.scan(connection.incoming.bytes) {
        case .incomplete(let missing):
            // Room follows what has really come: announcing a large frame costs nothing but one's own time.
            let most = max(connection.incoming.count, Self.leastRoom)
            if connection.incoming.free == 0 { try grow(connection, by: min(missing, most)) }
        case .complete(let frame):
            connection.deadline = nil
            connection.lastRequest = now
            // The buffer leaves the connection while the frame is handled, so that a reply may touch the connection.
            let whole = try connection.takeIncoming()
            buffered -= whole.capacity
            handle(connection, frame, whole.bytes)
        case .tooLarge, .malformed:
            refuseStream(connection)
        }
    }

    private static let leastRoom = 256

    private func takeFrames(
        _ connection: Connection, _ bytes: Span<UInt8>, handle: (Connection, Frame, Span<UInt8>) -> Void
    ) throws(MemoryError) {
        var offset = 0
        var left = AgentLimits.requestsPerTurn
        let most = connection.unread + AgentLimits.answeredPerTurn
        while offset < bytes.count, !connection.isEnding {
            switch Frame.scan(bytes, at: offset) {
            // Others have their turn, and the answers so far go out, before more are made.
            case .complete where left == 0 || connection.unread > most || isBlocked(connection):
                connection.isHeld = true
                return try keep(connection, bytes.extracting(offset..<bytes.count), room: 0)
            case .complete(let frame):
                connection.lastRequest = now
                handle(connection, frame, bytes)
                offset = frame.end
                left -= 1
            case .incomplete(let missing):
                setDeadline(connection, in: AgentLimits.frameMilliseconds)
                return try keep(
                    connection, bytes.extracting(offset..<bytes.count), room: min(missing, Self.leastRoom))
            case .tooLarge, .malformed:
                return refuseStream(connection)
            }
        }
    }

    /// Keeps the bytes that were read but not used, with room for more.
    private func keep(_ connection: Connection, _ rest: Span<UInt8>, room: Int) throws(MemoryError) {
        try grow(connection, by: rest.count + room)
        connection.incoming.append(copying: rest)
    }

    /// Makes room for `count` more bytes of frames.
    private func grow(_ connection: Connection, by count: Int) throws(MemoryError) {
        let before = connection.incoming.capacity
        try makeRoom(connection.incoming.count + count - before, for: connection)
        try connection.growIncoming(count)
        buffered += connection.incoming.capacity - before
    }

    /// Sees to it that `count` more bytes may be buffered. Whoever holds the most pays for it, by being dropped: a
    /// crowd of slow clients costs those who ask for little nothing.
    private func makeRoom(_ count: Int, for connection: Connection) throws(MemoryError) {
        while buffered + count > mostBuffered {
            let most = connections.values.max { $0.buffered < $1.buffered }
            guard let most, most !== connection, most.buffered > connection.buffered else { throw .exhausted }
            close(most)
        }
    }

    /// The same for replies in ordinary memory.
    private func makeOrdinaryRoom(_ count: Int, for connection: Connection) throws(MemoryError) {
        let before = connection.ordinary.capacity
        let more = connection.ordinaryCapacity(for: count) - before
        while ordinaryBytes + more > AgentLimits.ordinaryBytes {
            let most = connections.values.max { $0.ordinary.capacity < $1.ordinary.capacity }
            guard let most, most !== connection, most.ordinary.capacity > before else { throw .exhausted }
            close(most)
        }
        connection.growOrdinary(for: count)
        ordinaryBytes += connection.ordinary.capacity - before
    }

    private func refuseStream(_ connection: Connection) {
        refuse(
            connection, .usage, "a frame is longer than \(Limits.frame) bytes or shorter than its header",
            "see fob-protocol(7)")
    }

    /// Says why, then ends the connection.
    func refuse(_ connection: Connection, _ code: ErrorCode, _ message: String, _ remedy: String) {
        send(ErrorReply(code, message, remedy: remedy), to: connection, request: 0)
        connection.isEnding = true
    }

    // MARK: Sending

    /// Queues a message; it goes out at the end of the turn.
    func send(_ message: some Message & ~Escapable, to connection: Connection, request: UInt32) {
        let isOrdinary = type(of: message).type.isWithoutSecrets
        send(to: connection, count: Frame.encodedCount(message), isOrdinary: isOrdinary) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(message, id: request, into: &output)
        }
    }

    /// Queues `count` bytes of frames that `write` appends.
    func send(
        to connection: Connection, count: Int, isOrdinary: Bool = false,
        write: (inout OutputSpan<UInt8>) throws(WireError) -> Void
    ) {
        guard connections[connection.token] != nil else { return }
        do {
            if !connection.isQueued {
                connection.isQueued = true
                unsent.append(connection)
            }
            if isOrdinary, connection.outgoing.count == 0 {
                try makeOrdinaryRoom(count, for: connection)
                return try connection.ordinary.append(addingCapacity: count, initializingWith: write)
            }
            // A welcome and the code behind it go out in one call: the client is woken once.
            let isJoined = connection.outgoing.count == 0 && 1...AgentLimits.joinedBytes ~= connection.ordinary.count
            let before = connection.outgoing.capacity
            let capacity = connection.capacity(for: count + (isJoined ? connection.ordinary.count : 0))
            if capacity > before {
                try makeRoom(capacity - before, for: connection)
                try connection.growOutgoing(to: capacity)
                buffered += capacity - before
            }
            if isJoined {
                connection.outgoing.append(copying: connection.ordinary.span)
                ordinaryBytes -= connection.ordinary.capacity
                connection.ordinary = []
            }
            try connection.outgoing.append(write)
        } catch {
            // What cannot be said must not be half said.
            close(connection)
        }
    }

    /// Sends what the turn has queued.
    func flush() {
        while let connection = unsent.popLast() {
            connection.isQueued = false
            flush(connection)
        }
    }

    /// Sends as much as the client takes.
    func flush(_ connection: Connection) {
        guard connections[connection.token] != nil else { return }
        let isBetweenFrames = connection.incoming.count == 0 || connection.isHeld
        do {
            while connection.ordinary.count > 0 {
                let taken = try Socket.send(connection.ordinary.span, to: connection.socket)
                connection.ordinary.removeFirst(taken)
                if isBetweenFrames && connection.isGreeted { connection.deadline = nil }
            }
            ordinaryBytes -= connection.ordinary.capacity
            connection.ordinary = []
            while connection.outgoing.count > 0 {
                let taken = try Socket.send(connection.outgoing.bytes, to: connection.socket)
                connection.outgoing.removeFirst(taken)
                // It reads: the time that it has for that begins anew.
                if isBetweenFrames && connection.isGreeted { connection.deadline = nil }
            }
            connection.holdsSecrets = false
            buffered -= connection.outgoing.capacity
            connection.dropOutgoing()
            buffered += connection.outgoing.capacity
            if connection.isEnding { return close(connection) }
        } catch let error where error.isWouldBlock {
            if connection.deadline == nil { setDeadline(connection, in: AgentLimits.unreadMilliseconds) }
        } catch {
            return close(connection)
        }
        updateInterest(connection)
    }

    /// Whether a client must read or wait for answers before it may ask for more.
    private func isBlocked(_ connection: Connection) -> Bool {
        connection.unread > AgentLimits.unreadBytes || connection.waiting >= AgentLimits.waitingRequests
    }

    /// Waits for what the connection can do next.
    func updateInterest(_ connection: Connection) {
        // What this turn has queued is about to be sent: the flush behind it comes back here.
        guard connections[connection.token] != nil, !connection.isQueued else { return }
        var wanted: Interest = []
        if !connection.isEnding && !isBlocked(connection) {
            if !connection.isHeld {
                wanted.insert(.read)
            } else if !resumable.contains(where: { $0 === connection }) {
                resumable.append(connection)
            }
        }
        if connection.unread > 0 { wanted.insert(.write) }
        guard wanted != connection.interest else { return }
        connection.interest = wanted
        try? poll.change(connection.socket.number, token: connection.token, wanted)
    }

    // MARK: Ending

    /// Ends a connection; what it waits for is dropped.
    func close(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.token) != nil else { return }
        poll.remove(connection.socket.number)
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
            try? poll.change(listener.number, token: Self.listenerToken, .read)
        }
    }
}

extension MessageType {
    /// Replies and events without anything that memory is locked for: names and states, as everybody may list them while
    /// the vault is open, but neither codes nor what keys have made.
    fileprivate var isWithoutSecrets: Bool {
        switch self {
        case .ok, .welcome, .statusReply, .settingsReply, .accessReply, .accounts, .keys, .challengesReply,
            .grantsReply,
            .mutesReply, .recoveryCounts, .restoreEntries, .backupStateReply, .lockedEvent, .unlockedEvent,
            .changedEvent, .challengeEvent, .challengeEndedEvent, .backupDueEvent, .backupHealthEvent, .error:
            true
        default: false
        }
    }
}
