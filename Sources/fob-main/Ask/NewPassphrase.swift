import ArgumentParser
import Client
import Platform
import Vault
import Wire

/// How a passphrase is chosen that a vault is to have. The agent holds everybody to the same; here a person is asked again.
struct NewPassphrase: ParsableArguments {
    @Flag(name: .long, help: .init(tr("Take a new passphrase although it would soon be guessed."))) var weak = false
    @Flag(name: .long, help: .init(tr("Suggest six random words as the new passphrase."))) var suggest = false

    /// How often a person may choose.
    private static let tries = 3

    /// The new passphrase; what is weak only with `--weak`.
    func read(
        from source: PassphraseSource, for connection: inout Connection
    ) throws(ClientError) -> LockedBuffer {
        if suggest { try Self.makeSuggestion() }
        return try Self.read(from: source, for: &connection, mayBeWeak: weak)
    }

    /// The same for a verb that has no such options.
    static func read(
        from source: PassphraseSource, for connection: inout Connection, mayBeWeak: Bool = false
    ) throws(ClientError) -> LockedBuffer {
        var attempts = 0
        while true {
            attempts += 1
            let passphrase = try Passphrase.readNew(
                Sentences.newPassphrasePrompt, again: Sentences.againPrompt, explanation: Sentences.newExplanation,
                from: source)
            if mayBeWeak {
                try connection.allowWeakPassphrase()
                return passphrase
            }
            // Nobody else can choose again: the agent tells.
            guard source.asksPerson, attempts < tries, let weakness = weakness(of: passphrase) else {
                return passphrase
            }
            Output.note(Sentences.weakPassphrase(weakness.reason))
            try makeSuggestion()
        }
    }

    private static func weakness(of passphrase: borrowing LockedBuffer) -> PassphraseStrength.Weakness? {
        PassphraseStrength(passphrase.bytes, names: PassphraseStrength.namesHere).weakness
    }

    /// Shows six words, to a person and to nobody else.
    private static func makeSuggestion() throws(ClientError) {
        do throws(MemoryError) {
            let words = try PassphraseSuggestion.make()
            Output.note(tr("six random words: "), words.bytes)
        } catch { throw ClientError(error) }
    }
}
