#if !hasFeature(Embedded)
package import Platform
import Wire
#endif

/// How long whoever waits for the agent has patience, in milliseconds.
struct Patience {
    /// A reply may take so long before the user is told what it waits for.
    var told: Int32 = 400
    /// It may take so long before the agent is asked whether it answers anybody.
    var doubt: Int32 = 3000
    /// The agent may take so long to answer that, and for each attempt to connect and to send.
    var answer: Int32 = 2000
    /// The agent may answer nobody for so long: a disk that stalls keeps it from everything, and comes back.
    var silence: UInt64 = 120_000
}

/// The way to the agent.
package enum AgentSocket {
    /// A connection to this user's agent; nil when nobody listens there.
    ///
    /// Nothing is sent before it is certain that the socket's directory is this user's alone and that the process at
    /// the other end runs as this user.
    ///
    /// - Parameter isBrief: an agent that takes no connection soon is given up.
    package static func connect(to path: String, isBrief: Bool = false) throws(ClientError) -> FileDescriptor? {
        do throws(DirectoryError) {
            _ = try Directory.open(Paths.directory(of: path), create: false)
        } catch {
            if case .system(let reason) = error, reason.isMissing { return nil }
            throw ClientError(error)
        }
        var silence = Silence()
        while true {
            let foreign: UInt32
            do throws(SystemError) {
                let socket = try Socket.connect(to: path, patience: silence.patience.answer)
                let peer = try Socket.peer(of: socket)
                guard peer.user != Environment.user else { return socket }
                foreign = peer.user
            } catch {
                if error.isMissing || error.isRefused { return nil }
                if error.isWouldBlock {
                    guard !isBrief else { throw Silence.isTooLong }
                    try silence.goOn(with: 0)
                    continue
                }
                guard !error.isTooLong else {
                    throw ClientError(
                        .configuration, Sentences.pathTooLong(path, Socket.longestPath), remedy: Sentences.shorterPath)
                }
                guard !error.isPermission else {
                    throw ClientError(.permission, Sentences.notPermitted(path), remedy: Sentences.checkSocketOwner)
                }
                throw ClientError(error)
            }
            throw ClientError(.permission, Sentences.foreignAgent(foreign), remedy: Sentences.whoIsThere)
        }
    }

    /// Sends all of `bytes`.
    static func send(
        _ bytes: Span<UInt8>, to socket: borrowing FileDescriptor, patience: Patience = Patience()
    ) throws(ClientError) {
        var done = 0
        var silence = Silence(patience)
        while done < bytes.count {
            do throws(SystemError) {
                done += try Socket.send(bytes.extracting(done..<bytes.count), to: socket)
                silence.end()
            } catch {
                guard error.isWouldBlock else {
                    throw ClientError(.noAgent, Sentences.agentGone, remedy: Sentences.tryAgain)
                }
                try silence.goOn(with: process(of: socket))
            }
        }
    }

    /// Waits until something can be read. A reply may take its time, for a person or a derivation, as long as the agent
    /// answers at all: that is asked on a connection of its own.
    ///
    /// - Parameters:
    ///   - onWaiting: called, and set to nil, when the reply does not come at once.
    ///   - isProbe: it is such a question itself, and gives up.
    static func wait(
        for socket: borrowing FileDescriptor, onWaiting: inout (() -> Void)?, isProbe: Bool = false,
        patience: Patience = Patience()
    ) throws(ClientError) {
        guard !socket.isReadable(within: isProbe ? patience.answer : patience.told) else { return }
        guard !isProbe else { throw Silence.isTooLong }
        if let tell = onWaiting {
            onWaiting = nil
            tell()
        }
        var silence = Silence(patience)
        while !socket.isReadable(within: patience.doubt) {
            if isAnswering { silence.end() } else { try silence.goOn(with: process(of: socket)) }
        }
    }

    /// Whether the agent says as much as its welcome.
    private static var isAnswering: Bool {
        do throws(ClientError) {
            guard let path = Paths.socket, let socket = try connect(to: path, isBrief: true) else { return false }
            let _: StatusReply = try PlainRequest.ask(StatusRequest(), over: socket, isProbe: true)
            return true
        } catch { return error.code != .noAgent }
    }

    /// The agent's process; 0 where that is not known. Where a service manager has made the socket, the manager listens.
    private static func process(of socket: borrowing FileDescriptor) -> Int32 {
        #if !hasFeature(Embedded)
        if let agent = AgentProcess.holder { return agent.number }
        #endif
        return (try? Socket.peer(of: socket).process) ?? 0
    }

    static var unexpected: ClientError {
        ClientError(.protocolMismatch, Sentences.unexpectedReply, remedy: Sentences.restartAgent)
    }
}

/// A time in which the agent answers nobody: it is stopped, which is said at once, or it waits for its disk, or it is stuck.
private struct Silence {
    let patience: Patience
    private var began: UInt64?
    private var isTold = false

    init(_ patience: Patience = Patience()) { self.patience = patience }

    /// The agent has answered.
    mutating func end() { began = nil }

    /// Says that the user waits, and why that has an end when it has.
    ///
    /// - Parameter process: the agent; 0 where it is not known.
    mutating func goOn(with process: Int32) throws(ClientError) {
        guard !Environment.isStopped(process) else {
            throw ClientError(.noAgent, Sentences.agentStopped(process), remedy: Sentences.continueAgent(process))
        }
        let now = Clock.sinceBoot
        if began == nil { began = now }
        guard now - (began ?? now) < patience.silence else { throw Self.isTooLong }
        guard !isTold else { return }
        isTold = true
        Output.noteOnTerminal(Sentences.agentSilent)
    }

    static var isTooLong: ClientError {
        ClientError(.noAgent, Sentences.agentStandsStill, remedy: Sentences.endStuckAgent)
    }
}
