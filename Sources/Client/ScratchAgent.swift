import Platform
import Wire

/// An agent of its own with a directory of its own, which has no vault yet: both go when they were used.
package enum ScratchAgent {
    /// Starts one, and lends a connection to it.
    ///
    /// - Parameter directory: a path where nothing is that counts.
    package static func run<R>(
        in directory: String, _ body: (inout Connection) throws(ClientError) -> R
    ) throws(ClientError) -> R {
        guard let program = Connection.agentProgram else {
            throw ClientError(.noAgent, Sentences.agentNotFound, remedy: Sentences.installAgent)
        }
        FileTree.remove(directory)
        defer { FileTree.remove(directory) }
        do throws(DirectoryError) { _ = try Directory.open(directory, create: true) } catch { throw ClientError(error) }
        let environment = Child.environment(keeping: ["HOME", "LANG", "LC_ALL"]) + ["FOB_HOME=\(directory)"]
        let child: Child
        do throws(SystemError) {
            child = try Child.start(program, [], environment: environment, errors: .inherited)
        } catch {
            throw ClientError(.noAgent, tr(Sentences.failed(error)), remedy: Sentences.installAgent)
        }
        let result: Result<R, ClientError>
        do throws(ClientError) {
            var connection = Connection(try connect(to: child, at: directory + "/agent.sock"))
            result = .success(try body(&connection))
        } catch {
            result = .failure(error)
        }
        child.kill()
        _ = child.wait()
        return try result.get()
    }

    private static func connect(to child: borrowing Child, at path: String) throws(ClientError) -> FileDescriptor {
        let end = Clock.sinceBoot + Patience().silence
        while Clock.sinceBoot < end {
            if let socket = try AgentSocket.connect(to: path) {
                // Nobody else gets a secret.
                guard try Connection.peer(of: socket).number == child.process else { break }
                return socket
            }
            if let status = child.poll() {
                let code = UInt16(exactly: status).flatMap(ErrorCode.init(rawValue:)) ?? .noAgent
                throw ClientError(code, Sentences.agentDidNotStart(status), remedy: Sentences.seeAgentOutput)
            }
            Environment.sleep(milliseconds: 2)
        }
        throw ClientError(.noAgent, Sentences.agentTooSlow, remedy: Sentences.seeAgentOutput)
    }
}
