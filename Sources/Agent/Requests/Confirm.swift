import Platform
import Vault
import Wire

// CHALLENGES, APPROVE, DENY, CANCEL, GRANTS, GRANT_REVOKE, MUTES, and what raises a challenge.
extension Agent {
    /// Whether this caller's session was told yes to exactly this a while ago.
    func isGranted(
        _ subject: Challenges.Subject, with proof: ChallengeProof = .consent, to session: Caller.Session
    ) -> Bool {
        challenges.isGranted(Challenges.Grant(subject: subject, session: session), with: proof, at: now)
    }

    /// Asks the owner about an account. The request is answered when somebody else has: by `onApproval`, or with why not.
    func raise(
        _ kind: ChallengeKind, _ what: String, for account: Vault.Account?, needsPassphrase: Bool = false,
        grant: Challenges.Subject? = nil, _ call: Call, onApproval: @escaping (Requester) -> Void
    ) throws(Refusal) {
        var question = Question(kind, what)
        question.account = account
        question.needsPassphrase = needsPassphrase
        question.grant = grant
        try raise(question, call, onApproval: onApproval)
    }

    /// Asks whether protections are taken away that a file or an undo would weaken.
    func raise(
        takingAway weakened: [Weakening], _ call: Call, onApproval: @escaping (Requester) -> Void
    ) throws(Refusal) {
        try raise(
            takingAway: Sentences.protections(weakened), from: nil,
            needsPassphrase: weakened.contains(where: \.takesPassphrase), call, onApproval: onApproval)
    }

    /// Asks whether protections of an account, or with none of the whole vault, are taken away.
    ///
    /// - Parameters:
    ///   - protections: which ones, each in a few words of the agent's.
    ///   - needsPassphrase: a yes alone is not enough: one of them is that the owner proves who they are.
    func raise(
        takingAway protections: [String], from account: Vault.Account?, needsPassphrase: Bool = false, _ call: Call,
        onApproval: @escaping (Requester) -> Void
    ) throws(Refusal) {
        var question = Question(
            .protection, protections.count == 1 ? "take a protection away" : "take protections away")
        question.account = account
        question.details = protections
        question.needsPassphrase = needsPassphrase
        try raise(question, call, onApproval: onApproval)
    }

    /// Asks the owner. The request is answered when somebody else has: by `onApproval`, or with why not.
    ///
    /// - Parameter onUnlock: goes on when the vault is unlocked, for a question that waits for that.
    func raise(
        _ question: Question, _ call: Call, onUnlock: ((Requester) -> Void)? = nil,
        onApproval: @escaping (Requester) -> Void
    ) throws(Refusal) {
        var question = question
        if let answered, answered.requester == call.requester {
            // The passphrase that unlocked the vault a moment ago was given for this request.
            if question.wasShown(in: answered.challenge) { return onApproval(call.requester) }
            (question.isVerified, question.needsPassphrase) = (true, false)
        }
        // Whatever is asked about such an account is asked of its owner, and of no program.
        if question.account?.details.consent == .verify, !question.isVerified {
            (question.needsPassphrase, question.takesFreshUnlock) = (true, false)
        }
        if question.needsPassphrase, question.takesFreshUnlock, isUnlockFresh {
            question.needsPassphrase = false
            question.details.append(Sentences.freshUnlockVerifies)
        }
        // Only where there is one that can be tried.
        question.takesPin = question.takesPin && canTryPin && !(open?.contents.pin.mustChange ?? false)
        let caller = call.connection.caller
        let beneficiary = call.connection.beneficiary(of: question.beneficiary)
        let asking = beneficiary?.caller ?? caller
        if call.connection.isForwarded { question.noteForwarding(by: caller) }
        // Nobody could tell whether somebody else answers.
        guard caller.isThere, asking.isThere else {
            throw caller.process.process == 0 ? .foreignCaller : .unknownCaller
        }
        let session = call.connection.session(for: question.beneficiary)
        let account = question.account?.id
        let ownSlice = call.connection.slice
        let slice = beneficiary?.caller.slice ?? ownSlice
        switch challenges.refusal(for: session, [slice, ownSlice], at: now) {
        case .muted:
            log(.challenged, account, outcome: .denied, by: call.connection)
            throw question.isOnWeb ? .mutedOnWeb : question.isAtAuthenticator ? .mutedAtAuthenticator : .muted
        case .tooMany: throw .tooManyChallenges
        case nil: break
        }
        let held = hold(call)
        let seconds = utc
        let challenge = question.challenge(
            Identifier.random(), by: asking, created: seconds, seconds: configuration.challengeMilliseconds / 1000)
        // What was read of it meanwhile may be another's.
        guard asking.isThere else { throw .unknownCaller }
        var pending = PendingChallenge(
            challenge: challenge, requester: held.requester,
            askers: beneficiary.map { [caller, $0.caller] } ?? [caller], session: session, slice: slice,
            account: account, grant: question.grant,
            deadline: now + configuration.challengeMilliseconds, onApproval: { onApproval(held.requester) },
            onUnlock: onUnlock.map { goOn in { goOn(held.requester) } },
            onRefusal: { [unowned self] refusal in reply(refusal, to: held.requester) })
        audit.append(
            .challenged, account: account, outcome: .done, caller: asking.logFields,
            [.proof(challenge.proof)] + AuditDetail.of(challenge), at: utc)
        if configuration.testConfirm, question.kind.isAboutKeys, !question.needsPassphrase {
            return end(pending, .approved)
        }
        pending.timer = timers.add(at: pending.deadline) { [unowned self] in
            if let pending = challenges.take(challenge.id) { end(pending, .expired) }
        }
        challenges.add(pending)
        broadcast(challenge)
    }

    /// Tells everybody who wants to know of a new challenge, in the layout of their version of the protocol.
    private func broadcast(_ challenge: Challenge) {
        for connection in server.all where connection.events.contains(.challenge) {
            if connection.version == 1 {
                server.send(Version1ChallengeEvent(challenge), to: connection, request: 0)
            } else {
                server.send(ChallengeEvent(challenge), to: connection, request: 0)
            }
        }
    }

    /// Ends a challenge that was taken from the pending ones.
    ///
    /// - Parameters:
    ///   - refusal: what the one who asked is told; nil for what follows from the outcome.
    ///   - given: the proof with which it was approved; nil for the one that it asked for.
    func end(
        _ challenge: PendingChallenge, _ outcome: ChallengeOutcome, telling refusal: Refusal? = nil,
        with given: AuditDetail? = nil, by connection: Connection? = nil
    ) {
        if let timer = challenge.timer { timers.cancel(timer) }
        let (word, usual): (AuditOutcome, Refusal) =
            switch outcome {
            case .approved: (.approved, .denied)
            case .denied: (.denied, .denied)
            case .expired: (.expired, .expired)
            case .withdrawn: (.withdrawn, .withdrawn)
            }
        let proof = given ?? .proof(challenge.challenge.needsPassphrase ? .passphrase : .consent)
        let proofs: [AuditDetail] = outcome == .approved ? [proof] : []
        log(
            .answered, challenge.account, outcome: word, proofs + AuditDetail.of(challenge.challenge), by: connection)
        broadcast(ChallengeEndedEvent(challenge.challenge.id, outcome))
        guard outcome == .approved else { return challenge.onRefusal(refusal ?? usual) }
        if challenge.onUnlock != nil { answered = (challenge.requester, challenge.challenge) }
        challenge.onApproval()
        answered = nil
    }

    func listChallenges(_: ChallengesRequest, _ call: Call) throws(Refusal) {
        let pending = challenges.inOrder.map(\.challenge)
        guard call.connection.version > 1 else { return server.send(Version1ChallengesReply(pending), to: call) }
        server.send(ChallengesReply(pending), to: call)
    }

    func approve(_ request: ApproveRequest, _ call: Call) throws(Refusal) {
        let (challenge, seconds) = (request.challenge, request.rememberSeconds)
        if challenges.unlocks(challenge) { return try unlock(for: challenge, by: request.passphrase, call) }
        _ = try use()
        let pending = try answerable(
            challenge, by: call.connection, mayBePassphrase: true, isGiven: !request.passphrase.isEmpty)
        // Who asked may answer by the passphrase what takes a mere yes of others. One that is given is always checked.
        guard pending.challenge.needsPassphrase || !request.passphrase.isEmpty else {
            approve(challenge, for: seconds, by: call.connection)
            return server.send(OKReply(), to: call)
        }
        guard !request.passphrase.isEmpty else { throw .passphraseNeeded }
        let passphrase: SharedSecret
        do { passphrase = SharedSecret(try Secret(copying: request.passphrase)) } catch {
            throw .lockedMemory
        }
        // While a passphrase is looked at that a mere yes would do for, anybody else may say that yes.
        let isNeeded = pending.challenge.needsPassphrase
        if isNeeded { challenges.setBeingApproved(challenge, true) }
        let onRefusal = { [unowned self] in if isNeeded { challenges.setBeingApproved(challenge, false) } }
        do throws(Refusal) {
            try verify(
                passphrase, takesPin: pending.challenge.proof == .passphraseOrPin, for: call, onRefusal: onRefusal
            ) { [unowned self] requester, isPin in
                onRefusal()
                guard challenges.pending[challenge] != nil,
                    let connection = server.connection(requester.connection)
                else {
                    // Whoever knew the passphrase has gone: another may answer.
                    return reply(Refusal.notPending, to: requester)
                }
                approve(challenge, for: seconds, with: isPin ? .pin : .proof(.passphrase), by: connection)
                reply(OKReply(), to: requester)
            }
        } catch {
            onRefusal()
            throw error
        }
    }

    private func approve(
        _ id: Identifier, for seconds: UInt32, with given: AuditDetail? = nil, by connection: Connection
    ) {
        guard let challenge = challenges.take(id) else { return }
        let seconds = min(seconds, AgentLimits.rememberSeconds)
        if seconds > 0, challenge.session.isKnown, let subject = challenge.grant {
            let asked = challenge.challenge
            challenges.remember(
                Challenges.Grant(subject: subject, session: challenge.session),
                Challenges.Remembered(
                    id: Identifier.random(), kind: asked.kind, proof: asked.proof, label: asked.grantLabel,
                    executable: asked.caller,
                    place: asked.terminal.isEmpty ? asked.unit : asked.terminal, until: now + UInt64(seconds) * 1000))
            watchLeaders(of: challenge.session)
        }
        end(challenge, .approved, with: given, by: connection)
    }

    func deny(_ request: DenyRequest, _ call: Call) throws(Refusal) {
        let seconds = min(request.muteSeconds, AgentLimits.rememberSeconds)
        if seconds > 0 {
            // Anybody may say no, but whom the owner hears is for a person to decide.
            let pending = try answerable(request.challenge, by: call.connection)
            challenges.mute(pending, Identifier.random(), until: now + UInt64(seconds) * 1000, at: now)
        }
        guard let challenge = challenges.take(request.challenge) else { throw .notPending }
        end(challenge, .denied, by: call.connection)
        server.send(OKReply(), to: call)
    }

    /// The challenge, if this connection may say yes to it: not the one that asked, nor one of a process that is kin to
    /// whoever asked, or to the process that a listener asks for. Where the passphrase is the proof of what is not about
    /// security keys, it is enough, and where it is given in place of a mere yes: no program has it, and whoever has it opens
    /// the vault without the agent.
    ///
    /// - Parameter isGiven: the passphrase comes with the answer; it is checked behind this.
    func answerable(
        _ id: Identifier, by connection: Connection, mayBePassphrase: Bool = false, isGiven: Bool = false
    ) throws(Refusal) -> PendingChallenge {
        guard let pending = challenges.pending[id], !pending.isBeingApproved else { throw .notPending }
        guard pending.requester.connection != connection.token else { throw .ownChallenge }
        let answerer = connection.caller
        guard answerer.isThere else { throw answerer.process.process == 0 ? .foreignCaller : .unknownCaller }
        let isProof = mayBePassphrase && pending.challenge.proof == .passphrase
        let isStronger = isGiven && pending.challenge.proof == .consent
        guard (isProof || isStronger) && !pending.challenge.kind.isAboutKeys || isElsewhere(connection, pending) else {
            throw .ownChallenge
        }
        return pending
    }

    /// Whether a connection is of somebody else than who asked, and of no kin.
    private func isElsewhere(_ connection: Connection, _ pending: PendingChallenge) -> Bool {
        pending.askers.allSatisfy { connection.caller.mayAnswer($0) }
    }

    /// CANCEL: a request of this connection that waits for a person is over. One that does not wait is left alone.
    func cancel(_ request: CancelRequest, _ call: Call) throws(Refusal) {
        let wanted = Requester(connection: call.connection.token, request: request.request)
        for challenge in challenges.take(where: { $0.requester == wanted }) {
            end(challenge, .withdrawn, telling: .cancelled, by: call.connection)
        }
        for waiting in takeWaitingForCodes(where: { $0 == wanted }) { reply(.cancelled, to: waiting.held.requester) }
        server.send(OKReply(), to: call)
    }

    func grants(_ request: GrantsRequest, _ call: Call) throws(Refusal) {
        let start = Int(request.start)
        let all = challenges.remembered(at: now)
        let page = all.dropFirst(start).prefix(Limits.grants).map { grant in
            GrantEntry(
                id: grant.id, kind: grant.kind, label: grant.label, executable: grant.executable,
                session: grant.place, end: utc + grant.until.seconds(after: now))
        }
        let next = start + page.count
        server.send(
            GrantsReply(next: next < all.count ? UInt32(next) : 0, grants: Array(page)), to: call)
    }

    func mutes(_ request: MutesRequest, _ call: Call) throws(Refusal) {
        let start = Int(request.start)
        let all = challenges.mutes(at: now)
        let page = all.dropFirst(start).prefix(Limits.grants).map { mute in
            MuteEntry(
                id: mute.id, executable: mute.executable, slice: mute.slice.text,
                end: utc + mute.until.seconds(after: now))
        }
        let next = start + page.count
        server.send(MutesReply(next: next < all.count ? UInt32(next) : 0, mutes: Array(page)), to: call)
    }

    func grantRevoke(_ request: GrantRevokeRequest, _ call: Call) throws(Refusal) {
        if let grant = request.grant {
            guard challenges.forget(grant, at: now) || challenges.unmute(grant, at: now) else { throw .noGrant }
        } else {
            challenges.forgetGrants()
        }
        server.send(OKReply(), to: call)
    }
}

extension Consent {
    /// What a yes to a use takes; nil when nobody is asked.
    var proof: ChallengeProof? {
        switch self {
        case .none: nil
        case .confirm: .consent
        case .verify: .passphrase
        }
    }
}
