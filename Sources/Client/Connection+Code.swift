import Platform
package import Wire

/// A one-time code.
public struct Code: Equatable, Sendable {
    /// As a person types it.
    public let text: String
    /// Seconds of UTC of its validity, from the first to the first one after it; nil when it does not depend on time.
    public let validity: Range<UInt64>?

    init(_ reply: CodeReply) {
        text = reply.code
        validity = reply.validUntil > reply.validFrom ? reply.validFrom..<reply.validUntil : nil
    }
}

extension Connection {
    /// The code of the account that `name` fits: exactly, else as a unique prefix, else as a unique part.
    ///
    /// - Parameter next: the code after the current one.
    public mutating func code(of name: String, next: Bool = false) throws(ClientError) -> Code {
        let reply: CodeReply = try request(CodeRequest(.name(name), flags: next ? .next : []))
        return Code(reply)
    }

    /// CODE as the only request of a connection, without locked memory: no secret passes, and a script that wants a
    /// code waits for every microsecond.
    ///
    /// - Parameter onWaiting: called once when the reply does not come at once.
    package consuming func quickCode(
        _ request: CodeRequest, onWaiting: () -> Void = {}
    ) throws(ClientError) -> CodeReply {
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
        try Self.send(outgoing.span, to: socket)
        var incoming: [UInt8] = []
        var start = 0
        var hasTold = false
        while true {
            switch Frame.scan(incoming.span, at: start) {
            case .tooLarge, .malformed: throw ClientError(receiving: .tooLong)
            case .complete(let frame):
                start = frame.end
                let body = incoming.span.extracting(frame.body)
                switch (frame.type, frame.id) {
                case (.error, _): throw ClientError(try Self.decode(ErrorReply.self, body))
                case (.welcome, 1): continue
                case (.codeReply, 2): return try Self.decode(CodeReply.self, body)
                default: throw Self.unexpected
                }
            case .incomplete(let missing):
                var taken = 0
                if !hasTold, !socket.isReadable(within: Self.patienceMilliseconds) {
                    hasTold = true
                    onWaiting()
                }
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
}
