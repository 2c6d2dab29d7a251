import ArgumentParser
import Client
import Wire

/// Completion of arguments in shells.
enum Completions {
    /// Names of accounts; nothing when that would need a passphrase or an agent to be started.
    static var accounts: CompletionKind { .shellCommand("fob list --names --no-ask --no-start 2>/dev/null") }
    /// Names of accounts in the trash.
    static var trash: CompletionKind { .shellCommand("fob list --trash --names --no-ask --no-start 2>/dev/null") }
    /// Names of security keys.
    static var keys: CompletionKind { .shellCommand("fob key list --names --no-ask --no-start 2>/dev/null") }
}

/// `fob completion`.
struct CompletionVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: Help.completion, discussion: Help.completionDiscussion)

    @Argument(help: Help.shell, completion: .list(["bash", "zsh", "fish"])) var shell: String

    func run() throws {
        guard let kind = CompletionShell(rawValue: shell) else {
            throw ClientError(.usage, Sentences.unknownShell, remedy: Sentences.knownShells)
        }
        Output.write(Fob.completionScript(for: kind) + "\n")
    }
}
