import Platform

// Terminal sessions, whose grants go when they end.
extension Agent {
    /// A process whose end takes away what its session was granted.
    struct Leader {
        let identity: ProcessIdentity
        let process: ProcessHandle
    }

    /// Sees to it that what a session was granted is forgotten when its leader ends.
    func watchLeaders(of session: Caller.Session) {
        for identity in [session.leader, session.listener].compactMap(\.self)
        where !leaders.values.contains(where: { $0.identity == identity }) {
            let process = ProcessHandle(of: identity.number)
            guard ProcessDescription(of: identity.number).identity == identity, process.isAlive,
                let watched = process.watched
            else {
                challenges.forgetGrants(of: identity)
                continue
            }
            lastLeader += 1
            // Without the watch, its start still tells it from others: only the list of grants says more than holds.
            guard leaders.count < 2 * AgentLimits.grants, (try? server.watch(watched, token: lastLeader)) != nil else {
                continue
            }
            leaders[lastLeader] = Leader(identity: identity, process: process)
        }
    }

    /// A session is over.
    func leaderHasEnded(_ token: UInt64) {
        guard let leader = leaders.removeValue(forKey: token) else { return }
        challenges.forgetGrants(of: leader.identity)
        if recentUnlock?.session.leader == leader.identity { recentUnlock = nil }
    }
}
