import Wire

// What clients hear: events, replies and refusals.
extension Agent {
    /// Sends an event to all who want it.
    func broadcast(_ event: some PlainMessage) {
        let mask = EventMask(type(of: event).type)
        for connection in server.all where connection.events.contains(mask) {
            server.send(event, to: connection, request: 0)
        }
    }

    func reply(_ message: some PlainMessage, to requester: Requester) {
        guard let connection = server.connection(requester.connection) else { return }
        server.send(message, to: connection, request: requester.request)
    }

    func reply(_ refusal: Refusal, to requester: Requester) {
        guard let connection = server.connection(requester.connection) else { return }
        server.send(
            refusal.message(over: connection.listener, in: connection.version), to: connection,
            request: requester.request)
    }
}
