#if !hasFeature(Embedded)
package import Platform
import Wire
#endif

/// The way to the agent.
package enum AgentSocket {
    /// How long a reply may take before the user is told what it waits for.
    static let patienceMilliseconds: Int32 = 400
    /// How long it may take before the agent is asked whether it answers anybody.
    static let doubtMilliseconds: Int32 = 3000
    /// How long the agent may take to answer that, to take a connection and to take what is sent.
    static let answerMilliseconds: Int32 = 2000

    /// A connection to this user's agent; nil when nobody listens there.
    ///
    /// Nothing is sent before it is certain that the socket's directory is this user's alone and that the process at
    /// the other end runs as this user.
    package static func connect(to path: String) throws(ClientError) -> FileDescriptor? {
        do throws(DirectoryError) {
            _ = try Directory.open(Paths.directory(of: path), create: false)
        } catch {
            if case .system(let reason) = error, reason.isMissing { return nil }
            throw ClientError(error)
        }
        let foreign: UInt32
        do throws(SystemError) {
            let socket = try Socket.connect(to: path, patience: answerMilliseconds)
            let peer = try Socket.peer(of: socket)
            guard peer.user != Environment.user else { return socket }
            foreign = peer.user
        } catch {
            if error.isMissing || error.isRefused { return nil }
            guard !error.isWouldBlock else { throw standsStill }
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

    /// Sends all of `bytes`.
    static func send(_ bytes: Span<UInt8>, to socket: borrowing FileDescriptor) throws(ClientError) {
        var done = 0
        while done < bytes.count {
            do throws(SystemError) {
                done += try Socket.send(bytes.extracting(done..<bytes.count), to: socket)
            } catch {
                guard !error.isWouldBlock else { throw standsStill }
                throw ClientError(.noAgent, Sentences.agentGone, remedy: Sentences.tryAgain)
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
        for socket: borrowing FileDescriptor, onWaiting: inout (() -> Void)?, isProbe: Bool = false
    ) throws(ClientError) {
        guard !socket.isReadable(within: isProbe ? answerMilliseconds : patienceMilliseconds) else { return }
        guard !isProbe else { throw standsStill }
        if let tell = onWaiting {
            onWaiting = nil
            tell()
        }
        while !socket.isReadable(within: doubtMilliseconds) { guard isAnswering else { throw standsStill } }
    }

    /// Whether the agent says as much as its welcome.
    private static var isAnswering: Bool {
        do throws(ClientError) {
            guard let path = Paths.socket, let socket = try connect(to: path) else { return false }
            let _: StatusReply = try PlainRequest.ask(StatusRequest(), over: socket, isProbe: true)
            return true
        } catch { return error.code != .noAgent }
    }

    private static var standsStill: ClientError {
        ClientError(.noAgent, Sentences.agentStandsStill, remedy: Sentences.continueAgent)
    }

    static var unexpected: ClientError {
        ClientError(.protocolMismatch, Sentences.unexpectedReply, remedy: Sentences.restartAgent)
    }
}
