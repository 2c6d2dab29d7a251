package import Platform
import Wire

/// The process that is this vault's agent: the one that holds the lock of the vault's directory, as the kernel says.
package enum AgentProcess {
    /// It, as far as it can be seen; nil when nobody holds the lock.
    package static var holder: ProcessIdentity? {
        guard case .process(let process) = lockHolder else { return nil }
        return process
    }

    static var lockHolder: LockHolder {
        guard let home = Paths.data, let directory = try? Directory.open(home, create: false) else { return .nobody }
        return directory.holder(ofLock: "lock")
    }

    /// Has it lock the vault by a signal, where its socket leads nowhere. False when it has gone.
    package static func lock(_ process: ProcessIdentity) -> Bool {
        let handle = ProcessHandle(of: process.number)
        guard ProcessDescription(of: process.number).identity == process else { return false }
        return handle.send(Signals.lock)
    }

    /// It runs and holds the vault, and nobody gets through to it.
    package static func unreachable(_ process: ProcessIdentity, _ path: String) -> ClientError {
        ClientError(
            .busy, Sentences.agentUnreachable(process.number, path), remedy: Sentences.endAgent(process.number))
    }

    /// Whether the process that listens is the agent. Where a service manager has made the socket, the manager listens,
    /// which has started the agent.
    static func check(_ peer: ProcessHandle) throws(ClientError) {
        let listener = ProcessDescription(of: peer.number)
        switch lockHolder {
        case .process(let agent):
            guard peer.isAlive, peer.number > 0,
                listener.identity == agent
                    || isServiceManager(listener) && ProcessDescription(of: agent.number).parent == peer.number
            else { throw impostor(listener, Sentences.otherAgent(agent.number)) }
        case .unknown:
            // The agent is in another process name space: nobody can say which process it is.
            guard Paths.isSocketNamed || peer.number == 0 else { throw impostor(listener, Sentences.unseenAgent) }
        case .nobody:
            // Only who names a socket can mean the agent of another vault.
            guard Paths.isSocketNamed else { throw impostor(listener, Sentences.noSuchAgent) }
        }
    }

    /// Whoever starts an agent could listen in its place; only of a program of systemd is that expected.
    private static func isServiceManager(_ process: ProcessDescription) -> Bool {
        Paths.name(of: process.executable).hasPrefix("systemd")
    }

    private static func impostor(_ listener: ProcessDescription, _ why: String) -> ClientError {
        ClientError(
            .permission, Sentences.impostor(listener.process, listener.executable, why), remedy: Sentences.whoListens)
    }
}

extension Connection {
    /// Refuses to go on when the process at the other end is not this vault's agent. Called before the first secret.
    mutating func checkAgent() throws(ClientError) {
        expectsAgent = nil
        // A service manager starts the agent with the first request: before its reply nobody holds the lock.
        if welcome == nil { let _: StatusReply = try request(StatusRequest()) }
        try AgentProcess.check(Self.peer(of: socket))
    }

    /// The requests that carry what only the agent may have.
    static func hasSecrets(_ type: MessageType) -> Bool {
        switch type {
        case .initialize, .unlock, .passphrase, .accessCodes, .accessAdd, .accessRemove, .accessRotate, .recoveryKey,
            .respond, .add, .edit, .approve, .recoverySet, .restoreOpen, .restoreCommit, .verify,
            .keeperMake, .keeperMakePlus:
            true
        default: false
        }
    }
}
