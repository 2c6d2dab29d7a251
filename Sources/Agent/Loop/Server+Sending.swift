import Platform
import Wire

// What goes out, and who is waited for.
extension Server {
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
        answered += count
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
    func isBlocked(_ connection: Connection) -> Bool {
        connection.unread > AgentLimits.unreadBytes || connection.waiting >= AgentLimits.waitingRequests
    }

    /// Waits for what the connection can do next.
    func updateInterest(_ connection: Connection) {
        // What this turn has queued is about to be sent: the flush behind it comes back here.
        guard connections[connection.token] != nil, !connection.isQueued else { return }
        var wanted = Interest()
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
        if connection.isPolled { try? poll.change(connection.socket.number, token: connection.token, wanted) }
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
            .changedEvent, .challengeEvent, .challengeEndedEvent, .backupDueEvent, .backupHealthEvent, .numberEvent,
            .error:
            true
        default: false
        }
    }
}
