import Platform
package import Wire

/// Requests that a person answers, for listeners: they look after their own peer meanwhile.
extension Connection {
    /// The descriptor to wait for: when it is readable, a reply may have come.
    package var descriptor: Int32 { socket.number }

    /// The reply, if it has come; nil when it has not. It never waits.
    package mutating func reply<R: Message>(
        to request: UInt32, _ reply: R.Type = R.self
    ) throws(ClientError) -> R? {
        try self.reply(to: request) { (reply: R) throws(ClientError) in reply }
    }

    /// The same for a reply with secrets, which is lent to `use` and wiped afterwards.
    package mutating func reply<R: Message & ~Escapable, T>(
        to request: UInt32, _ use: (R) throws(ClientError) -> T
    ) throws(ClientError) -> T? {
        while true {
            if case .incomplete = scanned, !socket.isReadable(within: 0) { return nil }
            guard let frame = try scan() else { continue }
            if let result = try take(frame, for: request, use) { return result }
        }
    }

    /// Waits for the reply to the oldest request that was begun and is not answered yet. Only for those that the agent
    /// answers in their order.
    package mutating func finish<R: Message>(_ request: UInt32, _ reply: R.Type = R.self) throws(ClientError) -> R {
        try receive(request) { (reply: R) throws(ClientError) in reply }
    }

    /// Asks the agent to end a request. Its reply still comes: an error, unless it was done by then.
    package mutating func cancel(_ request: UInt32) throws(ClientError) {
        unawaited.insert(try begin(CancelRequest(request)))
    }

    /// The same for a request whose reply nobody waits for any more.
    package mutating func abandon(_ request: UInt32) throws(ClientError) {
        unawaited.insert(request)
        try cancel(request)
    }
}
