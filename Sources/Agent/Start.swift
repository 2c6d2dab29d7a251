import Platform
import Vault
import Wire

/// Why an agent could not start: the exit status, and what to say.
package struct StartError: Error {
    /// The exit status, as fob-agent(1) lists them.
    package let status: Int32
    /// What and why.
    package let message: String
    /// What to do.
    package let remedy: String

    init(_ code: ErrorCode, _ message: Sentence, _ remedy: Sentence) {
        status = code.exitStatus
        self.message = message.text
        self.remedy = remedy.text
    }
}

extension Agent {
    /// An agent for the vault and socket that the environment names.
    ///
    /// - Parameter activation: the listening sockets that a service manager handed over.
    package static func start(
        _ configuration: Configuration, _ activation: ServiceManager.Activation, manager: ServiceManager
    ) throws(StartError) -> Agent {
        guard let home = Paths.data else {
            throw StartError(.configuration, "there is no place for the vault", "set HOME, XDG_DATA_HOME or FOB_HOME")
        }
        FileDescriptor.raiseLimit(to: AgentLimits.descriptors)
        let store: Store
        do { store = try Store(path: home) } catch {
            let refusal = Refusal(error)
            throw StartError(refusal.code, refusal.text, refusal.remedy)
        }
        let file = try ConfigurationFile(at: Paths.configuration)
        let listener: FileDescriptor
        var forwarded: FileDescriptor?
        switch activation {
        case .sockets(let own, let other):
            listener = adopt(own)
            if let other { forwarded = adopt(other) }
        case .none, .unusable: listener = try listen(at: Paths.socket)
        }
        if file.forward, activation.count < 2 { forwarded = try listen(at: forwardedPath) }
        // Before any thread is started, and before any secret is held.
        let held = Sandbox.confine(
            to: places(home: store.directory.path), .serving, wanted: configuration.sandbox)
        do {
            let agent = try Agent(
                configuration, store: store, listener: listener, forwarded: forwarded.take(), manager: manager)
            agent.note(held)
            return agent
        } catch let error as StoreError {
            let refusal = Refusal(error)
            throw StartError(refusal.code, refusal.text, refusal.remedy)
        } catch let error as DirectoryError {
            throw StartError(error.isPermission ? .permission : .system, error.message, error.remedy)
        } catch let error as SystemError {
            throw StartError(.system, "\(error.call): \(error.reason)", "check the system's limits")
        } catch {
            throw StartError(.system, "the agent could not be set up", "check the system's limits")
        }
    }

    /// What the agent keeps of the file system: its own directories, and what the kernel says of callers. The socket, also one
    /// that a service manager has made, and its directory can be made anew when somebody has taken them away.
    private static func places(home: String) -> [Sandbox.Place] {
        var places: [Sandbox.Place] = [.changing(home), .reading("/proc"), .using("/dev/null")]
        if let path = Paths.socket {
            let directory = Paths.directory(of: path)
            places += [.changing(directory), .making(Paths.directory(of: directory))]
        }
        return places
    }

    private static var forwardedPath: String? { Paths.socket(beside: "forward.sock") }

    /// A listening socket that was handed over.
    private static func adopt(_ number: Int32) -> FileDescriptor {
        Socket.prepare(number)
        return FileDescriptor(owning: number)
    }

    /// A socket of our own. The store's lock is ours, so a socket that is there already belongs to nobody any more, unless
    /// somebody answers there.
    private static func listen(at path: String?) throws(StartError) -> FileDescriptor {
        guard let path else {
            throw StartError(
                .configuration, "there is no place for the socket", "set XDG_RUNTIME_DIR, FOB_SOCKET or FOB_HOME")
        }
        do {
            let directory = try Directory.open(Paths.directory(of: path), create: true)
            if (try? Socket.connect(to: path)) != nil {
                throw StartError(.busy, "another agent answers at \(path)", "use that agent, or end it first")
            }
            try directory.removeSocket(Paths.name(of: path))
            return try Socket.listen(at: path)
        } catch let error as StartError {
            throw error
        } catch let error as DirectoryError {
            throw StartError(error.isPermission ? .permission : .system, error.message, error.remedy)
        } catch let error as SystemError {
            guard !error.isTooLong else {
                throw StartError(
                    .configuration,
                    "the path of the socket has \(path.utf8.count) octets, and may have \(Socket.longestPath): \(path)",
                    "set FOB_SOCKET to a shorter path, for the agent and for fob")
            }
            throw StartError(
                error.isAddressInUse ? .permission : .system,
                "no socket can be made at \(path): \(error.reason)", "look at what is there, and move it away")
        } catch {
            throw StartError(.system, "no socket can be made at \(path)", "look at what is there, and move it away")
        }
    }

    /// Takes our own sockets away again; a service manager's stay.
    package static func removeSockets(besides activation: ServiceManager.Activation) {
        for path in [activation.count < 1 ? Paths.socket : nil, activation.count < 2 ? forwardedPath : nil] {
            guard let path, let directory = try? Directory.open(Paths.directory(of: path), create: false) else {
                continue
            }
            try? directory.removeSocket(Paths.name(of: path))
        }
    }
}
