#if !hasFeature(Embedded)
package import Platform
import Wire
#endif

/// The way to the agent.
package enum AgentSocket {
    /// How long a reply may take before the user is told what it waits for.
    static let patienceMilliseconds: Int32 = 400

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
            let socket = try Socket.connect(to: path)
            let peer = try Socket.peer(of: socket)
            guard peer.user != Environment.user else { return socket }
            foreign = peer.user
        } catch {
            if error.isMissing || error.isRefused { return nil }
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
                throw ClientError(.noAgent, Sentences.agentGone, remedy: Sentences.tryAgain)
            }
        }
    }

    static var unexpected: ClientError {
        ClientError(.protocolMismatch, Sentences.unexpectedReply, remedy: Sentences.restartAgent)
    }
}
