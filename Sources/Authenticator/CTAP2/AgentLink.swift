package import Wire

/// A way to the agent that looks after the client at the service while the agent is waited for.
package protocol AgentLink: ~Copyable {
    /// Sends a request, whose number is the result.
    mutating func begin<M: PlainMessage>(_ message: M) throws(LinkFailure) -> UInt32

    /// Waits for the reply to a request, at most `milliseconds` (nil: for as long as it takes); nil when it is not there
    /// by then. Meanwhile the client is told what is in `progress`, and may cancel.
    mutating func wait<R: Message>(
        for request: UInt32, _ progress: CTAPHID.Progress, milliseconds: UInt64?, reply: R.Type
    ) throws(LinkFailure) -> R?

    /// Ends a request whose reply nobody waits for.
    mutating func drop(_ request: UInt32)
}

/// Why there is no reply from the agent.
package enum LinkFailure: Error, Equatable, Sendable {
    /// The agent says no, or cannot be reached.
    case refused(ErrorCode)
    /// The client has gone or has begun anew: nobody awaits an answer.
    case abandoned
}

extension AgentLink where Self: ~Copyable {
    /// Asks something and waits for the reply for as long as it takes.
    mutating func ask<M: PlainMessage, R: Message>(
        _ message: M, _ progress: CTAPHID.Progress = .processing, for reply: R.Type = R.self
    ) throws(CommandFailure) -> R {
        do throws(LinkFailure) {
            let request = try begin(message)
            if let found = try wait(for: request, progress, milliseconds: nil, reply: reply) { return found }
            throw .refused(.internalFault)
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// Why a CTAP2 command has no good answer.
enum CommandFailure: Error {
    case status(CTAPStatus)
    /// Nobody awaits an answer.
    case abandoned

    init(_ failure: LinkFailure) {
        switch failure {
        case .refused(let code): self = .status(CTAPStatus(code))
        case .abandoned: self = .abandoned
        }
    }
}
