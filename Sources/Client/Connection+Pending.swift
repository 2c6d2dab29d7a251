import Platform
package import Wire

/// Requests that are not waited for: for a program that must look after other descriptors meanwhile.
///
/// There is one such request at a time. What comes for another one, such as the answer to a CANCEL, is dropped.
extension Connection {
    /// What to wait for: it becomes readable when something has come.
    package var descriptorNumber: Int32 { socket.number }

    /// Sends a request and returns its number.
    package mutating func start<M: PlainMessage>(_ message: M) throws(ClientError) -> UInt32 {
        try send(M.type, bodyCount: message.encodedCount) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in try message.encode(into: &output)
        }
    }

    /// The reply to request `id` as soon as all of it is there, else nil; never waits.
    ///
    /// - Throws: what the agent answers instead, or that it is gone.
    package mutating func reply<R: Message>(to id: UInt32, _ type: R.Type = R.self) throws(ClientError) -> R? {
        while true {
            switch scan() {
            case .tooLarge, .malformed: throw ClientError(receiving: .tooLong)
            case .incomplete(let missing):
                guard socket.isReadable(within: 0) else { return nil }
                try read(roomFor: missing)
            case .complete(let frame):
                if let reply = try take(frame, for: id, type) { return reply }
            }
        }
    }

    private mutating func take<R: Message>(_ frame: Frame, for id: UInt32, _ type: R.Type) throws(ClientError) -> R? {
        if frame.id == 0 {
            try keepEvent(frame)
            return nil
        }
        defer { drop(frame) }
        let body = try body(of: frame)
        if frame.id == Self.helloID {
            guard frame.type == .welcome else { throw Self.failure(frame, body.bytes) }
            welcome = try Self.decode(WelcomeReply.self, body.bytes)
            return nil
        }
        guard frame.id == id else { return nil }
        guard frame.type == R.type else { throw Self.failure(frame, body.bytes) }
        return try Self.decode(R.self, body.bytes)
    }

    /// What the agent says where another answer was expected.
    private static func failure(_ frame: Frame, _ body: Span<UInt8>) -> ClientError {
        guard frame.type == .error else { return unexpected }
        do throws(ClientError) { return ClientError(try decode(ErrorReply.self, body)) } catch { return error }
    }

    /// Asks the agent to end request `id`, which is then answered with an error, unless its answer is on the way.
    package mutating func cancel(_ id: UInt32) throws(ClientError) {
        _ = try start(CancelRequest(id))
    }
}
