import Platform
import Vault
import Wire

// CHALLENGES, APPROVE, DENY, and what raises a challenge.
extension Agent {
    /// Whether this caller's session was told yes for this account a while ago.
    func isGranted(_ account: Wire.Identifier, to connection: Connection) -> Bool {
        challenges.isGranted(
            Challenges.Grant(account: account, session: connection.caller.session), at: now)
    }

    /// Asks the owner. The request is answered when somebody else has: by `onApproval`, or with why not.
    func raise(
        _ kind: ChallengeKind, _ what: String, for account: Vault.Account?, needsPassphrase: Bool = false,
        isRemembered: Bool = false, _ connection: Connection, _ id: UInt32, onApproval: @escaping (Requester) -> Void
    ) throws(Refusal) {
        let caller = connection.caller
        switch challenges.refusal(for: caller.session, at: now) {
        case .muted:
            log(.challenged, account?.id.onWire, outcome: .denied, by: connection)
            throw .muted
        case .tooMany: throw .tooManyChallenges
        case nil: break
        }
        let requester = hold(connection, id)
        let seconds = utc
        let challenge = Challenge(
            id: Vault.Identifier.random().onWire, kind: kind, question: what, account: account?.details.label ?? "",
            processID: UInt32(bitPattern: caller.process.process), executable: caller.process.executable,
            terminal: caller.process.terminal, unit: caller.process.unit, created: seconds,
            deadline: seconds + AgentLimits.challengeMilliseconds / 1000, needsPassphrase: needsPassphrase)
        let accountID = account?.id.onWire
        challenges.add(
            PendingChallenge(
                challenge: challenge, requester: requester, process: caller.process.process,
                startTime: caller.process.startTime, session: caller.session, account: accountID,
                deadline: now + AgentLimits.challengeMilliseconds, isRemembered: isRemembered,
                onApproval: { [unowned self] in
                    release(requester)
                    onApproval(requester)
                },
                onRefusal: { [unowned self] outcome in
                    release(requester)
                    switch outcome {
                    case .approved, .denied: reply(Refusal.denied, to: requester)
                    case .expired: reply(Refusal.expired, to: requester)
                    case .withdrawn: reply(Refusal.withdrawn, to: requester)
                    }
                }))
        log(.challenged, accountID, outcome: .done, by: connection)
        broadcast(ChallengeEvent(challenge))
    }

    /// Ends a challenge that was taken from the pending ones.
    func end(_ challenge: PendingChallenge, _ outcome: ChallengeOutcome, by connection: Connection? = nil) {
        let word: AuditOutcome =
            switch outcome {
            case .approved: .approved
            case .denied: .denied
            case .expired: .expired
            case .withdrawn: .withdrawn
            }
        log(.answered, challenge.account, outcome: word, by: connection)
        broadcast(ChallengeEndedEvent(challenge.challenge.id, outcome))
        if outcome == .approved { challenge.onApproval() } else { challenge.onRefusal(outcome) }
    }

    /// Ends the challenges that nobody answered.
    func expireChallenges() {
        for challenge in challenges.take(where: { $0.deadline <= now }) { end(challenge, .expired) }
    }

    func listChallenges(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        _ = try read(ChallengesRequest.self, body)
        server.send(ChallengesReply(challenges.inOrder.map(\.challenge)), to: connection, request: id)
    }

    func approve(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(ApproveRequest.self, body)
        _ = try use()
        let pending = try answerable(request.challenge, by: connection)
        guard pending.challenge.needsPassphrase else {
            approve(request, pending, by: connection)
            return server.send(OKReply(), to: connection, request: id)
        }
        guard !request.passphrase.isEmpty else { throw .passphraseNeeded }
        let passphrase: SharedSecret
        do { passphrase = SharedSecret(try Secret(copying: body.extracting(request.passphrase))) } catch {
            throw .lockedMemory
        }
        challenges.setBeingApproved(request.challenge, true)
        do throws(Refusal) {
            try check(passphrase, for: connection, id) { [unowned self] in
                challenges.setBeingApproved(request.challenge, false)
            } then: { [unowned self] requester in
                guard let pending = challenges.pending[request.challenge],
                    let connection = server.connection(requester.connection)
                else {
                    // Whoever knew the passphrase has gone: another may answer.
                    challenges.setBeingApproved(request.challenge, false)
                    return reply(Refusal.notPending, to: requester)
                }
                approve(request, pending, by: connection)
                reply(OKReply(), to: requester)
            }
        } catch {
            challenges.setBeingApproved(request.challenge, false)
            throw error
        }
    }

    private func approve(_ request: ApproveRequest, _ pending: PendingChallenge, by connection: Connection) {
        guard let challenge = challenges.take(request.challenge) else { return }
        let seconds = min(request.rememberSeconds, AgentLimits.rememberSeconds)
        if seconds > 0, challenge.isRemembered, challenge.session.isKnown, let account = challenge.account {
            challenges.remember(
                Challenges.Grant(account: account, session: challenge.session), until: now + UInt64(seconds) * 1000)
        }
        end(challenge, .approved, by: connection)
    }

    func deny(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(DenyRequest.self, body)
        guard let challenge = challenges.take(request.challenge) else { throw .notPending }
        let seconds = min(request.muteSeconds, AgentLimits.rememberSeconds)
        if seconds > 0 { challenges.mute(challenge.session, until: now + UInt64(seconds) * 1000, at: now) }
        end(challenge, .denied, by: connection)
        server.send(OKReply(), to: connection, request: id)
    }

    /// The challenge, if this connection may say yes to it: not the one that asked, nor another of the same process.
    private func answerable(_ id: Wire.Identifier, by connection: Connection) throws(Refusal) -> PendingChallenge {
        guard let pending = challenges.pending[id], !pending.isBeingApproved else { throw .notPending }
        let answerer = connection.caller.process
        // An unknown start time tells nothing apart.
        let isOther =
            pending.process != answerer.process
            || pending.startTime != 0 && answerer.startTime != 0 && pending.startTime != answerer.startTime
        guard pending.requester.connection != connection.token, isOther else { throw .ownChallenge }
        return pending
    }
}
