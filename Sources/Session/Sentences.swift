import Wire

/// What fob-session says to people.
enum Sentences {
    static let whyDelay = "The authenticator locks its vault first"
    static let noLogind =
        "there is no logind on the system's bus: the vault is not locked before the machine sleeps"
    static let noDelay = "logind delays no sleep: the vault may be locked only after the machine has woken up"
    static let noSessionBus = "there is no session bus: nothing is heard of screensavers, and nothing is shown"
    static let noBus = "there is no D-Bus, neither the system's nor the session's"
    static let startBus = "start it in a desktop's session, or as its unit does"
    static let busLost = "D-Bus has ended"
    static let startAgain = "its unit starts it again"
    static let locked = "the vault is locked: "
    static let notLocked = "the agent has not locked the vault in time, and was sent SIGUSR1: "

    static let show = "Show it"
    static let shortcut = "Show the one-time codes"
    static let showWindow = "Show fob"
    static let lock = "Lock"
    static func copy(_ account: String) -> String { "Copy the code of \(account)" }
    static let question = "A question waits"
    /// The agent's words first; each part that others have chosen is quoted, on a line of its own.
    static func question(_ challenge: Challenge) -> String {
        var lines = [challenge.sentence]
        if !challenge.account.isEmpty { lines.append("account: \(Text.quoted(challenge.account))") }
        if let program = challenge.programs.first { lines.append("asked by: \(program.text)") }
        lines.append("to answer: fob confirm \(challenge.id.description.prefix(8))")
        return lines.joined(separator: "\n")
    }
    static let stale = "The backup is stale"
    static func stale(_ destination: String, _ cause: String) -> String {
        cause.isEmpty ? "\(destination) has not had one for long. See: fob status" : "\(destination): \(cause)"
    }

    /// Why the vault is locked.
    static func why(_ signal: SessionSignal?) -> String {
        switch signal {
        case .sleep: "the machine is about to sleep"
        case .shutdown: "the machine is about to be shut down"
        case .lock, .locked: "the session is locked"
        case .active: "another user came to the front"
        case .screensaver: "the screensaver has begun"
        case .chosen: "its owner wants it locked"
        case .window, nil: "the session ends"
        }
    }

    /// How it stands, in a few words for a bar.
    static func standing(_ standing: Standing) -> String {
        var parts: [String] = []
        switch standing.vault {
        case .unlocked: parts.append("unlocked")
        case .locked: parts.append("locked")
        case .some(.none): parts.append("no vault")
        case nil: parts.append("no agent")
        }
        if standing.questions > 0 {
            parts.append("\(standing.questions) question\(standing.questions == 1 ? "" : "s")")
        }
        if standing.isStale { parts.append("backup stale") }
        return parts.joined(separator: ", ")
    }
}
