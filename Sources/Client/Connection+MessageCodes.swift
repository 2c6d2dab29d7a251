import Platform
package import Wire

extension Connection {
    /// MESSAGE_CODE: lends the code, once it has come.
    ///
    /// - Parameters:
    ///   - onWaiting: told when there is none yet.
    ///   - onOther: told meanwhile of each code that has come for another site, by its host; empty for a guess.
    package mutating func messageCode<T>(
        _ request: MessageCodeRequest, onWaiting: () -> Void, onOther: (String) -> Void,
        _ use: (MessageCodeReply) throws(ClientError) -> T
    ) throws(ClientError) -> T {
        guard request.seconds > 0 else { return try self.request(request, use: use) }
        try self.request(SubscribeRequest(.number))
        let id = try begin(request)
        if socket.isReadable(within: Self.usualMilliseconds), let result = try reply(to: id, use) { return result }
        onWaiting()
        while true {
            if let result = try reply(to: id, use) { return result }
            while let event = try keptEvent() {
                if case .number(let event) = event, event.news == .code, event.host != request.site,
                    !request.site.isEmpty
                {
                    onOther(event.host)
                }
            }
            _ = socket.isReadable(within: -1)
        }
    }

    /// Within which an agent says what it has.
    private static let usualMilliseconds: Int32 = 200
}
