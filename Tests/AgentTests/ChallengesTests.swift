import Platform
import Testing
import Wire

@testable import Agent

/// Questions that wait for a person, and remembered answers.
@Suite struct ChallengesTests {
    private func session(_ leader: Int) -> Caller.Session { .test(leader) }

    private let slices: [Caller.Slice] = [Caller.Slice(controlGroup: "")]

    private func slice(_ name: String) -> Caller.Slice { Caller.Slice(controlGroup: name) }

    private func id(_ number: Int) -> Identifier { Identifier(high: 7, low: UInt64(number)) }

    private func pending(
        _ number: Int, by leader: Int = 1, in slice: String = "", deadline: Monotonic = 60_000
    ) -> PendingChallenge {
        var challenge = Challenge()
        challenge.id = id(number)
        return PendingChallenge(
            challenge: challenge, requester: Requester(connection: UInt64(leader), request: 1), askers: [],
            session: session(leader), slice: self.slice(slice), account: id(1000), grant: .code(id(1000)),
            deadline: deadline, onApproval: {}, onUnlock: nil, onRefusal: { _ in })
    }

    private func remembered(
        until: Monotonic, _ number: Int = 1, with proof: ChallengeProof = .consent
    ) -> Challenges.Remembered {
        Challenges.Remembered(
            id: id(number), kind: .code, proof: proof, label: "", executable: "", place: "", until: until)
    }

    @Test func `a question is answered once`() {
        var challenges = Challenges()
        challenges.add(pending(1))
        #expect(challenges.take(id(2)) == nil)
        #expect(challenges.take(id(1))?.challenge.id == id(1))
        #expect(challenges.take(id(1)) == nil)
        #expect(challenges.pending.isEmpty)
    }

    @Test func `a question whose answer is being checked says so`() {
        var challenges = Challenges()
        challenges.add(pending(1))
        challenges.setBeingApproved(id(1), true)
        challenges.setBeingApproved(id(2), true)
        #expect(challenges.pending[id(1)]?.isBeingApproved == true)
        challenges.setBeingApproved(id(1), false)
        #expect(challenges.pending[id(1)]?.isBeingApproved == false)
        #expect(challenges.pending.count == 1)
    }

    @Test func `questions are listed in their order and end at their deadlines`() {
        var challenges = Challenges()
        for (number, deadline) in [(1, 300), (2, 100), (3, 200)] as [(Int, Monotonic)] {
            challenges.add(pending(number, deadline: deadline))
        }
        #expect(challenges.inOrder.map(\.challenge.id) == [id(2), id(3), id(1)])
        #expect(Set(challenges.take(where: { $0.deadline <= 200 }).map(\.challenge.id)) == [id(2), id(3)])
        #expect(challenges.inOrder.map(\.challenge.id) == [id(1)])
    }

    @Test func `one caller may have eight questions, and all together as many as one reply holds`() {
        var challenges = Challenges()
        for number in 0..<AgentLimits.challengesPerCaller {
            #expect(challenges.refusal(for: session(1), slices, at: 0) == nil)
            challenges.add(pending(number, by: 1))
        }
        #expect(challenges.refusal(for: session(1), slices, at: 0) == .tooMany)
        #expect(challenges.refusal(for: session(2), slices, at: 0) == nil)
        for number in AgentLimits.challengesPerCaller..<Limits.challenges {
            let own = slice("/\(number)")
            #expect(challenges.refusal(for: session(number), [own], at: 0) == nil)
            challenges.add(pending(number, by: number, in: own.controlGroup))
        }
        #expect(challenges.refusal(for: session(9999), [slice("/9999")], at: 0) == .tooMany)
        _ = challenges.take(id(0))
        #expect(challenges.refusal(for: session(9999), [slice("/9999")], at: 0) == nil)
    }

    @Test func `some places are for sessions that ask nothing yet, and the last ones for slices that ask nothing`() {
        var challenges = Challenges()
        var asked = 0
        func fill(_ next: () -> Int) {
            while case let leader = next(), challenges.refusal(for: session(leader), slices, at: 0) == nil {
                challenges.add(pending(asked, by: leader))
                asked += 1
            }
        }
        // Some sessions take what they may, then as many new ones as there may be.
        for leader in 1...3 { fill { leader } }
        #expect(asked == Limits.challenges - AgentLimits.challengesKept)
        var new = 100
        fill {
            new += 1
            return new
        }
        #expect(asked == Limits.challenges - AgentLimits.challengesKeptForSlices)
        #expect(challenges.refusal(for: session(9999), [slice("/app")], at: 0) == nil)
    }

    @Test func `a remembered yes is for one account and one session, until its time is over or the vault locks`() {
        var challenges = Challenges()
        let grant = Challenges.Grant(subject: .code(id(1)), session: session(1))
        challenges.remember(grant, remembered(until: 1000))
        #expect(challenges.isGranted(grant, at: 999))
        #expect(!challenges.isGranted(grant, at: 1000))
        #expect(!challenges.isGranted(Challenges.Grant(subject: .code(id(2)), session: session(1)), at: 0))
        #expect(!challenges.isGranted(Challenges.Grant(subject: .code(id(1)), session: session(2)), at: 0))
        challenges.forgetGrants()
        #expect(!challenges.isGranted(grant, at: 0))
    }

    @Test(arguments: ChallengeProof.allCases, ChallengeProof.allCases)
    func `a remembered yes is no more than what was given for it`(_ given: ChallengeProof, _ asked: ChallengeProof) {
        var challenges = Challenges()
        let grant = Challenges.Grant(subject: .code(id(1)), session: session(1))
        challenges.remember(grant, remembered(until: 1000, with: given))
        let isEnough = given == asked || asked == .consent
        #expect(challenges.isGranted(grant, with: asked, at: 999) == isEnough)
        #expect(!challenges.isGranted(grant, with: asked, at: 1000))
    }

    @Test func `of too many remembered answers the first to end is dropped`() {
        var challenges = Challenges()
        let grants = (0...AgentLimits.grants).map { Challenges.Grant(subject: .code(id($0)), session: session(1)) }
        for (index, grant) in grants.enumerated() {
            challenges.remember(grant, remembered(until: Monotonic(milliseconds: UInt64(1000 + index))))
        }
        #expect(!challenges.isGranted(grants[0], at: 0))
        #expect(grants.dropFirst().allSatisfy { challenges.isGranted($0, at: 0) })
    }

    @Test func `an answer that is remembered again drops no other`() {
        var challenges = Challenges()
        let grants = (1...AgentLimits.grants).map { Challenges.Grant(subject: .code(id($0)), session: session(1)) }
        for (index, grant) in grants.enumerated() {
            challenges.remember(grant, remembered(until: Monotonic(milliseconds: UInt64(1000 + index))))
        }
        challenges.remember(grants[9], remembered(until: 5000))
        #expect(grants.allSatisfy { challenges.isGranted($0, at: 0) })
    }

    // MARK: Front transports

    private func behind(_ listener: Int, _ leader: Int) -> Caller.Session {
        Caller.Session(leader: session(leader).leader, listener: session(listener).leader)
    }

    private func pending(_ number: Int, by session: Caller.Session) -> PendingChallenge {
        let asked = pending(number)
        return PendingChallenge(
            challenge: asked.challenge, requester: asked.requester, askers: [], session: session,
            slice: slice("/\(session.leader.number)"), account: id(1000), grant: .code(id(1000)), deadline: 60_000,
            onApproval: {}, onUnlock: nil,
            onRefusal: { _ in })
    }

    @Test func `a listener that makes up for whom it asks has a limit of its own`() {
        var challenges = Challenges()
        for number in 0..<AgentLimits.challengesPerListener {
            #expect(challenges.refusal(for: behind(1, 100 + number), [slice("/\(100 + number)")], at: 0) == nil)
            challenges.add(pending(number, by: behind(1, 100 + number)))
        }
        #expect(challenges.refusal(for: behind(1, 9999), [slice("/9999")], at: 0) == .tooMany)
        #expect(challenges.refusal(for: behind(2, 9999), [slice("/9999")], at: 0) == nil)
        #expect(challenges.refusal(for: session(9999), [slice("/9999")], at: 0) == nil)
    }

    // MARK: Mutes

    @Test func `whoever leaves a muted session has not left the slice`() {
        var challenges = Challenges()
        challenges.mute(pending(1, by: 7, in: "/app"), id(50), until: 1000, at: 0)
        for leader in [7, 8, 9] {
            #expect(challenges.refusal(for: session(leader), [slice("/app")], at: 999) == .muted)
            #expect(challenges.refusal(for: session(leader), [slice("/other")], at: 999) == nil)
            #expect(challenges.refusal(for: session(leader), [slice("/app")], at: 1000) == nil)
        }
    }

    @Test func `who is muted is muted behind its listener, and a muted listener for all`() {
        var challenges = Challenges()
        challenges.mute(pending(1, in: "/listener"), id(50), until: 1000, at: 0)
        #expect(challenges.refusal(for: behind(1, 101), [slice("/app"), slice("/listener")], at: 0) == .muted)
        #expect(challenges.refusal(for: behind(2, 101), [slice("/app"), slice("/another")], at: 0) == nil)
    }

    @Test func `a mute is listed while it lasts, and can be taken back`() {
        var challenges = Challenges()
        for number in 1...3 {
            let until = Monotonic(milliseconds: UInt64(4000 - 1000 * number))
            challenges.mute(pending(number, in: "/\(number)"), id(number), until: until, at: 0)
        }
        #expect(challenges.mutes(at: 0).map(\.id) == [id(3), id(2), id(1)])
        #expect(challenges.mutes(at: 1000).map(\.id) == [id(2), id(1)])
        let isGone = challenges.unmute(id(3), at: 1000)
        let isThere = challenges.unmute(id(2), at: 1000)
        #expect(!isGone && isThere)
        #expect(challenges.refusal(for: session(1), [slice("/2")], at: 1000) == nil)
        #expect(challenges.refusal(for: session(1), [slice("/1")], at: 1000) == .muted)
    }

    @Test func `many mutes are forgotten, the first to end first`() {
        var challenges = Challenges()
        for number in 1...(AgentLimits.mutes + 10) {
            let until = Monotonic(milliseconds: UInt64(1000 + number))
            challenges.mute(pending(number, in: "/\(number)"), id(number), until: until, at: 0)
        }
        #expect(challenges.refusal(for: session(1), [slice("/10")], at: 1) == nil)
        #expect(challenges.refusal(for: session(1), [slice("/11")], at: 1) == .muted)
    }

    @Test func `what a session was granted ends with its leader, or with that of the listener's session`() {
        let all = [session(1), session(2), behind(3, 1), behind(1, 3)]
        for ended in 1...3 {
            var challenges = Challenges()
            for session in all {
                challenges.remember(Challenges.Grant(subject: .code(id(1)), session: session), remembered(until: 1000))
            }
            let leader = session(ended).leader
            challenges.forgetGrants(of: leader)
            for session in all {
                let isLeft = session.leader != leader && session.listener != leader
                #expect(
                    challenges.isGranted(Challenges.Grant(subject: .code(id(1)), session: session), at: 0) == isLeft)
            }
        }
    }

    @Test func `what is granted at a listener is not for who only says so`() {
        var challenges = Challenges()
        challenges.remember(Challenges.Grant(subject: .code(id(1)), session: behind(1, 100)), remembered(until: 1000))
        #expect(challenges.isGranted(Challenges.Grant(subject: .code(id(1)), session: behind(1, 100)), at: 0))
        for session in [behind(2, 100), behind(1, 101), session(100), session(1)] {
            #expect(!challenges.isGranted(Challenges.Grant(subject: .code(id(1)), session: session), at: 0))
        }
    }

    @Test func `what is remembered is listed while it holds, and can be taken back`() {
        var challenges = Challenges()
        for number in 1...3 {
            let until = Monotonic(milliseconds: UInt64(4000 - 1000 * number))
            challenges.remember(
                Challenges.Grant(subject: .code(id(number)), session: session(1)),
                remembered(until: until, number))
        }
        #expect(challenges.remembered(at: 0).map(\.id) == [id(3), id(2), id(1)])
        #expect(challenges.remembered(at: 1000).map(\.id) == [id(2), id(1)])
        let isGone = challenges.forget(id(3), at: 1000)
        let isThere = challenges.forget(id(2), at: 1000)
        #expect(!isGone && isThere)
        #expect(challenges.remembered(at: 1000).map(\.id) == [id(1)])
        #expect(!challenges.isGranted(Challenges.Grant(subject: .code(id(2)), session: session(1)), at: 1000))
    }

    /// Each subject that can be remembered, and others that differ from it in one thing that the owner was shown.
    @Test func `a remembered yes is good for exactly what was shown`() {
        let (host, other) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
        let subjects: [Challenges.Subject] = [
            .code(id(1)), .code(id(2)), .login(id(1), hostKey: host, user: "git"),
            .login(id(2), hostKey: host, user: "git"), .login(id(1), hostKey: other, user: "git"),
            .login(id(1), hostKey: host, user: "root"), .signature(id(1), namespace: "git"),
            .signature(id(2), namespace: "git"), .signature(id(1), namespace: "file"), .data(id(1), hash: host),
            .data(id(2), hash: host), .data(id(1), hash: other),
        ]
        for granted in subjects {
            var challenges = Challenges()
            challenges.remember(Challenges.Grant(subject: granted, session: session(1)), remembered(until: 1000))
            for subject in subjects {
                let isGranted = challenges.isGranted(Challenges.Grant(subject: subject, session: session(1)), at: 0)
                #expect(isGranted == (subject == granted))
            }
            challenges.forgetGrants(of: id(3))
            #expect(challenges.isGranted(Challenges.Grant(subject: granted, session: session(1)), at: 0))
            challenges.forgetGrants(of: granted.owner)
            #expect(!challenges.isGranted(Challenges.Grant(subject: granted, session: session(1)), at: 0))
        }
    }
}
