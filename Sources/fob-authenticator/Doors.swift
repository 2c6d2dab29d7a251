import Platform
import SecurityKey

/// The doors of this process, each with the name of its socket.
struct Doors {
    /// One of them.
    struct Entry: Sendable {
        /// The name of its socket, beside the agent's.
        let name: String
        /// What serves there.
        let door: any Door
    }

    /// All of them.
    let entries: [Entry]

    init(_ options: Options) {
        entries = [
            Entry(name: "ssh.sock", door: SSHDoor()), Entry(name: "ctap.sock", door: CTAPDoor(options.profile)),
        ]
    }

    /// What fob-uhid's reports go to.
    var reports: (any Door)? { entries.first { $0.door.kind == .packets }?.door }
}
