import Platform
import Wire

// A person who restores from a folder types one passphrase, which is tried on several files.
extension Agent {
    /// Refuses a secret that does not open a file. The same one on another file of the same connection is no further guess:
    /// it neither counts nor waits.
    func refuseOnce(_ refusal: Refusal, _ secret: SharedSecret, _ held: Held, _ guess: Guess) {
        let connection = server.connection(held.requester.connection)
        let hash = secret.withBytes { Sodium.sha256($0) }
        let isSame = connection?.wrongSecret?.withBytes { Sodium.equal($0, hash.span) } ?? false
        if isSame { return reply(refusal, to: held.requester) }
        connection?.wrongSecret = try? SharedSecret(Secret(copying: hash.span))
        refuseWrongSecret(refusal, held, guess, as: .restoreOpened)
    }
}
