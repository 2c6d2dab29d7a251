import Platform
import Wire

// A person who restores from a folder types one passphrase, which is tried on several files.
extension Agent {
    /// Refuses a secret that does not open a file. The same one on another file of the same connection is no further guess:
    /// it neither counts nor waits.
    func refuseOnce(_ refusal: Refusal, _ secret: SharedSecret, _ held: Held, _ guess: Guess) {
        let connection = server.connection(held.requester.connection)
        // As what opens files hashes: in locked memory, and wiped with what it takes.
        if var hash = try? LockedBuffer(capacity: 32) {
            secret.withBytes { bytes in hash.append { Sodium.sha256(bytes, into: &$0) } }
            let isSame = connection?.wrongSecret?.withBytes { Sodium.equal($0, hash.bytes) } ?? false
            if isSame { return reply(refusal, to: held.requester) }
            connection?.wrongSecret = try? SharedSecret(Secret(copying: hash.bytes))
        }
        refuseWrongSecret(refusal, held, guess, as: .restoreOpened)
    }
}
