import Platform
import Vault

// The socket and the home: an agent that nobody can reach, or that has lost its vault, does not go on.
extension Agent {
    /// Looks from time to time: not every file system tells what happens to names.
    func keepPlace() {
        timers.add(at: now + AgentLimits.placeMilliseconds) { [unowned self] in
            lookAround()
            keepPlace()
        }
    }

    /// An agent that nobody can reach, or whose vault has gone, must not go on with what is open.
    func lookAround() {
        guard !isStopping else { return }
        guard place.hasHome else {
            warn(Sentences.homeGone(store.directory.path))
            return stop()
        }
        guard !place.hasSocket, let path = place.socket else { return }
        // Somebody may take it again and again.
        if let last = listenedAnewAt, now < last + AgentLimits.placePauseMilliseconds {
            timers.add(at: last + AgentLimits.placePauseMilliseconds) { [unowned self] in lookAround() }
            return
        }
        listenedAnewAt = now
        log(.socketLost, outcome: .done)
        do {
            try server.replaceListener(place.listenAnew())
            warnings[.socketLost] = Sentences.socketLost(path)
            warn(Sentences.socketLost(path))
        } catch {
            warn(Sentences.socketCannotBeMade(path))
            stop()
        }
    }

    /// Says something where the service manager, or whoever has started the agent, sees it.
    private func warn(_ text: String) {
        manager.status(text)
        Command.write("fob-agent: \(text)\n", to: 2)
    }
}
