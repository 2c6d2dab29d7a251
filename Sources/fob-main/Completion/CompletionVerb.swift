import ArgumentParser
import Client
import Wire

/// Completion of arguments in shells: the verb that prints names, whose lines a function of ``CompletionScript`` offers.
enum Completions {
    /// Names of accounts that give codes; nothing when that would need a passphrase or an agent to be started.
    static var codes: CompletionKind { names("list --otp") }
    /// Names of all accounts.
    static var accounts: CompletionKind { names("list") }
    /// Names of accounts in the trash.
    static var trash: CompletionKind { names("list --trash") }
    /// Names of security keys.
    static var keys: CompletionKind { names("key list") }

    private static func names(_ verb: String) -> CompletionKind { .shellCommand(CompletionScript.marker + verb) }
}

/// `fob completion`.
struct CompletionVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: Help.completion, discussion: Help.completionDiscussion)

    @Argument(help: Help.shell, completion: .list(["bash", "zsh", "fish"])) var shell: String

    func run() throws {
        guard let kind = CompletionShell(rawValue: shell) else {
            throw ClientError(.usage, Sentences.unknownShell, remedy: tr("shells are bash, zsh and fish"))
        }
        Output.write(CompletionScript.text(for: kind))
    }
}
