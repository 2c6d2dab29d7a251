import Vault
import Wire

// SETTINGS and SET_SETTINGS.
extension Agent {
    func settings(_: SettingsRequest, _ call: Call) throws(Refusal) {
        server.send(SettingsReply(try look().contents.settings), to: call)
    }

    func setSettings(_ request: SetSettingsRequest, _ call: Call) throws(Refusal) {
        let wanted = request.settings
        for seconds in [wanted.idleSeconds, wanted.absoluteSeconds] {
            guard seconds == 0 || AgentLimits.lockSeconds.contains(seconds) else { throw .lockSecondsOutOfBounds }
        }
        // A vault that locks later, or never, is itself something that the owner is asked about.
        let weakened = try use().contents.settings.weakened(by: wanted)
        let apply = { [unowned self] (call: Call) throws(Refusal) in
            let utc = utc
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                try contents.set(wanted, at: utc)
            } then: { [unowned self] _, requester in
                takeSettings()
                log(.settings, outcome: .done, by: requester)
                for protection in weakened { logWeakened(AuditSubject(protection), from: .owner, by: requester) }
                reply(OKReply(), to: requester)
            }
        }
        guard !weakened.isEmpty else { return try apply(call) }
        let times = weakened.map { protection in
            let seconds = protection == .idleLock ? wanted.idleSeconds : wanted.absoluteSeconds
            return "\(protection.name) to \(seconds == 0 ? "never" : "\(seconds) seconds")"
        }
        try raise(takingAway: times, from: nil, call) { [unowned self] requester in
            goOn(requester, apply)
        }
    }

    /// Locks by the times that the vault has now.
    func takeSettings() {
        guard let open else { return }
        open.clock.idle = open.contents.settings.idleSeconds
        open.clock.absolute = open.contents.settings.absoluteSeconds
    }
}
