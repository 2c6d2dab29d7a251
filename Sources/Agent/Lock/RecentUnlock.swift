/// That the owner was there a moment ago: a passphrase that opened the vault, and from which session it came. It counts
/// for that session only and is over soon, so that nothing else which runs meanwhile can use it.
struct RecentUnlock {
    let session: Caller.Session
    private let until: Monotonic

    init(by session: Caller.Session, at now: Monotonic) {
        self.session = session
        until = now + AgentLimits.proofMilliseconds
    }

    /// Whether it counts for a caller.
    func holds(for caller: Caller.Session, at now: Monotonic) -> Bool {
        caller.isKnown && caller == session && now < until
    }
}
