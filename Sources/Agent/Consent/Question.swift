import Encodings
import Platform
import Vault
import Wire

/// What the owner is asked, and for whom. What others have chosen has a field of its own: none of it is ever in `what`.
struct Question {
    let kind: ChallengeKind
    /// What is asked, in the agent's own words.
    let what: String
    var account: Vault.Account?
    /// What the account is called in the question, where that is more than its own name.
    var label: String?
    /// The site that `what` leads up to.
    var site = ""
    /// The host of a login.
    var host: ChallengeHost?
    /// SHA-256 of that host's key, for a login of this machine's own.
    var loginHost: [UInt8]?
    /// The hosts that it was asked for through, the nearest first.
    var hops: [ChallengeHost] = []
    /// It was asked for over a forwarded agent, or a shared socket.
    var isForwarded = false
    /// The user at the site or host.
    var user = ""
    /// What the caller calls the data.
    var dataName = ""
    /// SHA-256 of the data.
    var dataHash: Digest?
    /// Protections that a yes takes away, and what else is to be known; in the agent's own words.
    var details: [String] = []
    /// The process that a listener asks for; none for the one at the other end of the connection.
    var beneficiary = KeyRequester()
    var needsPassphrase = false
    /// The owner has been verified for it already: by the PIN, or for the token of it.
    var isVerified = false
    /// An authenticator asks it: of a mute its client hears nothing, as of a person who does not touch the key.
    var isAtAuthenticator = false
    /// A page of the web asks it: of a mute its browser hears at once, and lets the person choose another way.
    var isOnWeb = false
    /// The PIN of the security keys proves as much as the passphrase.
    var takesPin = false
    /// A yes is verification enough while the unlock is fresh, where the owner has chosen so.
    var takesFreshUnlock = false
    /// What a remembered yes is good for: exactly what is shown. Nil where none is remembered.
    var grant: Challenges.Subject?

    init(_ kind: ChallengeKind, _ what: String) { (self.kind, self.what) = (kind, what) }

    /// Notes that it comes over the forwarded socket: the host at its other end is the first on the way, and nothing is
    /// remembered for it.
    mutating func noteForwarding(by caller: Caller) {
        isForwarded = true
        hops.insert(ForwardingHost.host(of: caller), at: 0)
        grant = nil
    }

    /// Whether that was shown already, with its answer: nothing is known now that was not shown then.
    func wasShown(in shown: Challenge) -> Bool {
        shown.kind == kind && shown.question == what && shown.account == (label ?? account?.details.label ?? "")
            && shown.site == site && shown.host == host && shown.user == user && shown.isForwarded == isForwarded
            && shown.hops == hops && shown.dataName == dataName && shown.dataHash == dataHash
            && details.allSatisfy(shown.details.contains)
    }

    /// The question as it is shown.
    func challenge(
        _ id: Identifier, by asking: Caller, created: UInt64, seconds: UInt64
    ) -> Challenge {
        var challenge = Challenge()
        (challenge.id, challenge.kind, challenge.question) = (id, kind, what)
        challenge.account = label ?? account?.details.label ?? ""
        (challenge.site, challenge.host, challenge.user) = (site, host, user)
        (challenge.isForwarded, challenge.hops) = (isForwarded, hops)
        (challenge.dataName, challenge.dataHash, challenge.details) = (dataName, dataHash, details)
        challenge.programs = ProgramChain.of(asking.process.process, most: Limits.programs).map {
            ChallengeProgram(
                processID: UInt32(bitPattern: $0.process), name: $0.name, executable: $0.executable)
        }
        // A process that is gone, or of another name space, has at least its number.
        if challenge.programs.isEmpty {
            challenge.programs = [
                ChallengeProgram(
                    processID: UInt32(bitPattern: asking.process.process), name: "", executable: asking.executable)
            ]
        }
        (challenge.terminal, challenge.unit) = (asking.process.terminal, asking.process.unit)
        (challenge.created, challenge.deadline) = (created, created + seconds)
        challenge.proof = needsPassphrase ? takesPin ? .passphraseOrPin : .passphrase : .consent
        challenge.isRememberable = grant != nil
        challenge.clip()
        return challenge
    }
}
