import Platform
import Wire

/// A question to the owner that is not answered yet, with what happens when it is.
struct PendingChallenge {
    let challenge: Challenge
    /// Who asked; it must not be the one who answers.
    let requester: Requester
    let process: Int32
    let startTime: UInt64
    /// The process that a listener says it asks for; 0 for none. It may not answer either.
    var beneficiary: Int32 = 0
    let session: Caller.Session
    let account: Identifier?
    /// The security key that it is about, which a remembered yes is for, in place of the account.
    var key: Identifier?
    /// When it ends without an answer.
    let deadline: Monotonic
    /// What ends it then; nil while it is not among the pending ones.
    var timer: Timers.Timer?
    /// A yes may be remembered for the next time.
    let isRemembered: Bool
    /// An approval is being checked: its passphrase is being derived.
    var isBeingApproved = false
    /// Does what was asked for.
    let onApproval: () -> Void
    /// Tells the requester why not.
    let onRefusal: (Refusal) -> Void

    /// What a remembered yes is for.
    var subject: Identifier? { key ?? account }
}

/// The questions that wait for a person, those who may not ask for a while, and what has been remembered.
struct Challenges {
    private(set) var pending: [Identifier: PendingChallenge] = [:]
    private var muted: [Caller.Session: Monotonic] = [:]
    private var grants: [Grant: Remembered] = [:]

    /// "This caller's session may have codes of this account, or signatures of this key, for now."
    struct Grant: Hashable {
        let subject: Identifier
        let session: Caller.Session
    }

    /// Until when it may, and what people want to know of it.
    struct Remembered {
        let id: Identifier
        let kind: ChallengeKind
        let label: String
        let executable: String
        /// The terminal, or the unit.
        let place: String
        let until: Monotonic
    }

    /// Why a question is not even asked.
    enum Refusal {
        case muted
        case tooMany
    }

    /// Whether `caller` may ask one more question.
    mutating func refusal(for caller: Caller.Session, at now: Monotonic) -> Refusal? {
        // Whoever is muted does not get on by saying that it asks for somebody else.
        for session in [caller, Caller.Session(leader: caller.listener)] {
            guard let until = muted[session] else { continue }
            if until > now { return .muted }
            muted[session] = nil
        }
        let own = pending.values.count { $0.session == caller }
        // A listener that makes up for whom it asks gets no further with it.
        let throughListener = pending.values.count { caller.listener != 0 && $0.session.listener == caller.listener }
        return own >= AgentLimits.challengesPerCaller || throughListener >= AgentLimits.challengesPerListener
            || pending.count >= Limits.challenges ? .tooMany : nil
    }

    mutating func add(_ challenge: PendingChallenge) { pending[challenge.challenge.id] = challenge }

    /// Marks that its answer is being checked; a second answer is refused meanwhile.
    mutating func setBeingApproved(_ id: Identifier, _ value: Bool) { pending[id]?.isBeingApproved = value }

    /// Takes a question away to be answered; nil when it was answered already.
    mutating func take(_ id: Identifier) -> PendingChallenge? { pending.removeValue(forKey: id) }

    /// Takes every question that `condition` holds for.
    mutating func take(where condition: (PendingChallenge) -> Bool) -> [PendingChallenge] {
        let taken = pending.values.filter(condition)
        for challenge in taken { pending[challenge.challenge.id] = nil }
        return taken
    }

    /// In the order in which they were asked.
    var inOrder: [PendingChallenge] { pending.values.sorted { $0.deadline < $1.deadline } }

    mutating func mute(_ caller: Caller.Session, until: Monotonic, at now: Monotonic) {
        muted = muted.filter { $0.value > now }
        if muted.count >= AgentLimits.mutes, let first = muted.min(by: { $0.value < $1.value }) {
            muted[first.key] = nil
        }
        muted[caller] = until
    }

    mutating func remember(_ grant: Grant, _ remembered: Remembered) {
        if grants.count >= AgentLimits.grants, grants[grant] == nil,
            let first = grants.min(by: { $0.value.until < $1.value.until })
        {
            grants[first.key] = nil
        }
        grants[grant] = remembered
    }

    /// Whether a remembered yes still holds.
    func isGranted(_ grant: Grant, at now: Monotonic) -> Bool { grants[grant].map { $0.until > now } ?? false }

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

    /// Locking ends every remembered yes.
    mutating func forgetGrants() { grants.removeAll() }
}
