import Platform
import Wire

// For who waits for the agent and for others at the same time.
extension Connection {
    /// Takes the next event of those that have come; nil when there is none. The connection must have subscribed.
    package mutating func eventThatCame() throws(ClientError) -> AgentEvent? {
        guard hasEvents || socket.isReadable(within: 0) else { return nil }
        return try nextEvent()
    }

    /// The next event that came while a reply was awaited; nil when there is none. It reads nothing.
    package mutating func keptEvent() throws(ClientError) -> AgentEvent? { hasEvents ? try nextEvent() : nil }

    /// Has the vault locked; false when the agent has not said that it is, in time.
    ///
    /// - Parameter milliseconds: how long it has.
    package mutating func lock(within milliseconds: Int32) throws(ClientError) -> Bool {
        let request = try begin(LockRequest())
        let end = Clock.sinceBoot + UInt64(max(milliseconds, 0))
        while true {
            if let _: OKReply = try reply(to: request) { return true }
            let now = Clock.sinceBoot
            guard now < end, socket.isReadable(within: Int32(clamping: end - now)) else { return false }
        }
    }
}

extension AgentProcess {
    /// Whether somebody holds the vault's lock, seen or not.
    package static var isRunning: Bool {
        switch lockHolder {
        case .nobody: false
        case .process, .unknown: true
        }
    }
}
