package import Client
package import Platform
import Wire

/// Asks the agent what the extension wants to know, while the browser is looked after: when it takes its end of the pipe away,
/// nobody waits for the answer any more, and the question to the owner goes with the connection.
package enum HostSession {
    /// Writes the answer to `request`, unless the browser has gone.
    package static func answer(
        _ request: HostRequest, over connection: inout Connection?, while input: borrowing FileDescriptor
    ) throws(HostError) {
        switch request {
        case .create(let request):
            try ask(request, &connection, input) { (reply: WebCreatedReply) throws(ClientError) in
                HostMessage.write { () throws(MemoryError) in try HostAnswer.created(reply) }
            }
        case .get(let request):
            try ask(request, &connection, input) { (reply: WebAssertedReply) throws(ClientError) in
                HostMessage.write { () throws(MemoryError) in try HostAnswer.asserted(reply) }
            }
        case .keys(let request):
            try ask(request, &connection, input) { (reply: WebKeysReply) throws(ClientError) in
                HostMessage.write { () throws(MemoryError) in try HostAnswer.keys(reply) }
            }
        case .signal(let request):
            try ask(request, &connection, input) { (_: OKReply) throws(ClientError) in
                HostMessage.write { () throws(MemoryError) in try HostAnswer.done() }
            }
        case .status:
            try ask(StatusRequest(), &connection, input) { (reply: StatusReply) throws(ClientError) in
                HostMessage.write { () throws(MemoryError) in try HostAnswer.status(reply) }
            }
        case .code(let request):
            try ask(request, &connection, input) { (reply: CodeReply) throws(ClientError) in
                HostMessage.write { () throws(MemoryError) in try HostAnswer.code(reply) }
            }
        case .accounts:
            do throws(ClientError) {
                guard let accounts = try connection?.accounts() else { return }
                HostMessage.write { () throws(MemoryError) in try HostAnswer.accounts(accounts) }
            } catch { throw HostError(error) }
        }
    }

    private static func ask<R: Message & ~Escapable>(
        _ message: some Message, _ connection: inout Connection?, _ input: borrowing FileDescriptor,
        _ use: (R) throws(ClientError) -> Void
    ) throws(HostError) {
        do throws(ClientError) {
            guard let request = try connection?.begin(message), let descriptor = connection?.descriptor else { return }
            while true {
                if try connection?.reply(to: request, use) != nil { return }
                // A browser sends nothing more: it can only go.
                guard !input.wait(or: descriptor).here else { return }
            }
        } catch { throw HostError(error) }
    }
}

extension HostError {
    /// What the agent says.
    init(_ error: ClientError) { self.init(error.code, error.message) }
}
