import Authenticator
import Platform

/// The services of this process, each with the name of its socket.
struct Services {
    /// One of them.
    struct Entry: Sendable {
        /// The name of its socket, beside the agent's.
        let name: String
        /// What serves there.
        let service: any Service
    }

    /// All of them.
    let entries: [Entry]

    init(_ options: Options) {
        entries = [
            Entry(
                name: "ssh.sock",
                service: SSHService(isUpstreamNamed: options.upstream != nil) {
                    Command.write("fob-authenticator: \($0)\n", to: 2)
                }),
            Entry(name: "ctap.sock", service: CTAPService(options.profile)),
        ]
    }

    /// What fob-uhid's reports go to.
    var reports: (any Service)? { entries.first { $0.service.kind == .packets }?.service }
}
