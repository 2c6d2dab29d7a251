/// What fob-messages says to people.
enum Sentences {
    static let noSystemBus = "there is no system bus: no modem is heard"
    static let noSessionBus = "there is no session bus: no paired telephone is heard"
    static let noBus = "there is no D-Bus, neither the system's nor the session's"
    static let startBus = "start it in a desktop's session, or as its unit does"
    static let busLost = "D-Bus has ended"
    static let startAgain = "its unit starts it again"
    static let flood = "messages come faster than they are read: some are left alone"
    static func code(for host: String) -> String { "a code for \(host) has come" }
    static let guess = "a message has come that has a code and names no site"
    static func notKept(_ why: String) -> String { "a code came by message and is not kept: \(why)" }
    static func lineNotTold(_ why: String) -> String { "how a telephone line stands is not told to the agent: \(why)" }
}
