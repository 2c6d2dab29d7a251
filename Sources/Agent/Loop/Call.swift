import Wire

/// A request while it is being handled: who sent it, and its number. What waits for something keeps a `Requester`, or
/// `Held`, instead: it must not keep the connection open, and the compiler sees to that.
struct Call: ~Escapable {
    let connection: Connection
    let id: UInt32

    @_lifetime(immortal)
    init(connection: Connection, id: UInt32) { (self.connection, self.id) = (connection, id) }

    var requester: Requester { Requester(connection: connection.token, request: id) }
}

/// Who waits for an answer: the connection may be gone by the time there is one.
struct Requester: Hashable {
    let connection: UInt64
    let request: UInt32
}

extension Server {
    /// Queues the reply to a call.
    func send(_ message: some PlainMessage, to call: Call) { send(message, to: call.connection, request: call.id) }
}
