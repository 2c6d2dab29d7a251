import Platform
import Wire

// What comes in: streams are cut into frames, and everybody has a turn.
extension Server {
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

    /// Goes on with frames that were held until their connection had read, or had got, enough answers. Those for whom
    /// the turn has no time left are the first in the next.
    func resume(handle: (Connection, Frame, Span<UInt8>) -> Void) {
        let waiting = resumable
        resumable.removeAll()
        for (index, connection) in waiting.enumerated()
        where connection.isHeld && connections[connection.token] != nil {
            guard !isTurnFull else {
                return resumable.insert(contentsOf: waiting[index...], at: 0)
            }
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
        let most = answered + AgentLimits.answeredPerTurn
        while offset < bytes.count, !connection.isEnding {
            switch Frame.scan(bytes, at: offset) {
            // Others have their turn, and the answers so far go out, before more are made.
            case .complete
            where left == 0 || answered > most || left < AgentLimits.requestsPerTurn && isTurnFull
                || isBlocked(connection):
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

    private var isTurnFull: Bool { answered >= AgentLimits.allAnsweredPerTurn }

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
    func makeRoom(_ count: Int, for connection: Connection) throws(MemoryError) {
        while buffered + count > mostBuffered {
            let most = connections.values.max { $0.buffered < $1.buffered }
            guard let most, most !== connection, most.buffered > connection.buffered else { throw .exhausted }
            close(most)
        }
    }

    /// The same for replies in ordinary memory.
    func makeOrdinaryRoom(_ count: Int, for connection: Connection) throws(MemoryError) {
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
    func refuse(_ connection: Connection, _ code: ErrorCode, _ message: Sentence, _ remedy: Sentence) {
        let refusal = Refusal(code, message, remedy)
        send(refusal.message(over: connection.listener, in: connection.version), to: connection, request: 0)
        connection.isEnding = true
    }
}
