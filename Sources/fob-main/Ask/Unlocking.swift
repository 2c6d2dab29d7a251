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

    /// Asks for the passphrase, again when it was wrong, and unlocks. A kit code does it as well, and is used up.
    ///
    /// - Returns: what has unlocked it.
    @discardableResult
    static func unlock(
        _ connection: inout Connection, _ source: PassphraseSource
    ) throws(ClientError) -> VaultSecret {
        if let identity = try source.machineIdentity() {
            try connection.unlock(identity: identity.bytes)
            return .passphrase
        }
        var secret = VaultSecret.passphrase
        try asking(Sentences.passphrasePrompt, tr("Enter the passphrase of your fob vault."), source, takesCode: true) {
            (text) throws(ClientError) in
            secret = try VaultSecret.trying(text) { (kind, bytes) throws(ClientError) in
                switch kind {
                case .passphrase: try connection.unlock(passphrase: bytes)
                case .code: try connection.unlock(code: bytes)
                }
            }
        }
        switch secret {
        case .passphrase: if source.asksPerson { Drills.pass() }
        case .code:
            let access: AccessReply = try connection.request(AccessRequest())
            Output.note(Sentences.unlockedByCode(access))
        }
        return secret
    }

    /// Gives passphrases to `body` until it takes one; a person has some tries, a file one.
    ///
    /// - Parameter takesCode: whether `body` takes a kit code too; else whoever types one is told that it takes a passphrase.
    static func asking(
        _ prompt: String, _ explanation: String, _ source: PassphraseSource,
        retrying retried: [ErrorCode] = [.permission], takesCode: Bool = false,
        _ body: (borrowing LockedBuffer) throws(ClientError) -> Void
    ) throws(ClientError) {
        var mistake: String?
        for left in (0..<tries).reversed() {
            let passphrase = try Passphrase.read(prompt, explanation: explanation, from: source, mistake: mistake)
            do throws(ClientError) {
                return try NormalForms.trying(passphrase, body)
            } catch {
                let error = VaultSecret.explained(error, of: passphrase, takesCode: takesCode)
                guard retried.contains(error.code), source.asksPerson else { throw error }
                guard left > 0 else {
                    // Whoever has been wrong so often may have forgotten it.
                    guard error.code == .permission, takesCode else { throw error }
                    throw ClientError(error.code, error.message, remedy: Sentences.forgotten, details: error.details)
                }
                mistake = Label.shown(error.message)
                Output.note(Label.shown(error.message))
            }
        }
    }
}
