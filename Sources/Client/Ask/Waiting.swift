#if !hasFeature(Embedded)
import Platform
package import Wire
#endif

/// Tells what a request waits for, when it does not come back at once.
package enum Waiting {
    /// Says that a confirmation of this process's request is due, and how to give it.
    package static func tell() {
        guard let challenge else { return }
        tell(of: challenge)
    }

    /// The same of a question that is known.
    package static func tell(of challenge: Challenge) {
        Output.note(Sentences.waitsForConfirmation)
        Output.hint(Sentences.confirmElsewhere(String(Substring(challenge.id.description.utf8.prefix(8)))))
    }

    /// What waits for somebody's answer, of this process's requests; nil for none.
    package static var challenge: Challenge? {
        guard let pending = pending() else { return nil }
        let own = UInt32(Environment.process)
        // What a script asks of a security key is asked in the name of the script.
        let parent = UInt32(Environment.parent)
        let isScripts = { (challenge: Challenge) in
            challenge.programs.first?.processID == parent && [.signature, .registration].contains(challenge.kind)
        }
        return pending.challenges.first { $0.programs.first?.processID == own }
            ?? pending.challenges.last(where: isScripts)
    }

    private static func pending() -> ChallengesReply? {
        guard let path = Paths.socket else { return nil }
        do throws(ClientError) {
            guard let socket = try AgentSocket.connect(to: path, isBrief: true) else { return nil }
            return try PlainRequest.ask(ChallengesRequest(), over: socket, isProbe: true)
        } catch {
            return nil
        }
    }
}
