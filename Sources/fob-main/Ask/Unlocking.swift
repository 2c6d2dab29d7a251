import Client
import Platform
import Wire

/// Opens the vault on the way to something else.
enum Unlocking {
    /// How often a person may mistype.
    private static let tries = 3

    /// Does `body`; when the vault is locked, asks for the passphrase, unlocks, and does it once more.
    static func retrying<R>(
        _ starting: Bool, _ source: PassphraseSource, _ body: () throws(ClientError) -> R
    ) throws(ClientError) -> R {
        do throws(ClientError) {
            return try body()
        } catch {
            guard error.code == .locked else { throw error }
            var connection = try Connection.open(starting: starting)
            try unlock(&connection, source)
            return try body()
        }
    }

    /// Asks for the passphrase, again when it was wrong, and unlocks.
    static func unlock(_ connection: inout Connection, _ source: PassphraseSource) throws(ClientError) {
        try asking(Sentences.passphrasePrompt, Sentences.passphraseExplanation, source) {
            (passphrase) throws(ClientError) in try connection.unlock(passphrase: passphrase.bytes)
        }
        if source.asksPerson { Drills.pass() }
    }

    /// Gives passphrases to `body` until it takes one; a person has some tries, a file one.
    static func asking(
        _ prompt: String, _ explanation: String, _ source: PassphraseSource,
        retrying retried: [ErrorCode] = [.permission],
        _ body: (borrowing LockedBuffer) throws(ClientError) -> Void
    ) throws(ClientError) {
        for left in (0..<tries).reversed() {
            let passphrase = try Passphrase.read(prompt, explanation: explanation, from: source)
            do throws(ClientError) {
                return try body(passphrase)
            } catch {
                guard retried.contains(error.code), source.asksPerson, left > 0 else { throw error }
                Output.note(Label.shown(error.message))
            }
        }
    }
}
