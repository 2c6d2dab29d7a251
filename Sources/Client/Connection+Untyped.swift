package import Wire

extension Connection {
    /// Asks something whose reply the message does not name. To be removed when all requests are `Request`s.
    @_disfavoredOverload
    package mutating func request<R: Message>(
        _ message: some Message & ~Escapable, for reply: R.Type = R.self
    ) throws(ClientError) -> R {
        try request(message, answeredBy: R.self)
    }
}
