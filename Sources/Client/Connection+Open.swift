import Platform
import Wire

extension Connection {
    /// How long a started agent may take to answer.
    static let startMilliseconds: UInt64 = 10_000

    /// Connects to this user's agent, and starts it when there is none, see ``AgentSocket``.
    ///
    /// - Parameter starting: start an agent when none answers (never when FOB_NO_START is set).
    public static func open(starting: Bool = true) throws(ClientError) -> Connection {
        guard let path = Paths.socket else {
            throw ClientError(.configuration, Sentences.noSocketPath, remedy: Sentences.setRuntimeDirectory)
        }
        if let socket = try AgentSocket.connect(to: path) { return Connection(socket, expectsAgent: true) }
        guard starting, Environment.value(of: "FOB_NO_START") ?? "" == "" else {
            throw ClientError(.noAgent, Sentences.noAgent(path), remedy: Sentences.startAgent)
        }
        return Connection(try startAgent(path), expectsAgent: true)
    }

    private static func startAgent(_ path: String) throws(ClientError) -> FileDescriptor {
        guard let program = agentProgram else {
            throw ClientError(.noAgent, Sentences.agentNotFound, remedy: Sentences.installAgent)
        }
        let environment = Child.environment(keeping: [
            "HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "FOB_HOME", "FOB_SOCKET", "LANG", "LC_ALL",
        ])
        let child: Child
        do throws(SystemError) {
            child = try Child.start(program, ["--daemon"], environment: environment, errors: .inherited)
        } catch {
            throw ClientError(.noAgent, Sentences.failed(error), remedy: Sentences.installAgent)
        }
        let end = Clock.sinceBoot + startMilliseconds
        while true {
            if let socket = try AgentSocket.connect(to: path) { return socket }
            if let status = child.poll(), status != 0 {
                // Another client may have started an agent at the same moment, and ours gave way to it.
                if let socket = try AgentSocket.connect(to: path) { return socket }
                if let process = AgentProcess.holder { throw AgentProcess.unreachable(process, path) }
                let code = UInt16(exactly: status).flatMap(ErrorCode.init(rawValue:)) ?? .noAgent
                throw ClientError(code, Sentences.agentDidNotStart(status), remedy: Sentences.seeAgentOutput)
            }
            guard Clock.sinceBoot < end else {
                throw ClientError(.noAgent, Sentences.agentTooSlow, remedy: Sentences.seeAgentOutput)
            }
            Environment.sleep(milliseconds: 2)
        }
    }

    /// fob-agent beside this program, where packages put it, or in PATH.
    private static var agentProgram: String? {
        Child.companion("fob-agent") ?? Child.find("fob-agent")
    }
}
