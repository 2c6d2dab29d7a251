import Client

/// What a look at one thing has found.
struct Check {
    /// How bad it is.
    enum State: String {
        case ok
        /// It works, but not as it should.
        case warning
        case fault

        /// For people.
        var words: String {
            switch self {
            case .ok: tr("ok")
            case .warning: tr("warning")
            case .fault: tr("fault")
            }
        }
    }

    /// What was looked at: one word, with the destination's name where it is one.
    let name: String
    let state: State
    let message: String
    var remedy = ""
    /// Whether it is about backups.
    var isBackup = false

    /// What was looked at, for people.
    var shown: String {
        switch name {
        case "agent": tr("agent")
        case "memory": tr("memory")
        case "vault": tr("vault")
        case "emergency kit": tr("emergency kit")
        case "clock": tr("clock")
        case "directory": tr("directory")
        case "backup": tr("backup")
        case "configuration": tr("configuration")
        default: name
        }
    }

    var json: JSON {
        .object([
            ("check", .string(name)), ("state", .string(state.rawValue)), ("message", .string(message)),
            ("remedy", remedy.isEmpty ? .null : .string(remedy)),
        ])
    }
}
