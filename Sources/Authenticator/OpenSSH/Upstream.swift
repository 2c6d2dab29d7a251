import Encodings
import Platform

/// Another agent of the user's, which holds keys that are not fob's. It is connected to once it is needed, and each client
/// has a connection of its own: what it says of its hosts is about that client alone.
struct Upstream: ~Copyable {
    private let open: @Sendable () -> FileDescriptor?
    /// The client's socket: when it hangs up, nobody waits for an answer any more. Nil for one that never does.
    private let client: Int32?
    private var socket: FileDescriptor?
    private var isTried = false

    init(_ open: @escaping @Sendable () -> FileDescriptor?, for client: Int32?) {
        (self.open, self.client) = (open, client)
    }

    /// How long it has for what it asks nobody about.
    private static let patience: Int64 = 2000

    /// The reply to a message, whole with its length; nil where there is no agent, or none any more. One that does not
    /// answer in time is none: a list of fob's own keys does not wait for it.
    ///
    /// - Parameter asksPerson: a person may be asked before the answer.
    mutating func answer(_ message: Span<UInt8>, asksPerson: Bool) -> [UInt8]? {
        if !isTried {
            isTried = true
            socket = open()
        }
        guard let socket = socket.take() else { return nil }
        guard let reply = try? ask(message, socket, asksPerson: asksPerson) else { return nil }
        self.socket = consume socket
        return reply
    }

    private func ask(
        _ message: Span<UInt8>, _ socket: borrowing FileDescriptor, asksPerson: Bool
    ) throws -> [UInt8] {
        var length = SSHWriter()
        length.append(u32: UInt32(message.count))
        try SSHService.send(length.bytes.span, to: socket)
        try SSHService.send(message, to: socket)
        if asksPerson, let client { try Self.awaitAnswer(of: socket, to: client) }
        let isPatient = asksPerson && client == nil
        Socket.limitReading(of: socket, to: isPatient ? 0 : Self.patience)
        // One that sends an octet now and then does not answer in time either.
        let deadline = isPatient ? nil : Clock.sinceBoot + UInt64(Self.patience)
        guard let reply = try SSHService.message(from: socket, until: deadline) else { throw SSHError.malformed }
        var whole = SSHWriter()
        whole.append(string: reply.bytes.array)
        return whole.bytes
    }

    /// Waits until an answer begins, for as long as the client does.
    private static func awaitAnswer(of socket: borrowing FileDescriptor, to client: Int32) throws {
        let poll = try Poll()
        try poll.add(socket.number, token: 0, .read)
        try poll.add(client, token: 1, .hangup)
        var ready: [Poll.Ready] = []
        while ready.isEmpty { try poll.wait(milliseconds: -1, into: &ready) }
        guard !ready.contains(where: { $0.token == 1 }) else { throw SSHRefusal("nobody waits for that any more") }
    }
}
