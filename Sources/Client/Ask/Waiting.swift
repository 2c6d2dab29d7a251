import Platform
import Wire

/// Tells what a request waits for, when it does not come back at once.
package enum Waiting {
    /// Says that a confirmation of this process's request is due, and how to give it.
    package static func tell() {
        guard var connection = try? Connection.open(starting: false),
            let pending: ChallengesReply = try? connection.request(ChallengesRequest())
        else { return }
        let own = UInt32(Environment.process)
        // What a script asks of a security key is asked in the name of the script.
        let parent = UInt32(Environment.parent)
        let isScripts = { (challenge: Challenge) in
            challenge.processID == parent && [.signature, .registration].contains(challenge.kind)
        }
        guard
            let challenge = pending.challenges.first(where: { $0.processID == own })
                ?? pending.challenges.last(where: isScripts)
        else { return }
        Output.note(Sentences.waitsForConfirmation)
        Output.hint(Sentences.confirmElsewhere(String(challenge.id.description.prefix(8))))
    }
}
