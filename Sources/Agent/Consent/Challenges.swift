import Platform
import Wire

/// A question to the owner that is not answered yet, with what happens when it is.
struct PendingChallenge {
    let challenge: Challenge
    /// Who asked; it must not be the one who answers.
    let requester: Requester
    /// The process at the other end of its connection, and the one that this one, a listener, asks for. Neither may
    /// answer, nor their kin.
    let askers: [Caller]
    let session: Caller.Session
    let slice: Caller.Slice
    let account: Identifier?
    /// What a remembered yes is good for; nil where none is remembered.
    let grant: Challenges.Subject?
    /// When it ends without an answer.
    let deadline: Monotonic
    /// What ends it then; nil while it is not among the pending ones.
    var timer: Timers.Timer?
    /// An approval is being checked: its passphrase is being derived.
    var isBeingApproved = false
    /// Does what was asked for.
    let onApproval: () -> Void
    /// Goes on when the vault has been unlocked in another way; nil for what does not wait for that. A yes to it is the
    /// passphrase, which unlocks.
    let onUnlock: (() -> Void)?
    /// Tells the requester why not.
    let onRefusal: (Refusal) -> Void
}

/// The questions that wait for a person, those who may not ask for a while, and what has been remembered.
struct Challenges {
    private(set) var pending: [Identifier: PendingChallenge] = [:]
    private var muted: [Caller.Slice: Muted] = [:]
    private var grants: [Grant: Remembered] = [:]

    /// What a remembered yes is good for: exactly what the owner was shown. What is forwarded, or of an unknown kind, has no
    /// case here.
    enum Subject: Hashable {
        /// Codes of an account.
        case code(Identifier)
        /// The note of an account.
        case note(Identifier)
        /// Logins with an ssh key as that user at the host with that key, whose SHA-256 it is, without a host on the way.
        case login(Identifier, hostKey: [UInt8], user: String)
        /// Signatures of an ssh key in a namespace.
        case signature(Identifier, namespace: String)
        /// A script's signatures of data, whose SHA-256 it is.
        case data(Identifier, hash: [UInt8])

        /// The account or the security key that it is about.
        var owner: Identifier {
            switch self {
            case .code(let owner), .note(let owner), .login(let owner, _, _), .signature(let owner, _),
                .data(let owner, _):
                owner
            }
        }
    }

    /// "This caller's session may have this, for now."
    struct Grant: Hashable {
        let subject: Subject
        let session: Caller.Session
    }

    /// Until when it may, and what people want to know of it.
    struct Remembered {
        let id: Identifier
        let kind: ChallengeKind
        /// What was given when it was said.
        let proof: ChallengeProof
        let label: String
        let executable: String
        /// The terminal, or the unit.
        let place: String
        let until: Monotonic
    }

    /// Until when nothing is asked for a slice, and what people want to know of it.
    struct Muted {
        let id: Identifier
        let slice: Caller.Slice
        let executable: String
        let until: Monotonic
    }

    /// Why a question is not even asked.
    enum Refusal {
        case muted
        case tooMany
    }

    /// Whether `caller` may ask one more question.
    ///
    /// - Parameter slices: that of the caller, and that of the listener which asks for it.
    mutating func refusal(
        for caller: Caller.Session, _ slices: [Caller.Slice], at now: Monotonic
    ) -> Refusal? {
        // Whoever is muted does not get on by saying that it asks for somebody else.
        guard !slices.contains(where: { isMuted($0, at: now) }) else { return .muted }
        let own = pending.values.count { $0.session == caller }
        // A listener that makes up for whom it asks gets no further with it.
        let throughListener = pending.values.count { caller.listener != nil && $0.session.listener == caller.listener }
        guard own < AgentLimits.challengesPerCaller, throughListener < AgentLimits.challengesPerListener else {
            return .tooMany
        }
        let isNewSlice = !pending.values.contains { slices.contains($0.slice) }
        let kept =
            isNewSlice ? 0 : own == 0 ? AgentLimits.challengesKeptForSlices : AgentLimits.challengesKept
        return pending.count >= Limits.challenges - kept ? .tooMany : nil
    }

    private func isMuted(_ slice: Caller.Slice, at now: Monotonic) -> Bool {
        muted[slice].map { $0.until > now } ?? false
    }

    mutating func add(_ challenge: PendingChallenge) { pending[challenge.challenge.id] = challenge }

    /// Marks that its answer is being checked; a second answer is refused meanwhile.
    mutating func setBeingApproved(_ id: Identifier, _ value: Bool) { pending[id]?.isBeingApproved = value }

    /// Takes a question away to be answered; nil when it was answered already.
    mutating func take(_ id: Identifier) -> PendingChallenge? { pending.removeValue(forKey: id) }

    /// Whether a question waits for the vault to be unlocked.
    func unlocks(_ id: Identifier) -> Bool { pending[id]?.onUnlock != nil }

    /// Takes every question that `condition` holds for.
    mutating func take(where condition: (PendingChallenge) -> Bool) -> [PendingChallenge] {
        let taken = pending.values.filter(condition)
        for challenge in taken { pending[challenge.challenge.id] = nil }
        return taken
    }

    /// In the order in which they were asked.
    var inOrder: [PendingChallenge] { pending.values.sorted { $0.deadline < $1.deadline } }

    /// Has nothing asked for a while for those who asked this.
    mutating func mute(_ challenge: PendingChallenge, _ id: Identifier, until: Monotonic, at now: Monotonic) {
        muted = muted.filter { $0.value.until > now }
        if muted.count >= AgentLimits.mutes, let first = muted.min(by: { $0.value.until < $1.value.until }) {
            muted[first.key] = nil
        }
        muted[challenge.slice] = Muted(
            id: id, slice: challenge.slice, executable: challenge.challenge.caller, until: until)
    }

    /// Who is muted, what ends first in front.
    func mutes(at now: Monotonic) -> [Muted] {
        muted.values.filter { $0.until > now }.sorted { ($0.until, $0.id.high) < ($1.until, $1.id.high) }
    }

    /// Has it asked again; false when there is no mute with that id.
    mutating func unmute(_ id: Identifier, at now: Monotonic) -> Bool {
        guard let mute = muted.values.first(where: { $0.id == id && $0.until > now }) else { return false }
        muted[mute.slice] = nil
        return true
    }

    mutating func remember(_ grant: Grant, _ remembered: Remembered) {
        if grants.count >= AgentLimits.grants, grants[grant] == nil,
            let first = grants.min(by: { $0.value.until < $1.value.until })
        {
            grants[first.key] = nil
        }
        grants[grant] = remembered
    }

    /// Whether a remembered yes still holds. One without the passphrase is none where that is asked for.
    func isGranted(_ grant: Grant, with proof: ChallengeProof = .consent, at now: Monotonic) -> Bool {
        grants[grant].map { $0.until > now && (proof == .consent || $0.proof == proof) } ?? false
    }

    /// What is remembered and holds, what ends first in front.
    func remembered(at now: Monotonic) -> [Remembered] {
        grants.values.filter { $0.until > now }.sorted { ($0.until, $0.id.high) < ($1.until, $1.id.high) }
    }

    /// Takes back a remembered yes; false when there is none with that id.
    mutating func forget(_ id: Identifier, at now: Monotonic) -> Bool {
        guard let grant = grants.first(where: { $0.value.id == id && $0.value.until > now })?.key else { return false }
        grants[grant] = nil
        return true
    }

    /// Takes back what is remembered of an account or a security key: it is protected in another way from now on.
    mutating func forgetGrants(of owner: Identifier) { grants = grants.filter { $0.key.subject.owner != owner } }

    /// Forgets what sessions were granted whose leader has ended.
    mutating func forgetGrants(of leader: ProcessIdentity) {
        grants = grants.filter { $0.key.session.leader != leader && $0.key.session.listener != leader }
    }

    /// Locking ends every remembered yes.
    mutating func forgetGrants() { grants.removeAll() }
}
