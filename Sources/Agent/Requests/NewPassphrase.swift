import Platform
import Vault
import Wire

// What a passphrase has to be worth. The rule stands here and not in a client: every way to a passphrase leads through
// INIT, PASSPHRASE or RESTORE_COMMIT, whatever program sends them, and a client that forgot to ask would be noticed by
// nobody.
extension Agent {
    /// ALLOW_WEAK.
    func allowWeak(_: AllowWeakRequest, _ call: Call) throws(Refusal) {
        call.connection.allowsWeak = true
        server.send(OKReply(), to: call)
    }

    /// The passphrase in locked memory, unless it would soon be guessed and its owner has not insisted on it.
    func newPassphrase(_ bytes: Span<UInt8>, _ call: Call) throws(Refusal) -> SharedSecret {
        let isAllowed = call.connection.allowsWeak
        call.connection.allowsWeak = false
        let strength = PassphraseStrength(bytes, names: PassphraseStrength.namesHere)
        if let weakness = strength.weakness, !isAllowed { throw .weakPassphrase(weakness.reason) }
        return try secret(bytes)
    }
}

extension Refusal {
    static func weakPassphrase(_ reason: Sentence) -> Refusal {
        Refusal(
            .badInput, "this passphrase would be guessed within seconds: \(reason)",
            "take several words that do not belong together, such as --suggest offers; or insist on it with --weak")
    }
}
