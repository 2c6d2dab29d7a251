#if !hasFeature(Embedded)
package import Platform
package import Wire
#endif

/// A request without secrets that is the only one of its connection. No memory is locked for it: a script that wants a
/// code waits for every microsecond.
package enum PlainRequest {
    /// Asks and waits for the reply.
    ///
    /// - Parameters:
    ///   - onWaiting: called once when the reply does not come at once.
    ///   - isProbe: it gives up when the reply does not come soon.
    package static func ask<Request: PlainMessage, Reply: Message>(
        _ request: Request, over socket: borrowing FileDescriptor, onWaiting: (() -> Void)? = nil, isProbe: Bool = false
    ) throws(ClientError) -> Reply {
        let hello = HelloRequest()
        let size = Frame.encodedCount(hello) + Frame.encodedCount(request)
        var outgoing: [UInt8] = []
        do throws(WireError) {
            try outgoing.append(addingCapacity: size) { (output: inout OutputSpan<UInt8>) throws(WireError) in
                try Frame.append(hello, id: 1, into: &output)
                try Frame.append(request, id: 2, into: &output)
            }
        } catch {
            throw ClientError(sending: error)
        }
        try AgentSocket.send(outgoing.span, to: socket)
        var incoming: [UInt8] = []
        var start = 0
        var onWaiting = onWaiting
        while true {
            switch Frame.scan(incoming.span, at: start) {
            case .tooLarge, .malformed: throw ClientError(receiving: .tooLong)
            case .complete(let frame):
                start = frame.end
                let body = incoming.span.extracting(frame.body)
                if frame.type == .error { throw ClientError(try decode(ErrorReply.self, body)) }
                if frame.type == .welcome, frame.id == 1 { continue }
                guard frame.type == Reply.type, frame.id == 2 else { throw AgentSocket.unexpected }
                return try decode(Reply.self, body)
            case .incomplete(let missing):
                try AgentSocket.wait(for: socket, onWaiting: &onWaiting, isProbe: isProbe)
                var taken = 0
                do throws(SystemError) {
                    try incoming.append(addingCapacity: max(missing, 1024)) {
                        (output: inout OutputSpan<UInt8>) throws(SystemError) in taken = try socket.read(into: &output)
                    }
                } catch {
                    taken = 0
                }
                guard taken > 0 else {
                    throw ClientError(.noAgent, Sentences.agentGone, remedy: Sentences.tryAgain)
                }
            }
        }
    }

    private static func decode<M: Message>(_ type: M.Type, _ body: Span<UInt8>) throws(ClientError) -> M {
        do throws(WireError) { return try M(from: body) } catch { throw ClientError(receiving: error) }
    }
}
