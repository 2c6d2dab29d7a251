package import Wire

extension Connection {
    /// CODE as the only request of a connection, see ``PlainRequest``.
    ///
    /// - Parameter onWaiting: called once when the reply does not come at once.
    package consuming func quickCode(
        _ request: CodeRequest, onWaiting: (() -> Void)? = nil
    ) throws(ClientError) -> CodeReply {
        try PlainRequest.ask(request, over: socket, onWaiting: onWaiting)
    }
}
