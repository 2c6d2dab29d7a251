import Vault
import Wire

// SETTINGS and SET_SETTINGS.
extension Agent {
    func settings(_: SettingsRequest, _ call: Call) throws(Refusal) {
        server.send(SettingsReply(try use().contents.settings), to: call)
    }

    func setSettings(_ request: SetSettingsRequest, _ call: Call) throws(Refusal) {
        let wanted = request.settings
        for seconds in [wanted.idleSeconds, wanted.absoluteSeconds] {
            guard seconds == 0 || AgentLimits.lockSeconds.contains(seconds) else { throw .lockSecondsOutOfBounds }
        }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.set(wanted, at: utc)
        } then: { [unowned self] _, requester in
            open?.clock.idle = wanted.idleSeconds
            open?.clock.absolute = wanted.absoluteSeconds
            log(.settings, outcome: .done, by: requester)
            reply(OKReply(), to: requester)
        }
    }
}
