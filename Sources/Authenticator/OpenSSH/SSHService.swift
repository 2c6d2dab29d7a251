import Encodings
package import Platform

/// The ssh-agent protocol (draft-ietf-sshm-ssh-agent, OpenSSH's PROTOCOL.agent) for the agent's security keys.
package struct SSHService: Service {
    private let isUpstreamNamed: Bool
    private let say: @Sendable (String) -> Void
    private let offered = OfferedKeys()

    /// A service.
    ///
    /// - Parameters:
    ///   - isUpstreamNamed: another agent was named at start.
    ///   - say: writes a line to the journal.
    package init(isUpstreamNamed: Bool, say: @escaping @Sendable (String) -> Void) {
        (self.isUpstreamNamed, self.say) = (isUpstreamNamed, say)
    }

    /// A stream.
    package var kind: Socket.Kind { .stream }

    private static let lengthCount = 4
    private static let firstBuffer = 4096

    /// Answers requests one after the other, until the client leaves or says something that cannot be followed.
    package func serve(_ client: consuming AcceptedClient) {
        var surroundings = SSHSurroundings(of: client.process, isUpstreamNamed: isUpstreamNamed, say: say)
        surroundings.client = client.socket.number
        var session = SSHSession(
            AgentKeys(for: client.process, at: client.socket.number), in: surroundings, offered: offered)
        defer { session.end() }
        // Locked, because a request can bring a passphrase.
        while let message = try? Self.message(from: client.socket) {
            let reply = session.answer(message.bytes)
            guard (try? Self.send(reply.span, to: client.socket)) != nil else { return }
        }
    }

    /// The next message without its length; nil at the end, and for a length that cannot be.
    ///
    /// - Parameter deadline: milliseconds since the start of the machine by which something has to come; nil for none.
    static func message(from socket: borrowing FileDescriptor, until deadline: UInt64? = nil) throws -> LockedBuffer? {
        var header = try LockedBuffer(capacity: lengthCount)
        guard try fill(&header, from: socket, until: deadline) else { return nil }
        var reader = SSHReader()
        let count = Int(try reader.u32(header.bytes))
        guard 1...SSHLimits.message ~= count else { return nil }
        // Memory grows with what is really there, not with the count announced.
        var message = try LockedBuffer(capacity: min(count, firstBuffer))
        while true {
            guard try fill(&message, from: socket, until: deadline) else { return nil }
            guard message.count < count else { return message }
            var longer = try LockedBuffer(capacity: min(count, message.count * 2))
            longer.append(copying: message.bytes)
            message = longer
        }
    }

    /// Reads until nothing is free; false when the other side has left before, or the time is over.
    private static func fill(
        _ buffer: inout LockedBuffer, from socket: borrowing FileDescriptor, until deadline: UInt64?
    ) throws -> Bool {
        while buffer.free > 0 {
            guard deadline.map({ Clock.sinceBoot < $0 }) ?? true,
                try socket.read(into: &buffer, most: buffer.free) > 0
            else { return false }
        }
        return true
    }

    static func send(_ bytes: Span<UInt8>, to socket: borrowing FileDescriptor) throws {
        var done = 0
        while done < bytes.count { done += try Socket.send(bytes.extracting(done..<bytes.count), to: socket) }
    }
}
