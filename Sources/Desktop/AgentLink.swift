package import Client
package import Wire

/// A connection to the agent for a program that waits for many things: requests one after the other, and events between
/// them. Nothing here waits.
package final class AgentLink {
    private var connection: Connection?
    private var waiting: [Asked] = []
    private var current: (id: UInt32, asked: Asked)?
    /// An event has come; nil: the agent has gone.
    package var onEvent: (AgentEvent?) -> Void = { _ in }

    private struct Asked {
        let begin: (inout Connection) throws(ClientError) -> UInt32
        /// What is to be done with the reply; nil when it has not come yet.
        let take: (inout Connection, UInt32) throws(ClientError) -> (() -> Void)?
        let fail: (ClientError) -> Void
    }

    package init() {}

    /// Connects.
    ///
    /// - Parameter starting: start an agent where none runs, which takes a moment.
    package func open(starting: Bool) throws(ClientError) {
        connection = .some(try Connection.open(starting: starting))
        (waiting, current) = ([], nil)
    }

    package var isOpen: Bool {
        switch connection {
        case .some: true
        case nil: false
        }
    }

    /// Something that was asked is not answered yet.
    package var isBusy: Bool { current != nil || !waiting.isEmpty }

    /// What to watch; nil when the agent has gone.
    package var descriptor: Int32? {
        switch connection {
        case .some(let connection): connection.descriptor
        case nil: nil
        }
    }

    package func close() {
        connection = nil
        (waiting, current) = ([], nil)
    }

    /// Asks, after what was asked before; `then` gets the reply or why there is none.
    package func ask<R: Request>(_ message: R, then: @escaping (Result<R.Reply, ClientError>) -> Void)
    where R.Reply: Message {
        ask(then) { (connection) throws(ClientError) in try connection.begin(message) }
    }

    /// APPROVE without a passphrase.
    package func approve(
        _ challenge: Identifier, rememberSeconds: UInt32, then: @escaping (Result<OKReply, ClientError>) -> Void
    ) {
        ask(then) { (connection) throws(ClientError) in
            try connection.begin(ApproveRequest(challenge, passphrase: Span(), rememberSeconds: rememberSeconds))
        }
    }

    /// EDIT.
    package func edit(
        _ selector: Selector, _ edit: AccountEdit, then: @escaping (Result<OKReply, ClientError>) -> Void
    ) {
        ask(then) { (connection) throws(ClientError) in
            try connection.begin(EditRequest(selector, edit, note: nil))
        }
    }

    private func ask<Reply: Message>(
        _ then: @escaping (Result<Reply, ClientError>) -> Void,
        begin: @escaping (inout Connection) throws(ClientError) -> UInt32
    ) {
        waiting.append(
            Asked(
                begin: begin,
                take: { (connection, id) throws(ClientError) in
                    guard let reply: Reply = try connection.reply(to: id) else { return nil }
                    return { then(.success(reply)) }
                }, fail: { then(.failure($0)) }))
        goOn()
    }

    /// Takes what has come. To be called when the descriptor can be read.
    package func goOn() {
        while let step = step() {
            switch step {
            case .answer(let take): take()
            case .event(let event): onEvent(event)
            case .end:
                let lost = [current?.asked].compactMap(\.self) + waiting
                close()
                for asked in lost { asked.fail(Self.gone) }
                onEvent(nil)
            }
        }
    }

    private static let gone = ClientError(.noAgent, "")

    /// What has come. It is taken when the connection is in its place again: whoever takes it may ask something else.
    private enum Step {
        case answer(() -> Void)
        case event(AgentEvent)
        case end
    }

    /// Sends what can be sent, and takes the next that has come.
    private func step() -> Step? {
        guard var link = connection.take() else { return nil }
        do throws(ClientError) {
            let step = try step(&link)
            connection = .some(link)
            return step
        } catch { return .end }
    }

    private func step(_ link: inout Connection) throws(ClientError) -> Step? {
        if current == nil, !waiting.isEmpty {
            let asked = waiting.removeFirst()
            current = (try asked.begin(&link), asked)
        }
        // What waits for a reply leaves events in the buffer; without one they are read here.
        guard let (id, asked) = current else { return try link.eventThatCame().map { .event($0) } }
        do throws(ClientError) {
            if let take = try asked.take(&link, id) {
                current = nil
                return .answer(take)
            }
        } catch {
            // A refusal is an answer; anything else is the end of the connection.
            guard error.code.isSent else { throw error }
            current = nil
            return .answer { asked.fail(error) }
        }
        return try link.keptEvent().map { .event($0) }
    }
}
