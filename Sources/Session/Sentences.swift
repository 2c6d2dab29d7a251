import Client
import Wire

/// What fob-session says to people.
enum Sentences {
    static let whyDelay = tr("The authenticator locks its vault first")
    static let noLogind =
        tr("there is no logind on the system's bus: the vault is not locked before the machine sleeps")
    static let noDelay = tr("logind delays no sleep: the vault may be locked only after the machine has woken up")
    static let noSessionBus = tr("there is no session bus: nothing is heard of screensavers, and nothing is shown")
    static let noBus = tr("there is no D-Bus, neither the system's nor the session's")
    static let startBus = tr("start it in a desktop's session, or as its unit does")
    static let busLost = tr("D-Bus has ended")
    static let startAgain = tr("its unit restarts it")
    static let locked = tr("the vault is locked: ")
    static let notLocked = tr("the agent has not locked the vault in time, and was sent SIGUSR1: ")

    static let show = tr("Show it")
    static let shortcut = tr("Show the one-time codes")
    static let showWindow = tr("Show fob")
    static let lock = tr("Lock")
    static func copy(_ account: String) -> String { tr("Copy the code of \(account)") }
    static let question = tr("A question waits")
    /// The agent's words first; each part that others have chosen is quoted, on a line of its own.
    static func question(_ challenge: Challenge) -> String {
        var lines = [challenge.told]
        if !challenge.account.isEmpty { lines.append(tr("account: \(Text.quoted(challenge.account))")) }
        if let program = challenge.programs.first { lines.append(tr("asked by: \(program.text)")) }
        lines.append(tr("to answer: fob confirm \(challenge.id.description.prefix(8))"))
        return lines.joined(separator: "\n")
    }
    static let stale = tr("The backup is stale")
    static func stale(_ destination: String, _ cause: String) -> String {
        cause.isEmpty ? tr("\(destination) has not had one for long. See: fob status") : "\(destination): \(cause)"
    }

    static let codeCame = tr("A code has come by message")
    static func codeCame(_ host: String) -> String {
        host.isEmpty
            ? tr("The message does not say for which site. To see it: fob number code")
            : tr("For \(host), and for no other site. To take it: fob number code --for \(host)")
    }
    static let line = tr("Your telephone number may have been taken over")
    static func line(_ news: NumberNews, _ accounts: Int) -> String {
        let what =
            news == .serviceLost ? tr("A line has lost its service.") : tr("A line has another SIM or number.")
        guard accounts > 0 else { return tr("\(what) If that was not you, call your carrier. See: fob status") }
        return trn(
            accounts,
            "\(what) \(accounts) account hangs on it. If that was not you, call your carrier. See: fob status",
            "\(what) \(accounts) accounts hang on it. If that was not you, call your carrier. See: fob status")
    }

    /// Why the vault is locked.
    static func why(_ signal: SessionSignal?) -> String {
        switch signal {
        case .sleep: tr("the machine is about to sleep")
        case .shutdown: tr("the machine is about to be shut down")
        case .lock, .locked: tr("the session is locked")
        case .active: tr("another user came to the front")
        case .screensaver: tr("the screensaver has begun")
        case .chosen: tr("its owner wants it locked")
        case .window, nil: tr("the session ends")
        }
    }

    /// How it stands, in a few words for a bar.
    static func standing(_ standing: Standing) -> String {
        var parts: [String] = []
        switch standing.vault {
        case .unlocked: parts.append(tr("unlocked"))
        case .locked: parts.append(tr("locked"))
        case .some(.none): parts.append(tr("no vault"))
        case nil: parts.append(tr("no agent"))
        }
        if standing.questions > 0 {
            parts.append(Count.text(standing.questions, "question"))
        }
        if standing.isStale { parts.append(tr("backup stale")) }
        return parts.joined(separator: ", ")
    }
}
