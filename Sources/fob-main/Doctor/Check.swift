import Client

/// What a look at one thing has found.
struct Check {
    /// How bad it is.
    enum State: String {
        case ok
        /// It works, but not as it should.
        case warning
        case fault
    }

    /// What was looked at: one word, with the destination's name where it is one.
    let name: String
    let state: State
    let message: String
    var remedy = ""
    /// Whether it is about backups.
    var isBackup = false

    var json: JSON {
        .object([
            ("check", .string(name)), ("state", .string(state.rawValue)), ("message", .string(message)),
            ("remedy", remedy.isEmpty ? .null : .string(remedy)),
        ])
    }
}
