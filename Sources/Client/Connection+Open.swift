package import Platform
import Wire

extension Connection {
    /// Connects to this user's agent, and starts it when there is none, see ``AgentSocket``.
    ///
    /// - Parameters:
    ///   - starting: start an agent when none answers (never when FOB_NO_START is set).
    ///   - isBrief: give an agent up that takes no connection soon.
    public static func open(starting: Bool = true, isBrief: Bool = false) throws(ClientError) -> Connection {
        // A confined process cannot look; its broker has looked.
        Connection(try openSocket(starting: starting, isBrief: isBrief), expectsAgent: Broker.current == nil) {
            () throws(ClientError) in try openSocket(starting: starting)
        }
    }

    private static func openSocket(starting: Bool, isBrief: Bool = false) throws(ClientError) -> FileDescriptor {
        guard let path = Paths.socket else {
            let isNamed = Environment.has("FOB_SOCKET") || Environment.has("FOB_HOME")
            throw ClientError(
                .configuration, isNamed ? Sentences.placeNotUTF8 : Sentences.noSocketPath,
                remedy: isNamed ? Sentences.otherDirectory : Sentences.setRuntimeDirectory)
        }
        if let broker = Broker.current { return try open(by: broker, path) }
        if let socket = try AgentSocket.connect(to: path, isBrief: isBrief) { return socket }
        guard starting, Environment.value(of: "FOB_NO_START") ?? "" == "" else {
            throw ClientError(.noAgent, Sentences.noAgent(path), remedy: Sentences.startAgent)
        }
        return try ProgressLine.during(Sentences.startingAgent) { () throws(ClientError) in try startAgent(path) }
    }

    /// What a confined process tells its broker to be connected to the agent.
    public static let brokerNumber: Int32 = 0

    /// The broker's work: a connection as ``open(starting:)`` makes it, or the code of its error.
    ///
    /// - Parameter starting: start an agent when none answers.
    package static func openForBroker(starting: Bool = true) -> Broker.Answer {
        do throws(ClientError) { return Broker.Answer(try openChecked(starting: starting)) } catch {
            return Broker.Answer(bytes: [UInt8(error.code.rawValue >> 8), UInt8(error.code.rawValue & 0xff)])
        }
    }

    /// A connection to this vault's agent, before anything was sent. To be sure takes a request; one connection is enough
    /// for as long as the same process listens.
    private static func openChecked(starting: Bool) throws(ClientError) -> FileDescriptor {
        let socket = try openSocket(starting: starting)
        do throws(ClientError) {
            try AgentProcess.check(peer(of: socket))
            return socket
        } catch {
            // A service manager starts the agent with the first request, and until then nobody holds the lock.
            var probe = Connection(socket, expectsAgent: true)
            try probe.checkAgent()
        }
        let checked = try openSocket(starting: false)
        try AgentProcess.check(peer(of: checked))
        return checked
    }

    /// The process that listens at the other end.
    static func peer(of socket: borrowing FileDescriptor) throws(ClientError) -> ProcessHandle {
        do throws(SystemError) {
            return ProcessHandle(peerOf: socket, number: try Socket.peer(of: socket).process)
        } catch { throw ClientError(error) }
    }

    private static func open(by broker: Broker, _ path: String) throws(ClientError) -> FileDescriptor {
        if var answer = broker.ask(brokerNumber) {
            if let socket = answer.descriptor.take() { return socket }
            let code = answer.bytes.count == 2 ? UInt16(answer.bytes[0]) << 8 | UInt16(answer.bytes[1]) : 0
            if let code = ErrorCode(rawValue: code), code != .noAgent {
                throw ClientError(code, Sentences.noAgent(path), remedy: Sentences.startAgent)
            }
        }
        throw ClientError(.noAgent, Sentences.noAgent(path), remedy: Sentences.startAgent)
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
            throw ClientError(.noAgent, tr(Sentences.failed(error)), remedy: Sentences.installAgent)
        }
        let end = Clock.sinceBoot + Patience().silence
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
    static var agentProgram: String? {
        Child.companion("fob-agent") ?? Programs.path(of: "fob-agent")
    }
}
