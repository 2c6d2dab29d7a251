import ArgumentParser

/// `fob key`.
struct KeyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: Help.key, subcommands: [KeySSHVerb.self])
}
